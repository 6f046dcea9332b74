"""What the contact form offers, what it checks, and the answers that come out of it."""

from dataclasses import replace
from typing import Any

import pytest
from django.forms import ChoiceField
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from clinic_site.clinic.opening_hours import Hours, Span
from intake.receive.contact_checks import EMAIL, PHONE
from intake.receive.forms import DAMAGED, NAME, ContactForm
from intake.receive.questions import HOW, LISTED, WHO
from intake.seal.answers import Answers, Asker, Channel, OtherAnswers, Voicemail, Window, pack

GOOD = {"about": "self", "channel": "phone", "phone": "217 555 0199"}


def form(clinic, fields=None, damaged=(), **changes) -> ContactForm:
    data = QueryDict(mutable=True)
    for name, value in ((GOOD if fields is None else fields) | changes).items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return ContactForm(clinic, data, damaged=damaged)


def errors(form: ContactForm) -> dict[str, list[str]]:
    return {name: [str(each) for each in found] for name, found in form.errors.items()}


def choices(form: ContactForm, name: str) -> list[Any]:
    field = form.fields[name]
    assert isinstance(field, ChoiceField)
    offered: Any = field.choices
    return list(offered)


def answers(form: ContactForm) -> Answers:
    assert form.is_valid(), form.errors
    return form.answers()


def test_form_with_the_least_is_valid(clinic) -> None:
    given = answers(form(clinic))

    assert given == Answers(
        about=Asker.SELF,
        channel=Channel.PHONE,
        phone="217 555 0199",
        if_no_answer=Voicemail.NOTHING,
        if_other_answers=OtherAnswers.HANG_UP,
    )


def test_form_with_everything(clinic) -> None:
    given = answers(
        form(
            clinic,
            about="someone",
            name=" Sam ",
            channel="email",
            email="sam@example.org",
            if_no_answer="discreet",
            if_other_answers="say_clinic",
            weekdays=["morning", "evening"],
            language="Spanish",
            interpreter="on",
            tty="on",
            contact_need="Slowly",
            message="One\r\nTwo ",
        )
    )

    assert given == Answers(
        about=Asker.SOMEONE,
        name=" Sam ",
        channel=Channel.EMAIL,
        email="sam@example.org",
        if_no_answer=Voicemail.DISCREET,
        if_other_answers=OtherAnswers.SAY_CLINIC,
        windows=Window.WEEKDAY_MORNING | Window.WEEKDAY_EVENING,
        language="Spanish",
        interpreter=True,
        tty=True,
        contact_need="Slowly",
        message="One\nTwo ",
    )


def test_empty_form_names_what_is_needed_in_the_order_of_the_page(clinic) -> None:
    assert form(clinic, {}).summary == [("id_about_0", WHO), ("id_channel_0", HOW)]


def test_summary_follows_the_page_and_reaches_each_field(clinic) -> None:
    found = form(
        clinic,
        {"if_other_answers": "ask_by_name", "channel": "email", "message": "x" * 1003},
    ).summary

    assert found == [
        ("id_about_0", WHO),
        ("id_name", NAME),
        ("id_email", EMAIL),
        ("id_message", "Your message is 3 characters too long; the limit is 1,000"),
    ]


@pytest.mark.parametrize("name", ["about", "channel", "if_no_answer", "language", "weekdays"])
def test_choice_that_was_not_offered_is_an_error(clinic, name: str) -> None:
    message = {"about": WHO, "channel": HOW}.get(name, LISTED)

    assert errors(form(clinic, **{name: "else"})) == {name: [message]}


@pytest.mark.parametrize(
    "phone",
    ["2175550199", "(217) 555-0199", "217.555.0199 ext 4", "+1 217 555 0199", "٢١٧٥٥٥٠١٩٩"],
)
def test_phone_with_ten_digits_is_kept_as_typed(clinic, phone: str) -> None:
    assert answers(form(clinic, phone=phone)).phone == phone


@pytest.mark.parametrize("phone", ["", " ", "555-0199", "call me", "²²²²²²²²²²", "217 555 019"])
@pytest.mark.parametrize("channel", ["phone", "text"])
def test_phone_without_area_code_is_an_error(clinic, phone: str, channel: str) -> None:
    assert errors(form(clinic, phone=phone, channel=channel)) == {"phone": [PHONE]}


def test_phone_over_the_limit_is_an_error(clinic) -> None:
    message = "Your phone number is 1 character too long; the limit is 40"

    assert errors(form(clinic, phone="2" * 41)) == {"phone": [message]}


@pytest.mark.parametrize(
    "email", ["a@b.co", " sam@example.org ", "o'neil+x@mail.example.org", "ü@bücher.example"]
)
def test_email_of_the_right_shape_is_kept_as_typed(clinic, email: str) -> None:
    assert answers(form(clinic, channel="email", email=email)).email == email


@pytest.mark.parametrize(
    "email", ["", "sam", "sam@", "@example.org", "sam@example", "a b@c.de", "a@b..c", "a@@b.co"]
)
def test_email_of_another_shape_is_an_error(clinic, email: str) -> None:
    assert errors(form(clinic, channel="email", email=email)) == {"email": [EMAIL]}


def test_email_with_a_long_tail_is_checked_quickly(clinic) -> None:
    assert errors(form(clinic, channel="email", email="a@" + "a." * 20_000)) == {"email": [EMAIL]}


