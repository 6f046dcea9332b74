"""Every state of site and desk that has no address of its own, by name.

A scene leads a page there by the way that a person would take, where there is one.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, expect

from clinic_site.tryout import sample_staff
from clinic_site.web import form_token
from intake.clock.promise import Promise
from intake.desk.entrance import second_factor
from intake.desk.steps import side_tracks, transitions
from intake.figures import weekly_counts
from intake.figures.histogram import SCALE
from intake.models import Request, WeeklyCount
from intake.receive import acknowledgment
from intake.rules.states import State
from intake.seal.answers import Asker, Channel, OtherAnswers, Voicemail, Window
from intake.store import ledger
from pages import error_pages
from tests.intake import rows
from tests.journeys.house import House
from tests.plugin.staff import code, give_app, prove, signed_in

Scene = Callable[[Page, House], Any]

WORDS = "I work until 4 pm. Is there still room in the evening group?\nThank you."
FRIDAY = 4


def contact_with_errors(page: Page, house: House) -> None:
    """Errors at a group and at texts, with a summary."""
    page.goto(f"{house.site}/contact/")
    page.get_by_label("Phone call").check()
    page.get_by_label("Phone number").fill("12")
    page.get_by_label("Ask for me by the name above").check()
    page.get_by_label("Anything you want us to know").fill(WORDS)
    page.get_by_role("button", name="Send message").click()


def contact_not_stored(page: Page, house: House) -> None:
    """The database is away: 503."""
    page.goto(f"{house.dead}/contact/")
    fill_in(page)
    page.get_by_role("button", name="Send message").click()


def contact_from_elsewhere(page: Page, house: House) -> None:
    """Another website sent the form: 403."""
    page.goto("about:blank")
    page.set_content(
        f'<form method="post" action="{house.site}/contact/">'
        '<input name="message" value="Hello"><button>Send</button></form>'
    )
    page.get_by_role("button").click()


def contact_from_long_ago(page: Page, house: House) -> None:
    """The form was open for more than a day: 422 with everything kept."""
    page.goto(f"{house.site}/contact/")
    fill_in(page)
    old = form_token.issue(timezone.now() - form_token.LIFETIME - timedelta(hours=1))
    page.locator("[name=token]").evaluate("(field, token) => { field.value = token }", old)
    page.get_by_role("button", name="Send message").click()


def message_sent(page: Page, house: House) -> None:
    """The page after sending, with the time of the promise."""
    now = timezone.now()
    signed = acknowledgment.sign(Promise(now, now + timedelta(minutes=15), flagged=False))
    page.goto(f"{house.site}/contact/sent/?by={signed}")


def not_found(page: Page, house: House) -> None:
    """404."""
    page.goto(f"{house.site}/no-such-page/")


def bad_request(page: Page, house: House) -> None:
    """400."""
    _show_error_page(page, house, "bad-request", 400)


def forbidden(page: Page, house: House) -> None:
    """403."""
    _show_error_page(page, house, "forbidden", 403)


def server_error(page: Page, house: House) -> None:
    """500."""
    _show_error_page(page, house, "server-error", 500)


def maintenance(page: Page, house: House) -> None:
    """What a front server shows."""
    _show_error_page(page, house, "maintenance", 503)


def desk_login(page: Page, house: House) -> None:
    """Signing in."""
    page.goto(f"{house.site}/desk/login/")


def desk_login_refused(page: Page, house: House) -> None:
    """A wrong password."""
    page.goto(f"{house.site}/desk/login/")
    page.get_by_label("Username").fill("coordinator")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Log in", exact=True).click()


def desk_first_sign_in(page: Page, house: House) -> None:
    """No second factor yet."""
    password = sample_staff.reset()
    page.goto(f"{house.site}/desk/")
    page.get_by_label("Username").fill(sample_staff.USERNAME)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()


def desk_set_up_app(page: Page, house: House) -> None:
    """A square to scan, and a code that was wrong."""
    desk_first_sign_in(page, house)
    page.get_by_role("link", name="Set up an authenticator app").click()
    page.get_by_label("Code", exact=True).fill("1")
    page.get_by_role("button", name="Set up").click()


def desk_set_up_passkey(page: Page, house: House) -> None:
    """A passkey."""
    desk_first_sign_in(page, house)
    page.get_by_role("link", name="Add a passkey").click()


def desk_recovery_codes(page: Page, house: House) -> None:
    """Shown once."""
    desk_first_sign_in(page, house)
    page.get_by_role("link", name="Set up an authenticator app").click()
    page.get_by_label("Code", exact=True).fill(code(page.locator("#key").inner_text()))
    page.get_by_role("button", name="Set up").click()


def desk_second_step(page: Page, house: House) -> None:
    """The code of every later sign-in."""
    password = sample_staff.reset()
    give_app(User.objects.get(username=sample_staff.USERNAME))
    page.goto(f"{house.site}/desk/")
    page.get_by_label("Username").fill(sample_staff.USERNAME)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()


def desk_signed_out(page: Page, house: House) -> None:
    """A note that was sent after the login had ended: 401."""
    sign_in(page, house)
    page.goto(record_address(house.site, a_request()))
    page.get_by_label("Note", exact=True).fill("Asked for the evening group.")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save the note").click()


def desk_signed_in_again(page: Page, house: House) -> None:
    """The same note, after a new sign-in: 403."""
    desk_signed_out(page, house)
    page.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    sign_in(page, house)
    page.get_by_role("button", name="Send it again").click()


def desk_factors(page: Page, house: House) -> None:
    """What one's sign-in has."""
    desk_recovery_codes(page, house)
    page.goto(f"{house.site}/desk/security/")


