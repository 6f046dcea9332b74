"""TOTP forms (RFC 6238): each code is accepted once, and the secret is stored encrypted only."""

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
    """Accept a code for the first time; raise ValidationError when it comes again.

    It is remembered for as long as it stays valid, by a keyed hash of the account and the code.
    """
    digits = "".join(code.split())
    name = salted_hmac("desk code used", f"{user.pk}:{digits}", algorithm="sha256").hexdigest()
    seconds = PERIOD * (2 * settings.MFA_TOTP_TOLERANCE + 2)
    if not cache.add(f"desk-code:{name}", "used", timeout=seconds):
        raise get_adapter().validation_error("incorrect_code")


class CodeForm(AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The second step of signing in: a TOTP code or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = HELP

    def clean_code(self) -> str:
        """Reject a TOTP code that was used before."""
        return _once(self, super().clean_code())


class CodeAgainForm(ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The same code for step-up authentication."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = HELP

    def clean_code(self) -> str:
        """Reject a TOTP code that was used before."""
        return _once(self, super().clean_code())


class FirstCodeForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth has no types
    """Setup of an authenticator app. Until then the session holds its secret, encrypted."""

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
        """Use up the code that confirms the app, and forget the waiting secret."""
        code: str = super().clean_code()
        use_up(self.user, code)
        context.request.session.pop(PENDING, None)
        return code


def _once(form: CodeForm | CodeAgainForm, code: str) -> str:
    """Use up a TOTP code and return it. allauth itself removes a recovery code that was used."""
    if form.authenticator.type == Authenticator.Type.TOTP:
        use_up(form.user, code)
    return code