@pytest.mark.parametrize(
    ("channel", "kept", "dropped"),
    [("phone", "phone", "email"), ("text", "phone", "email"), ("email", "email", "phone")],
)
def test_contact_detail_of_another_channel_is_neither_checked_nor_kept(
    clinic, channel: str, kept: str, dropped: str
) -> None:
    details = {"phone": "2175550199", "email": "sam@example.org", dropped: "nonsense" * 99}

    given = answers(form(clinic, channel=channel, damaged={dropped}, **details))

    assert getattr(given, kept) == details[kept]
    assert getattr(given, dropped) == ""


@pytest.mark.parametrize("name", ["", "  ", "\u3000"])
def test_ask_by_name_without_a_name_is_an_error(clinic, name: str) -> None:
    found = form(clinic, name=name, if_other_answers="ask_by_name")

    assert errors(found) == {"name": [NAME]}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Sam", OtherAnswers.ASK_BY_NAME), ("", OtherAnswers.HANG_UP), (" ", OtherAnswers.HANG_UP)],
)
def test_someone_else_answers_unanswered(clinic, name: str, expected: OtherAnswers) -> None:
    assert answers(form(clinic, name=name)).if_other_answers is expected


@pytest.mark.parametrize(
    ("field", "called", "limit"),
    [("name", "name", 100), ("contact_need", "answer", 200), ("message", "message", 1000)],
)
def test_text_at_its_limit_passes_and_above_it_does_not(
    clinic, field: str, called: str, limit: int
) -> None:
    assert form(clinic, **{field: "🏮" * limit}).is_valid()

    found = errors(form(clinic, **{field: "🏮" * (limit + 12)}))

    assert found == {field: [f"Your {called} is 12 characters too long; the limit is {limit:,}"]}


def test_line_break_of_a_browser_counts_as_one_character(clinic) -> None:
    assert answers(form(clinic, message="\r\n" * 1000)).message == "\n" * 1000


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60))
def test_text_is_kept_exactly_as_typed(text: str) -> None:
    from django.conf import settings

    given = answers(form(settings.CLINIC, message=text, name=text, contact_need=text))

    assert (given.message, given.name) == (text.replace("\r\n", "\n"), text)
    assert given.contact_need == text


def test_damaged_answer_is_an_error_and_the_only_one_of_its_field(clinic) -> None:
    found = form(clinic, phone="", message="fine", damaged={"phone", "message", "token", "nothing"})

    assert errors(found) == {"phone": [DAMAGED], "message": [DAMAGED]}


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ("me", Asker.SELF),
        ("someone", Asker.SOMEONE),
        ("patient", Asker.PATIENT),
        ("self", None),
        ("<b>", None),
        ("", None),
        (None, None),
    ],
)
def test_preselection(clinic, about: str | None, expected: Asker | None) -> None:
    assert ContactForm(clinic, token="t", about=about)["about"].value() == expected


def test_nothing_else_is_preselected(clinic) -> None:
    fresh = ContactForm(clinic, token="t")

    assert {field.name for field in fresh if field.value()} == {"token"}


def test_any_stands_for_all_staffed_windows(clinic) -> None:
    assert answers(form(clinic, weekdays=["any"])).windows == Window(7)


def test_window_that_nobody_staffs_is_not_offered(clinic) -> None:
    assert "weekend" not in ContactForm(clinic).fields
    assert answers(form(clinic, weekend=["morning"])).windows == Window(0)


def test_weekend_is_offered_when_it_is_staffed(clinic) -> None:
    saturday = ((),) * 5 + ((Span(9 * 60, 12 * 60),), ())
    at_weekends = replace(clinic, hours=Hours(saturday))

    fresh = ContactForm(at_weekends)

    assert "weekdays" not in fresh.fields
    assert choices(fresh, "weekend") == [("morning", "Morning, 8 am to noon")]
    given = answers(form(at_weekends, weekend=["morning"]))
    assert given.windows == Window.WEEKEND_MORNING


@pytest.mark.parametrize(
    ("channels", "absent", "hint"),
    [
        (("email",), {"phone", "if_no_answer", "if_other_answers", "tty"}, "Email comes from"),
        (("phone",), {"email"}, "Our call shows on your phone as"),
        (("text", "email"), {"if_no_answer", "if_other_answers", "tty"}, "Email comes from"),
    ],
)
def test_channel_that_nobody_staffs_takes_its_questions_with_it(
    clinic, channels: tuple[str, ...], absent: set[str], hint: str
) -> None:
    fewer = replace(clinic, replies=replace(clinic.replies, channels=channels))

    fresh = ContactForm(fewer)

    assert [value for value, _ in choices(fresh, "channel")] == list(channels)
    assert not absent & set(fresh.fields)
    assert fresh.fields["channel"].help_text.startswith(hint)


@pytest.mark.parametrize("channels", [("email",), ("phone",), ("text", "email"), ("text",)])
def test_answers_of_fewer_channels(clinic, channels: tuple[str, ...]) -> None:
    fewer = replace(clinic, replies=replace(clinic.replies, channels=channels))
    details = {"phone": "2175550199", "email": "sam@example.org", "about": "self"}

    given = answers(form(fewer, details, channel=channels[0]))

    assert given.channel == channels[0]
    assert given.if_no_answer is Voicemail.NOTHING


def test_longest_answers_fit_the_sealed_size(clinic) -> None:
    longest = form(
        clinic,
        channel="email",
        name="\U0010ffff" * 100,
        email="a" * 242 + "@example.org",
        contact_need="\U0010ffff" * 200,
        message="\U0010ffff" * 1000,
        language="Another language",
    )

    assert len(pack(answers(longest))) == 8192


def test_repr_shows_nothing_typed(clinic) -> None:
    filled = form(clinic, message="a secret", name="a secret")
    filled.is_valid()

    assert "a secret" not in repr(filled)
