"""The second factor: did this login use one, and is it asked for again.

That an account owns a factor says nothing about a login. What counts is the record that the login
itself left in its session.
"""

import time
from collections.abc import Callable
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
from django.utils.http import urlencode

from intake.desk.entrance import factor_secrets
from intake.desk.entrance.rights import View

MINUTES = 5  # as long as a proof counts for what needs it again


def proved(request: HttpRequest) -> bool:
    """Has this login shown its second factor?"""
    return bool(_proofs(request))


def may_enter(request: HttpRequest) -> bool:
    """Active staff, in a login that has shown its second factor."""
    user = request.user
    return user.is_active and user.is_staff and proved(request)


def recently_proved(request: HttpRequest, minutes: int = MINUTES) -> bool:
    """Has this login shown its second factor within so many minutes?"""
    since = time.time() - minutes * 60
    return any(proof["at"] > since for proof in _proofs(request))


def has_factor(user: User | AnonymousUser) -> bool:
    """Does the account own one? Recovery codes alone are none."""
    factors = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
    return bool(factors.filter(user_id=user.pk).exists())


def who_have_one() -> set[int]:
    """The numbers of all accounts that own a factor."""
    factors = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
    return set(factors.values_list("user_id", flat=True))


def may_set_up(request: HttpRequest) -> bool:
    """A first sign-in: staff, and no factor yet."""
    user = request.user
    return user.is_active and user.is_staff and not has_factor(user)


def needs_proof(view: View) -> View:
    """Only for a login that has shown its second factor."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.user.is_authenticated and proved(request):
            return view(request, *args, **kwargs)
        return redirect_to_login(request.path, reverse("account_login"))

    return guarded


def needs_proof_again(view: View) -> View:
    """Only within minutes of the second factor, else it is asked for first.

    What was posted is not kept meanwhile: the person comes back to the page and sends it again.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if recently_proved(request):
            return view(request, *args, **kwargs)
        return HttpResponseRedirect(f"{proof_page(request)}?{urlencode({'next': request.path})}")

    return needs_proof(guarded)


def or_first_time(guard: Callable[[View], View]) -> Callable[[View], View]:
    """The same guard, but open at a first sign-in, when there is no factor to show."""

    def first_or_guarded(view: View) -> View:
        @wraps(view)
        def chosen(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            open_now = request.user.is_authenticated and may_set_up(request)
            return (view if open_now else guard(view))(request, *args, **kwargs)

        return chosen

    return first_or_guarded


def proof_page(request: HttpRequest) -> str:
    """Where the second factor is asked for again: first what the account owns."""
    kinds = Authenticator.objects.filter(user_id=request.user.pk).values_list("type", flat=True)
    if Authenticator.Type.TOTP in kinds:
        return reverse("mfa_reauthenticate")
    return reverse("mfa_reauthenticate_webauthn")


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """How allauth keeps and shows factors here."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "That code is not right, or it was used already. Wait for the next one.",
        "cannot_delete_authenticator": "This is your only second factor. Add another one first.",
    }

    def encrypt(self, text: str) -> str:
        return factor_secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return factor_secrets.decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        return str(settings.CLINIC.name)

    def get_totp_label(self, user: User) -> str:
        return user.get_username()

    def build_totp_svg(self, url: str) -> str:
        """For the page itself: without the XML line in front."""
        svg: str = super().build_totp_svg(url)
        return svg.partition("?>")[2].strip()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last factor stays until there is another."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id)
        others = others.exclude(type=Authenticator.Type.RECOVERY_CODES)
        return bool(others.exclude(pk=authenticator.pk).exists())

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002
        return f"Passkey {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"


def _proofs(request: HttpRequest) -> list[dict[str, Any]]:
    records = get_authentication_records(request, request.user)
    return [record for record in records if record.get("method") == "mfa"]