def desk_logins(page: Page, house: House) -> None:
    """Where one is signed in."""
    desk_recovery_codes(page, house)
    page.goto(f"{house.site}/desk/security/logins/")


def desk_queue_empty(page: Page, house: House) -> None:
    """Nothing waits."""
    sign_in(page, house)
    page.goto(f"{house.site}/desk/queue/")


def desk_queue_overdue(page: Page, house: House) -> None:
    """Requests of several kinds."""
    some_requests()
    sign_in(page, house)
    page.goto(f"{house.always_open}/desk/queue/?section=overdue")


def desk_queue_callable(page: Page, house: House) -> None:
    """Whom to call now."""
    some_requests()
    sign_in(page, house)
    page.goto(f"{house.always_open}/desk/queue/")


def desk_help(page: Page, house: House) -> None:
    """What to do, and what never to do."""
    sign_in(page, house)
    page.goto(f"{house.site}/desk/help/")


def desk_not_found(page: Page, house: House) -> None:
    """404 for staff: a readers' page among those of the desk."""
    sign_in(page, house)
    page.goto(f"{house.site}/desk/no-such-page/")


def desk_ledger(page: Page, house: House) -> None:
    """Who did what."""
    ledger.record("opened", by=sign_in(page, house, "auditor"), request=a_request())
    page.goto(f"{house.site}/desk/ledger/")


def desk_ledger_checked(page: Page, house: House) -> None:
    """The chain is whole."""
    desk_ledger(page, house)
    page.get_by_role("button", name="Check the whole ledger").click()


def desk_ledger_refused(page: Page, house: House) -> None:
    """A head that is none: 422."""
    desk_ledger(page, house)
    page.get_by_label("Head from an earlier daily notice").fill("five")
    page.get_by_role("button", name="Check the whole ledger").click()


def desk_figures(page: Page, house: House) -> None:
    """What waits, how fast, what came in; every table unfolded."""
    some_requests()
    some_weeks(26)
    today = timezone.localdate()
    for row, days in zip(Request.objects.all(), (-1, 0, 9), strict=False):
        rows.sql(
            "UPDATE intake_request SET held_at = now(), held_by = 'sam', held_until = %s "
            "WHERE id = %s",
            today + timedelta(days=days),
            row.pk,
        )
    sign_in(page, house, "manager")
    page.goto(f"{house.site}/desk/")
    for each in page.locator(".figures summary").all():
        each.click()


def desk_figures_empty(page: Page, house: House) -> None:
    """Nothing at all."""
    sign_in(page, house)
    page.goto(f"{house.site}/desk/")


def desk_figures_refused(page: Page, house: House) -> None:
    """Weeks that make no sense."""
    desk_figures(page, house)
    page.get_by_label("From", exact=True).fill("2031-01-01")
    page.get_by_role("button", name="Show").click()


