"""Staff who are signed in with their second factor, and the codes that an authenticator app shows.

The codes are computed here by RFC 6238, not with the code under test.
"""

import base64
import hashlib
import hmac
import struct
import time

import pytest
from django.contrib.auth.models import User
from django.test import Client

SECRET = base64.b32encode(b"twenty bytes of ours").decode()
PERIOD = 30


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> None:
    """Accounts that tests make have weak hashes; servers that check them read how many rounds."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    PBKDF2PasswordHasher.iterations = 1000


def member(username: str, role: str) -> User:
    """Somebody on the staff with one of `rights.ROLES`. A test that uses it has a database."""
    from intake.desk.entrance import rights

    user = User.objects.create_user(username, is_staff=True)
    rights.give(user, role)
    return user


def signed_in(user: User) -> Client:
    """The browser of somebody who signed in with both factors. Set the clock first: logins end."""
    client = Client()
    client.force_login(user)
    prove(client, user)
    return client


def prove(client: Client, user: User, *, minutes_ago: float = 0) -> None:
    """Let the login look as if its second factor had been shown."""
    session = client.session
    proof = {"method": "mfa", "type": "totp", "at": time.time() - minutes_ago * 60}
    session["account_authentication_methods"] = [proof]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def give_app(user: User, secret: str = SECRET) -> None:
    """An authenticator app that is set up already."""
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(user, secret)


def code(secret: str = SECRET, periods: int = 0) -> str:
    """What the app shows now, or so many periods later."""
    counter = struct.pack(">Q", int(time.time()) // PERIOD + periods)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


@pytest.fixture
def fresh_limits(db: None) -> None:
    """Nobody has typed a wrong password yet."""
    from django.core.cache import cache

    cache.clear()
