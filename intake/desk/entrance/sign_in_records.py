"""What a sign-in leaves behind: clocks in the session, lines in the ledger, the browser's name."""

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
    """Of the idle limit."""
    signing_in.begin(request.session)


@receiver(authenticator_added)
def factor_added(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Who has just set a factor up has shown it."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    extra = {"id": authenticator.pk, "type": authenticator.type}
    record_authentication(request, user, "mfa", **extra)
    _write("factor_added", user, authenticator)


@receiver(authenticator_removed)
def factor_removed(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Logins that used it elsewhere end."""
    end_other_sessions(request, user)
    _write("factor_removed", user, authenticator)


@receiver(authenticator_used)
def recovery_code_used(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Rare enough to be looked at."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        _write("recovery_code_used", user, authenticator)


@receiver(pre_save, sender=UserSession)
def keep_only_the_name(instance: UserSession, **kwargs: Any) -> None:
    """As much of the browser as its owner needs to tell logins apart."""
    instance.user_agent = browser_name(instance.user_agent)


def browser_name(agent: str) -> str:
    """ "Firefox on Linux"; its own result stays as it is."""
    browser = next((name or "Safari" for mark, name in BROWSERS.items() if mark in agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "")
    return " on ".join(word for word in (browser or "A browser", system) if word)


def _write(action: str, user: User, authenticator: Authenticator) -> None:
    ledger.record(action, by=user.get_username(), detail=str(authenticator.type))