def desk_figures_hidden(page: Page, house: House) -> None:
    """What an auditor sees: finished quarters, small counts hidden."""
    some_requests()
    some_weeks(26)
    sign_in(page, house, "auditor")
    page.goto(f"{house.site}/desk/")


def desk_export(page: Page, house: House) -> None:
    """Which requests, which fields, why."""
    sign_in(page, house, "manager")
    page.goto(f"{house.site}/desk/export/")


def desk_export_refused(page: Page, house: House) -> None:
    """No reason, and no field: 422."""
    desk_export(page, house)
    for label in ("Request", "Came in", "State"):
        page.get_by_label(label, exact=True).uncheck()
    page.get_by_role("button", name="Export and record why").click()


def desk_other_role(page: Page, house: House) -> None:
    """403 for staff: the page of another role."""
    sign_in(page, house, "auditor")
    page.goto(f"{house.site}/desk/intake/request/")


def colleagues_list(page: Page, house: House) -> None:
    """Accounts of each kind: new, at work, away."""
    sign_in(page, house, "manager")
    sample_staff.create()
    sample_staff.create("auditor")
    if not second_factor.accounts_with_factor():
        give_app(User.objects.get(username="coordinator"))
    User.objects.filter(username="auditor").update(is_active=False)
    page.goto(f"{house.site}/desk/colleagues/")


def colleague_add_refused(page: Page, house: House) -> None:
    """A name that cannot be one, and no role: 422."""
    sign_in(page, house, "manager")
    page.goto(f"{house.site}/desk/colleagues/add/")
    page.get_by_label("Username").fill("Kim Lee")
    page.get_by_role("button", name="Make the account").click()


def colleague_away(page: Page, house: House) -> None:
    """A deactivated account with open requests."""
    colleagues_list(page, house)
    rows.step(a_request(), State.CLAIMED, owner="coordinator")
    page.get_by_role("link", name="coordinator").click()
    page.get_by_role("button", name="Deactivate the account").click()


def colleague_new_password(page: Page, house: House) -> None:
    """A password, shown this once."""
    colleagues_list(page, house)
    page.get_by_role("link", name="coordinator").click()
    page.get_by_role("button", name="Reset the sign-in").click()


def component_gallery(page: Page, house: House) -> None:
    """Every component and state of the readers' pages."""
    sign_in(page, house)
    page.goto(f"{house.site}/desk/gallery/")


def record_safe(page: Page, house: House) -> None:
    """An opened request, at a safe time."""
    sign_in(page, house)
    page.goto(record_address(house.always_open, a_request(windows=Window(0))))


def record_not_safe(page: Page, house: House) -> None:
    """An opened request of a relative, at a time that is not safe, with a note."""
    by = sign_in(page, house)
    row = a_request(about=Asker.SOMEONE)
    transitions.write_note(row, "Asked for the evening group.", by=by, now=timezone.now())
    page.goto(record_address(house.site, row))


def record_refused(page: Page, house: House) -> None:
    """A note without words and without effect: 422."""
    record_not_safe(page, house)
    page.get_by_role("button", name="Save the note").click()


def record_claimed(page: Page, house: House) -> None:
    """Everything that can be done with a request one owns, each drawer open."""
    by = sign_in(page, house)
    row = a_request(windows=Window(0))
    rows.step(row, State.CLAIMED, owner=by, next_due=timezone.now())
    page.goto(record_address(house.always_open, row))
    for drawer in page.locator("details").all():
        drawer.evaluate("drawer => drawer.open = true")


def record_overtaken(page: Page, house: House) -> None:
    """Somebody else changed it meanwhile: 409, and what was typed is still there."""
    by = sign_in(page, house)
    row = a_request(windows=Window(0))
    rows.step(row, State.CLAIMED, owner=by, next_due=timezone.now())
    page.goto(record_address(house.always_open, row))
    user = User.objects.get(username=by)
    side_tracks.follow_benefits(row.pk, benefits="asked", seen=0, user=user, now=timezone.now())
    page.locator("summary").filter(has_text="Close as spam").click()
    page.locator("#step_spam_words").fill("It looked like an advertisement for pens.")
    page.get_by_role("button", name="Close as spam").click()


