"""Multi-factor authentication: whether this session has shown a second factor, and how recently.

That an account has a second factor says nothing about a session. What counts is the record that
the sign-in left in the session itself.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from intake.desk.entrance import factor_secrets
from intake.desk.entrance.rights import View

PROOF_COUNTS_FOR = timedelta(minutes=5)  # for step-up authentication


def proved(request: HttpRequest) -> bool:
    """Whether this session was authenticated with a second factor."""
    return bool(_proofs(request))


def may_enter(request: HttpRequest) -> bool:
    """Whether the user is active staff, in a session that has shown a second factor."""
    user = request.user
    return user.is_active and user.is_staff and proved(request)


def recently_proved(request: HttpRequest, now: datetime) -> bool:
    """Whether this session has shown a second factor within PROOF_COUNTS_FOR."""
    since = (now - PROOF_COUNTS_FOR).timestamp()
    return any(proof["at"] > since for proof in _proofs(request))


def has_factor(user: User | AnonymousUser) -> bool:
    """Whether the account has a second factor. Recovery codes alone are none."""
    return bool(_factors().filter(user_id=user.pk).exists())


def accounts_with_factor() -> set[int]:
    """The ids of all accounts that have a second factor."""
    return set(_factors().values_list("user_id", flat=True))


def may_set_up(request: HttpRequest) -> bool:
    """Whether this is a first sign-in: active staff without a second factor yet."""
    user = request.user
    return user.is_active and user.is_staff and not has_factor(user)


def needs_proof(view: View) -> View:
    """Decorator: redirect to sign-in unless this session has shown a second factor."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.user.is_authenticated and proved(request):
            return view(request, *args, **kwargs)
        return redirect_to_login(request.path, reverse("account_login"))

    return guarded


def needs_step_up(view: View) -> View:
    """Step-up authentication: ask for the second factor again unless it is recent; keep no post."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if recently_proved(request, timezone.now()):
            return view(request, *args, **kwargs)
        return HttpResponseRedirect(f"{step_up_page(request)}?{urlencode({'next': request.path})}")

    return needs_proof(guarded)


def or_first_time(guard: Callable[[View], View]) -> Callable[[View], View]:
    """The same decorator, but open at a first sign-in, when there is no second factor to show."""

    def first_or_guarded(view: View) -> View:
        @wraps(view)
        def chosen(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            open_now = request.user.is_authenticated and may_set_up(request)
            return (view if open_now else guard(view))(request, *args, **kwargs)

        return chosen

    return first_or_guarded


def step_up_page(request: HttpRequest) -> str:
    """The address that asks for the second factor again: for a code if the account has an app."""
    kinds = Authenticator.objects.filter(user_id=request.user.pk).values_list("type", flat=True)
    if Authenticator.Type.TOTP in kinds:
        return reverse("mfa_reauthenticate")
    return reverse("mfa_reauthenticate_webauthn")


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth's MFA adapter for the desk: encrypted secrets, our names and our messages."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "That code is not right, or it was used already. Wait for the next one.",
        "cannot_delete_authenticator": "This is your only second factor. Add another one first.",
    }

    def encrypt(self, text: str) -> str:
        """Encrypt a secret before it is stored. Raises ImproperlyConfigured without a key."""
        return factor_secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a stored secret. Raises factor_secrets.UnknownKey."""
        return factor_secrets.decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        """The name under which an authenticator app lists the account."""
        return str(settings.CLINIC.name)

    def get_totp_label(self, user: User) -> str:
        """The username; allauth would show an email address."""
        return user.get_username()

    def build_totp_svg(self, url: str) -> str:
        """The QR code as inline SVG: without the XML declaration."""
        svg: str = super().build_totp_svg(url)
        return svg.partition("?>")[2].strip()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether the account keeps another second factor."""
        others = _factors().filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
        return bool(others.exists())

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002
        """A name for a new passkey: "Passkey 2"."""
        return f"Passkey {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"


def _factors() -> Any:
    """The authenticators of all accounts, without recovery codes."""
    return Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)


def _proofs(request: HttpRequest) -> list[dict[str, Any]]:
    """allauth's records of the times at which this session has shown a second factor."""
    records = get_authentication_records(request, request.user)
    return [record for record in records if record.get("method") == "mfa"]
