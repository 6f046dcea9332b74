"""Codes of authenticator apps: each counts once, and the secret behind them is never in clear."""

from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from intake.desk.entrance import factor_secrets

PENDING = "desk_pending_secret"
PERIOD = 30  # seconds, by RFC 6238
HELP = "Six digits from your authenticator app, or one of your recovery codes."


def use_up(user: User, code: str) -> None:
    """A code is good for as long as clocks may differ, but only once. Raises ValidationError."""
    digits = "".join(code.split())
    name = salted_hmac("desk code used", f"{user.pk}:{digits}", algorithm="sha256").hexdigest()
    seconds = PERIOD * (2 * settings.MFA_TOTP_TOLERANCE + 2)
    if not cache.add(f"desk-code:{name}", "used", timeout=seconds):
        raise get_adapter().validation_error("incorrect_code")


class CodeForm(AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """At sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = HELP

    def clean_code(self) -> str:
        return _once(self, super().clean_code())


class CodeAgainForm(ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """Before something that needs it again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = HELP

    def clean_code(self) -> str:
        return _once(self, super().clean_code())


class FirstCodeForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth has no types
    """Sets an authenticator app up. Until then its secret waits in the session, encrypted."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        session = context.request.session
        if waiting := session.get(PENDING):
            session[SECRET_SESSION_KEY] = factor_secrets.decrypt(waiting)
        super().__init__(*args, **kwargs)
        session.pop(SECRET_SESSION_KEY, None)
        session[PENDING] = factor_secrets.encrypt(self.secret)
        self.fields["code"].label = "Code"
        self.fields["code"].help_text = "Six digits, shown by the app after you added it."

    def clean_code(self) -> str:
        code: str = super().clean_code()
        use_up(self.user, code)
        context.request.session.pop(PENDING, None)
        return code


def _once(form: CodeForm | CodeAgainForm, code: str) -> str:
    """Recovery codes are used up by allauth itself."""
    if form.authenticator.type == Authenticator.Type.TOTP:
        use_up(form.user, code)
    return code