def record_of_a_colleague(page: Page, house: House) -> None:
    """A reason first."""
    sign_in(page, house)
    row = rows.request_in(State.TRYING)
    page.goto(record_address(house.site, row))
    page.get_by_role("button", name="Open it").click()


def search_found(page: Page, house: House) -> None:
    """Two people who may be meant."""
    some_requests()
    sign_in(page, house)
    search_for(page, house, "0100")


def search_refused(page: Page, house: House) -> None:
    """Too little to look for: 422."""
    sign_in(page, house)
    search_for(page, house, "r")


def search_nothing(page: Page, house: House) -> None:
    """Nobody, among those that could be read."""
    sign_in(page, house)
    search_for(page, house, "Nobody Sample")


def by_phone(page: Page, house: House) -> None:
    """The questions for a caller."""
    sign_in(page, house)
    page.goto(f"{house.site}/desk/requests/by-phone/")


def by_phone_with_errors(page: Page, house: House) -> None:
    """Errors at a group and at texts, with a summary: 422."""
    by_phone(page, house)
    page.get_by_label("Phone call").check()
    page.get_by_label("Phone number").fill("12")
    page.get_by_label("Ask for the caller by the name above").check()
    page.get_by_role("button", name="Save the request").click()


def duplicates_found(page: Page, house: House) -> None:
    """What a manager can link."""
    row = a_request(windows=Window(0))
    a_request(name="Sam")
    sign_in(page, house, "manager")
    page.goto(record_address(house.site, row))
    page.get_by_role("button", name="Look for duplicates").click()


def record_linked(page: Page, house: House) -> None:
    """A duplicate, and the button that takes it out again."""
    duplicates_found(page, house)
    page.get_by_role("button", name="link it").first.click()


def search_for(page: Page, house: House, term: str) -> None:
    """As staff do."""
    page.goto(f"{house.site}/desk/search/")
    page.get_by_label("Name, phone number, email or pseudonym").fill(term)
    page.get_by_role("button", name="Search", exact=True).click()


# Each with words that stand there and nowhere else.
_WORDS: dict[Scene, str] = {
    contact_with_errors: "There is a problem",
    contact_not_stored: "We could not store your message",
    contact_from_elsewhere: "This came to us from another website",
    contact_from_long_ago: "This page was open for a long time",
    message_sent: "A person will try you",
    not_found: "We can’t find that page",
    bad_request: "We could not read that",
    forbidden: "That is not possible from here",
    server_error: "Something went wrong on our side",
    maintenance: "We are working on this page",
    desk_login: "Sign in",
    desk_login_refused: "do not go together",
    desk_first_sign_in: "One more step before you can work",
    desk_set_up_app: "That code is not right",
    desk_set_up_passkey: "Name of this passkey",
    desk_recovery_codes: "Write these down now",
    desk_second_step: "one of your recovery codes",
    desk_signed_out: "Sign in (opens in a new tab)",
    desk_signed_in_again: "You are signed in again",
    desk_factors: "Make new codes",
    desk_logins: "signed in nowhere else",
    desk_queue_empty: "Nothing here.",
    desk_queue_overdue: "Overdue since",
    desk_queue_callable: "Safe at any time",
    desk_help: "What never to do",
    desk_not_found: "We can’t find that page",
    desk_ledger: "Check the chain",
    desk_ledger_checked: "The ledger is whole",
    desk_ledger_refused: "A head is number:hash",
    desk_figures: "How fast we were",
    desk_figures_empty: "No request came in during these weeks",
    desk_figures_refused: "The first day lies after the last one",
    desk_figures_hidden: "stands for a count of 1 to 12",
    desk_export: "Take no more than you need",
    desk_export_refused: "Choose at least one field",
    desk_other_role: "This is for another role",
    colleagues_list: "Who may open the desk",
    colleague_add_refused: "Use letters, digits",
    colleague_away: "Nobody works on these now",
    colleague_new_password: "Shown this once",
    component_gallery: "Form with mistakes",
    record_safe: "Safe to contact now",
    record_not_safe: "Not safe to contact now",
    record_refused: "Write the note first.",
    record_claimed: "What came of it?",
    record_overtaken: "This request has changed",
    record_of_a_colleague: "Choose why you open it.",
    search_found: "Found by",
    search_refused: "Enter at least two letters",
    search_nothing: "Nothing found",
    by_phone: "I will follow it up",
    by_phone_with_errors: "There is a problem",
    duplicates_found: "may be the same person’s",
    record_linked: "Work on that one.",
}


