"""Signing in with a passkey, as a browser with an authenticator of its own does it."""

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import CDPSession, Page, expect

from clinic_site.tryout import sample_staff
from tests.journeys.house import House
from tests.journeys.scenes import desk_first_sign_in


@pytest.fixture
def authenticator(page: Page) -> tuple[CDPSession, str]:
    """A virtual one that asks who holds it, and finds them."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def test_passkey_is_set_up_and_then_signs_in_alone(
    page: Page, house: House, authenticator: tuple[CDPSession, str]
) -> None:
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    desk_first_sign_in(page, house)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add this passkey").click()
    expect(page.get_by_text("Write these down now")).to_be_visible()
    page.get_by_role("link", name="Go to the desk").click()
    page.get_by_role("button", name="Log out").click()

    page.get_by_role("button", name="Log in with a passkey").click()

    expect(page.get_by_role("heading", name="Callable now")).to_be_visible()
    assert Authenticator.objects.get(type="webauthn").user.username == sample_staff.USERNAME
    assert refused == []


def test_passkey_that_says_no_is_told_on_the_page(
    page: Page, house: House, authenticator: tuple[CDPSession, str]
) -> None:
    session, name = authenticator
    session.send("WebAuthn.setUserVerified", {"authenticatorId": name, "isUserVerified": False})
    desk_first_sign_in(page, house)
    page.get_by_role("link", name="Add a passkey").click()

    page.get_by_role("button", name="Add this passkey").click()

    expect(page.get_by_role("alert")).to_contain_text("That did not work")
    page.goto(f"{house.site}/desk/")
    expect(page.get_by_text("One more step before you can work")).to_be_visible()
