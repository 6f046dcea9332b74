"""Sign-in rules of the desk: active staff only, rate limits, and sessions that time out.

The rate limits on wrong passwords and codes are in settings (`ACCOUNT_RATE_LIMITS`). They are
counted in the database, for all processes together, by username and by a keyed hash of the
network.
"""

from collections.abc import Callable
from datetime import datetime
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
WRITTEN_EVERY = 60  # seconds; the session is not saved more often than that
FIRST_PAGES = {"intake.view_request": "desk_queue", "intake.view_ledgerentry": "desk_ledger"}
LOCAL_IPV6 = 0xFD  # first byte of unique local addresses (RFC 4193): nobody's on the internet


class SigningIn(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth's account adapter for the desk: no sign-up, no email, active staff only."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "Username and password do not go together.",
        "too_many_login_attempts": (
            "Too many wrong tries. Wait a quarter of an hour. A passkey works meanwhile."
        ),
        "rate_limited": "Too many wrong tries. Wait a quarter of an hour.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for themselves."""
        return False

    def send_mail(self, *args: object, **kwargs: object) -> None:
        """Send nothing: no message about an account leaves by email."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The first page after sign-in: the queue for who works on requests, else the ledger."""
        for right, page in FIRST_PAGES.items():
            if request.user.has_perm(right):
                return reverse(page)
        address: str = super().get_login_redirect_url(request)
        return address

    def pre_login(self, request: HttpRequest, user: User, **kwargs: object) -> HttpResponse | None:
        """Refuse everybody but active staff, with the message of a wrong password."""
        if user.is_active and user.is_staff:
            return None
        clear_login(request)
        messages.error(request, self.error_messages["username_password_mismatch"])
        return HttpResponseRedirect(reverse("account_login"))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: str) -> str:
        """Count failures by username alone: allauth's key has the host, which a sender chooses."""
        name = credentials.get("username", "").lower()
        return salted_hmac("desk user name", name, algorithm="sha256").hexdigest()

    def get_client_ip(self, request: HttpRequest) -> str:
        """A hash in the shape of an address; the real one is neither counted by nor stored."""
        return network_name(request)

    def is_reauthentication_required(self, *, app: str | None = None) -> bool:
        """Never: our own decorator `needs_step_up` guards every such page."""
        return False

    def get_reauthentication_methods(self, user: User) -> list[dict[str, str]]:
        """Step-up authentication asks for the second factor, never for the password."""
        return [
            {"id": name, "description": words, "url": reverse(name)}
            for name, words in (
                ("mfa_reauthenticate", "Use a code"),
                ("mfa_reauthenticate_webauthn", "Use a passkey"),
            )
        ]


def network_name(request: HttpRequest) -> str:
    """A keyed hash of the client's /24 or /56 network, written as a unique local IPv6 address."""
    address = network_limits.client_address(request.META, settings.TRUSTED_PROXIES)
    network = network_limits.network(address) if address else b"unknown"
    digest = salted_hmac("desk network", network.hex(), algorithm="sha256").digest()
    return str(IPv6Address(bytes([LOCAL_IPV6]) + digest[:7] + bytes(8)))


class IdleLimit:
    """Middleware that signs out sessions that were idle too long or are older than a working day.

    It looks at desk pages only. Pages for readers neither read nor prolong the session, so that
    they set no cookie.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_desk(request) and request.user.is_authenticated:
            now = timezone.now()
            if has_expired(request.session, now):
                logout(request)
            elif not is_automatic(request):
                keep_alive(request.session, now)
        return self.get_response(request)


def is_automatic(request: HttpRequest) -> bool:
    """Whether `static/desk/refresh.js` sent it, which is no sign that somebody is there."""
    return "X-Refresh" in request.headers


def has_expired(session: SessionBase, now: datetime) -> bool:
    """Whether the session was idle too long, is too old, or has no clocks."""
    rested, lasted = (now.timestamp() - float(session.get(each, 0)) for each in (SEEN, BEGAN))
    return rested > settings.DESK_IDLE_MINUTES * 60 or lasted > settings.SESSION_COOKIE_AGE


def keep_alive(session: SessionBase, now: datetime) -> None:
    """Restart the idle timeout."""
    if now.timestamp() - session.get(SEEN, 0) >= WRITTEN_EVERY:
        session[SEEN] = now.timestamp()


def start_clocks(session: SessionBase, now: datetime) -> None:
    """Note when the session began and when somebody was last seen, as Unix time."""
    session[BEGAN] = session[SEEN] = now.timestamp()