def _checked(scene: Scene, words: str) -> Scene:
    def show(page: Page, house: House) -> None:
        scene(page, house)
        expect(page.get_by_text(words, exact=False).first).to_be_visible()

    return show


SCENES = {
    scene.__name__.replace("_", "-"): _checked(scene, words) for scene, words in _WORDS.items()
}
OF_STAFF = ("by-phone", "colleague", "desk", "duplicates", "export", "record", "search")
AT_THE_DESK = [name for name in SCENES if name.startswith(OF_STAFF)]


def fill_in(page: Page, about: str = "Me") -> None:
    """Answer what a person would who wants a call."""
    page.get_by_label(about, exact=True).check()
    page.get_by_label("What should we call you?").fill("Robin")
    page.get_by_label("Phone call").check()
    page.get_by_label("Phone number").fill("217-555-0123")
    page.get_by_label("Anything you want us to know").fill(WORDS)


def sign_in(
    page: Page, house: House, name: str = sample_staff.USERNAME, *, minutes_ago: float = 0
) -> str:
    """Give the page the session of the sample account of that name, and return the name.

    The second factor was shown so many minutes ago.
    """
    sample_staff.create(name)
    user = User.objects.get(username=name)
    client = signed_in(user)
    prove(client, user, minutes_ago=minutes_ago)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie: Any = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": house.site}
    page.context.add_cookies([cookie])
    return name


def record_address(site: str, row: Request) -> str:
    """Where staff open a request."""
    return f"{site}/desk/intake/request/{row.pk}/change/"


def a_request(**changed: Any) -> Request:
    """A request that came in just now; not safe now unless other windows are given."""
    answered = {
        "name": "Robin",
        "windows": not_now(),
        "if_no_answer": Voicemail.DISCREET,
        "if_other_answers": OtherAnswers.ASK_BY_NAME,
        "message": WORDS,
    }
    return rows.request(sent=rows.answers(**answered | changed), now=timezone.now())


def not_now() -> Window:
    """Windows of the other half of the week."""
    if timezone.localtime().weekday() > FRIDAY:
        return Window.WEEKDAY_MORNING | Window.WEEKDAY_EVENING
    return Window.WEEKEND_MORNING | Window.WEEKEND_EVENING


def some_requests() -> None:
    """New, claimed, waiting, in quarantine, by call and by email."""
    a_request(windows=Window(0))
    a_request(about=Asker.SOMEONE, channel=Channel.EMAIL, phone="", email="robin@mail.example")
    for state in (State.CLAIMED, State.WAITING, State.QUARANTINED):
        rows.request_in(state)


def some_weeks(number: int) -> None:
    """Past weeks as the worker would have counted them; the older, the slower."""
    this_week = weekly_counts.this_week(timezone.now())
    for at in range(1, number + 1):
        counts: list[tuple[str, Any, int]] = [
            ("received", "", 14),
            ("asker", "self", 11),
            ("asker", "someone", 3),
        ]
        counts += [("channel", "phone", 14), ("lane", "open", 14), ("outcome", "admitted", 14)]
        counts += [("attempt", SCALE[2 + at % 5], 7), ("attempt", SCALE[4 + at // 3], 7)]
        counts += [("talk", SCALE[8 + at % 4], 9), ("offer", SCALE[13 + at % 3], 9)]
        WeeklyCount.objects.bulk_create(
            WeeklyCount(
                week=this_week - at * weekly_counts.WEEK,
                figure=figure,
                part=part,
                bucket=bucket,
                number=each,
            )
            for figure, bucket, each in dict.fromkeys(counts)
            for part in ("", "weekday_evening")
        )


def _show_error_page(page: Page, house: House, name: str, status: int) -> None:
    address = f"{house.site}/error-page"
    html = error_pages.render(name)
    page.route(
        address,
        lambda route: route.fulfill(status=status, content_type="text/html", body=html),
    )
    page.goto(address)
