"""Signal receivers of signing in: start the session's clocks, and write the ledger.

allauth and Django announce these events by signals only.
"""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_used
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from intake.desk.entrance import signing_in
from intake.store import ledger

BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrom": "Chrome", "Safari": ""}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}


@receiver(user_logged_in)
def start_clocks(request: HttpRequest, **kwargs: Any) -> None:
    """Start the idle timeout of a new session."""
    signing_in.start_clocks(request.session, timezone.now())


@receiver(authenticator_added)
def factor_added(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Count the setup of a second factor as its first use in this session."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    extra = {"id": authenticator.pk, "type": authenticator.type}
    record_authentication(request, user, "mfa", **extra)
    _write("factor_added", user, authenticator)


@receiver(authenticator_removed)
def factor_removed(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """End the account's other sessions, which may have used the factor that is gone."""
    end_other_sessions(request, user)
    _write("factor_removed", user, authenticator)


@receiver(authenticator_used)
def recovery_code_used(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Write the use of a recovery code into the ledger: rare enough to be looked at."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        _write("recovery_code_used", user, authenticator)


@receiver(pre_save, sender=UserSession)
def keep_only_the_name(instance: UserSession, **kwargs: Any) -> None:
    """Replace the User-Agent header, before it is stored, by a name for the browser."""
    instance.user_agent = browser_name(instance.user_agent)


def browser_name(agent: str) -> str:
    """Browser and system of a User-Agent header, such as "Firefox on Linux".

    Its own result comes out unchanged, because the row is saved more than once.
    """
    browser = next((name or "Safari" for mark, name in BROWSERS.items() if mark in agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "")
    return " on ".join(word for word in (browser or "A browser", system) if word)


def _write(action: str, user: User, authenticator: Authenticator) -> None:
    ledger.record(action, by=user.get_username(), detail=str(authenticator.type))
