"""Signing in at the desk: who may, how long a login lives, what is said when it fails.

Limits on wrong passwords and codes are in settings (`ACCOUNT_RATE_LIMITS`); they count in the
database, for all processes together, by user name and by a keyed hash of the network.
"""

from collections.abc import Callable
from ipaddress import IPv6Address

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from clinic_site.web import network_limits
from clinic_site.web.middleware import is_desk

BEGAN, SEEN = "desk_began", "desk_seen"
EVERY = 60  # seconds; the session is not written more often than that
FIRST_PAGES = {"intake.view_request": "desk_queue", "intake.view_ledgerentry": "desk_ledger"}
LOCAL_IPV6 = 0xFD  # RFC 4193: never anybody's address


class SigningIn(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Closed, without mail, for staff only."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "Username and password do not go together.",
        "too_many_login_attempts": (
            "Too many wrong tries. Wait a quarter of an hour. A passkey works meanwhile."
        ),
        "rate_limited": "Too many wrong tries. Wait a quarter of an hour.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, *args: object, **kwargs: object) -> None:
        """Nothing about an account leaves by mail."""

    def add_message(
        self, request: HttpRequest, level: int, *args: object, message: str = "", **kwargs: object
    ) -> None:
        """Only what went wrong; that one is signed in can be seen."""
        if message:
            messages.add_message(request, level, message)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """To the queue, whoever works with requests; an auditor to the ledger."""
        for right, page in FIRST_PAGES.items():
            if request.user.has_perm(right):
                return reverse(page)
        address: str = super().get_login_redirect_url(request)
        return address

    def pre_login(self, request: HttpRequest, user: User, **kwargs: object) -> HttpResponse | None:
        """Nobody but active staff; others are told no more than with a wrong password."""
        if user.is_active and user.is_staff:
            return None
        clear_login(request)
        messages.error(request, self.error_messages["username_password_mismatch"])
        return HttpResponseRedirect(reverse("account_login"))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: str) -> str:
        """By name alone: allauth's own key also has the host, which the sender chooses."""
        name = credentials.get("username", "").lower()
        return salted_hmac("desk user name", name, algorithm="sha256").hexdigest()

    def get_client_ip(self, request: HttpRequest) -> str:
        """A stand-in for the address, which is neither counted by nor stored."""
        return network_name(request)

    def is_reauthentication_required(self, *, app: str | None = None) -> bool:
        """Our own `needs_proof_again` stands in front of every such page."""
        return False

    def get_reauthentication_methods(self, user: User) -> list[dict[str, str]]:
        """The second factor, never the password."""
        return [
            {"id": name, "description": words, "url": reverse(name)}
            for name, words in (
                ("mfa_reauthenticate", "Use a code"),
                ("mfa_reauthenticate_webauthn", "Use a passkey"),
            )
        ]


def network_name(request: HttpRequest) -> str:
    """A keyed hash of the /24 or /56 network, in the shape of an address that nobody has."""
    address = network_limits.client_address(request.META, settings.TRUSTED_PROXIES)
    network = network_limits.network(address) if address else b"unknown"
    digest = salted_hmac("desk network", network.hex(), algorithm="sha256").digest()
    return str(IPv6Address(bytes([LOCAL_IPV6]) + digest[:7] + bytes(8)))


class IdleLimit:
    """Ends logins that rest, or are older than a working day. Desk requests only.

    Readers' pages neither look at the session nor prolong it, so that they set no cookie.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_desk(request) and request.user.is_authenticated:
            if is_over(request.session):
                logout(request)
            elif not is_by_itself(request):
                see(request.session)
        return self.get_response(request)


def is_by_itself(request: HttpRequest) -> bool:
    """A page that refreshes itself (`static/desk/refresh.js`) is no sign that somebody is there."""
    return "X-Refresh" in request.headers


def is_over(session: SessionBase) -> bool:
    """True when it rested too long, lasted too long, or does not say."""
    now = timezone.now().timestamp()
    rested, lasted = (now - float(session.get(clock, 0)) for clock in (SEEN, BEGAN))
    return rested > settings.DESK_IDLE_MINUTES * 60 or lasted > settings.SESSION_COOKIE_AGE


def see(session: SessionBase) -> None:
    """Somebody is there."""
    now = timezone.now().timestamp()
    if now - session.get(SEEN, 0) >= EVERY:
        session[SEEN] = now


def begin(session: SessionBase) -> None:
    """A login starts its two clocks."""
    session[BEGAN] = session[SEEN] = timezone.now().timestamp()
