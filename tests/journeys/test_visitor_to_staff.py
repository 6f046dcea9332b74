"""One request, from a visitor without JavaScript to the staff member who answers it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect

from clinic_site.tryout import sample_staff
from intake.clock import promise
from intake.models import LedgerEntry, Request, Submission
from intake.receive.verdict import TOO_FAST
from intake.seal import keys
from intake.seal.answers import Window, unpack
from intake.worker import notice
from tests.journeys.house import House
from tests.journeys.scenes import WORDS, fill_in, record_address, sign_in
from tests.plugin.mail import SmtpServer
from tests.plugin.staff import code

NUMBER = "217-555-0123"
TYPED = ("Robin", NUMBER, WORDS.partition("\n")[0])
CUT_THE_OTHERS_OFF = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
NOTE = "Asked for the evening group."


def test_visitor_writes_and_staff_answers(
    page_without_javascript: Page, page: Page, house: House, smtp_server: SmtpServer
) -> None:
    given_a_visitor_who_read_a_page(page_without_javascript, house)
    when_the_empty_form_is_sent(page_without_javascript)
    then_each_problem_leads_to_its_field(page_without_javascript)

    when_the_form_is_sent(page_without_javascript, at=part_that_is_not_now())
    then_the_visitor_knows_what_happens(page_without_javascript)

    when_the_worker_looks(smtp_server)
    then_the_notice_says_nothing(smtp_server)

    given_a_staff_member_who_signs_in(page, house)
    when_the_request_is_opened(page)
    then_everything_but_the_number_is_shown(page)

    when_a_reason_is_given(page)
    then_the_number_is_shown(page)

    when_a_note_is_written_and_the_request_claimed(page)
    then_the_request_is_theirs(page)


def test_relative_writes_and_staff_contacts_nobody_else(
    page_without_javascript: Page, page: Page, house: House
) -> None:
    visitor = page_without_javascript
    visitor.goto(f"{house.site}/contact/?for=someone")
    expect(visitor.get_by_label("Someone I care about")).to_be_checked()
    fill_in(visitor, about="Someone I care about")
    send(visitor)
    expect(visitor.get_by_role("heading", name="We got your message")).to_be_visible()

    sign_in(page, house)
    page.goto(record_address(house.site, Request.objects.get()))

    expect(page.get_by_text("Contact only the person who wrote.")).to_be_visible()
    expect(page.get_by_text("Never contact the other person")).to_be_visible()


def test_words_survive_a_database_that_is_away(page_without_javascript: Page, house: House) -> None:
    visitor = page_without_javascript
    visitor.goto(f"{house.site}/contact/")
    token = visitor.locator("[name=token]").input_value()
    fill_in(visitor)

    with database_away(), visitor.expect_response(f"{house.site}/contact/") as answer:
        send(visitor)

    assert answer.value.status == 503
    then_nothing_is_lost(visitor, token)
    assert not Request.objects.exists()

    visitor.get_by_role("button", name="Send again").click()

    expect(visitor.get_by_role("heading", name="We got your message")).to_be_visible()
    assert unpack(Submission.objects.get().unseal(keys.private_keys())).message == WORDS


def given_a_visitor_who_read_a_page(page: Page, house: House) -> None:
    page.goto(f"{house.site}/")
    page.get_by_role("banner").get_by_role("link", name="What is an IOP?").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "What is an intensive outpatient program?"
    )
    page.get_by_role("main").get_by_role("link", name="Write to us").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Contact us. You choose how we reply."
    )


def when_the_empty_form_is_sent(page: Page) -> None:
    send(page)
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    assert page.title().startswith("Error: ")


def then_each_problem_leads_to_its_field(page: Page) -> None:
    links = page.locator(".error-summary li a")
    assert links.count() >= 2
    for link in links.all():
        target = (link.get_attribute("href") or "").removeprefix("#")
        link.click()
        expect(page.locator(f"[id='{target}']")).to_be_focused()


def when_the_form_is_sent(page: Page, at: str) -> None:
    fill_in(page)
    page.get_by_role("group", name="Weekdays").get_by_label(at).check()
    page.wait_for_timeout(TOO_FAST / timedelta(milliseconds=1))
    send(page)


def then_the_visitor_knows_what_happens(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("We got your message")
    expect(page.get_by_text("A person will try you")).to_be_visible()
    assert not [word for word in TYPED if word in page.url or word in page.content()]


def when_the_worker_looks(smtp_server: SmtpServer) -> None:
    assert smtp_server.messages == []
    call_command("work", once=True)


def then_the_notice_says_nothing(smtp_server: SmtpServer) -> None:
    """While the clinic is open, the notice of the day comes with it and says as little."""
    row = Request.objects.get()
    forbidden = [*TYPED, str(row), str(row.pk), row.pk.hex]
    texts = [f"{message}{message.get_content()}" for _, message in smtp_server.messages]
    assert not [word for word in forbidden if word in "".join(texts)]

    words = notice.BODY.format(desk=notice.desk_address()).strip()
    [to] = [to for to, message in smtp_server.messages if message.get_content().strip() == words]
    assert to == list(settings.CLINIC.replies.notice_to)


def given_a_staff_member_who_signs_in(page: Page, house: House) -> None:
    password = sample_staff.create()
    page.goto(f"{house.site}/desk/")
    page.get_by_label("Username").fill(sample_staff.USERNAME)
    page.get_by_label("Password", exact=True).fill(str(password))
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("link", name="Set up an authenticator app").click()
    page.get_by_label("Code", exact=True).fill(code(page.locator("#key").inner_text()))
    page.get_by_role("button", name="Set up").click()
    page.get_by_role("link", name="Go to the desk").click()
    page.get_by_role("link", name="Queue").click()
    page.get_by_role("link", name="Unclaimed").click()


def when_the_request_is_opened(page: Page) -> None:
    assert not LedgerEntry.objects.filter(action="opened").exists()
    assert not [word for word in TYPED if word in page.content()]
    page.get_by_role("link", name=str(Request.objects.get())).click()


def then_everything_but_the_number_is_shown(page: Page) -> None:
    expect(page.get_by_text(TYPED[-1]).first).to_be_visible()
    expect(page.get_by_role("heading", name="Not safe to contact now")).to_be_visible()
    assert NUMBER not in page.content()
    line = LedgerEntry.objects.get(action="opened")
    assert (line.by, line.record) == (sample_staff.USERNAME, Request.objects.get().pk)


def when_a_reason_is_given(page: Page) -> None:
    page.get_by_text("I need the number now").click()
    page.get_by_label("Why do you need the number now?").fill("They asked for a call at once.")
    page.get_by_role("button", name="Show the number and record why").click()


def then_the_number_is_shown(page: Page) -> None:
    link = page.get_by_role("link", name=NUMBER)
    expect(link).to_have_attribute("href", "tel:+12175550123")
    assert LedgerEntry.objects.filter(action="override").count() == 1


def when_a_note_is_written_and_the_request_claimed(page: Page) -> None:
    page.get_by_label("Note", exact=True).fill(NOTE)
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("The note is saved, sealed.")).to_be_visible()
    page.get_by_role("button", name="Claim this request").click()


def then_the_request_is_theirs(page: Page) -> None:
    expect(page.get_by_text("Now “Claimed”.")).to_be_visible()
    expect(page.get_by_text(NOTE)).to_be_visible()
    assert NUMBER not in page.content(), "a reason counts once"
    row = Request.objects.get()
    assert (row.state, row.owner) == ("claimed", sample_staff.USERNAME)


def then_nothing_is_lost(page: Page, token: str) -> None:
    main = page.get_by_role("main")
    expect(main.get_by_role("link", name=settings.CLINIC.phone.number).first).to_be_visible()
    expect(main.get_by_role("link", name="988").first).to_be_visible()
    expect(page.get_by_label("What should we call you?")).to_have_value("Robin")
    expect(page.get_by_label("Phone number")).to_have_value(NUMBER)
    expect(page.get_by_label("Anything you want us to know")).to_have_value(WORDS)
    expect(page.get_by_label("Me", exact=True)).to_be_checked()
    assert page.locator("[name=token]").input_value() == token


@contextmanager
def database_away() -> Iterator[None]:
    """Every server loses its connection and gets no new one; ours stays."""
    let_in = "ALTER DATABASE {} ALLOW_CONNECTIONS {}"
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection._nodb_cursor() as outside, connection.cursor() as inside:
        outside.execute(let_in.format(name, "false"))
        try:
            inside.execute(CUT_THE_OTHERS_OFF)
            yield
        finally:
            outside.execute(let_in.format(name, "true"))


def send(page: Page) -> None:
    page.get_by_role("button", name="Send message").click()


def part_that_is_not_now() -> str:
    """A part of the weekdays that the form offers, not safe now nor in the next half hour."""
    now, clinic = timezone.now(), settings.CLINIC
    for name in ("morning", "afternoon", "evening"):
        safe = [
            promise.callable_now(
                Window[f"WEEKDAY_{name.upper()}"],
                at,
                hours=clinic.hours,
                contact_windows=clinic.contact_windows,
                time_zone=clinic.time_zone,
            )
            for at in (now, now + timedelta(minutes=30))
        ]
        if not any(safe):
            return name.capitalize()
    raise AssertionError("two moments cannot be in three parts of a day")
