"""The planner as a visitor meets it: every post has an answer, and nothing of it is kept."""

import re
from dataclasses import replace
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import SimpleTestCase

from clinic_site.clinic.opening_hours import Session, Span, Track
from pages.editorial.reading_rules import findings
from pages.editorial.visible_text import read_html
from pages.planner.form import PlannerForm
from pages.planner.views import EXAMPLES

ADDRESS = "/plan-your-week/"
FORM_TYPE = "application/x-www-form-urlencoded"
ANSWERS = {
    "work": "days",
    "travel": "45",
    "care": ["bedtime", "adult"],
    "days": ["friday"],
    "preference": "evening",
}
OWN_TIMES = {
    "work": "own",
    "work_days": ["tuesday", "saturday"],
    "work_from": "19:00",
    "work_until": "07:30",
    "other_days": ["wednesday"],
    "other_from": "17:30",
    "other_until": "18:30",
}
SELECTED = re.compile(r'<option value="([^"]+)" selected>')
CHECKED = re.compile(r'<input[^>]*name="(\w+)" value="([^"]*)"[^>]*checked')


def post(client, data=None, **extra):
    return client.post(
        ADDRESS, urlencode(ANSWERS if data is None else data, True), FORM_TYPE, **extra
    )


def heading(response):
    (words,) = re.findall("<h1>(.*?)</h1>", response.content.decode())
    return unescape(words)


def checked(response):
    return set(CHECKED.findall(response.content.decode()))


def test_form_is_a_page_like_others(client):
    response = client.get(ADDRESS)
    assert response.headers["Cache-Control"].startswith("public")
    assert heading(response) == "Plan your week"
    assert checked(response) == {("travel", "30"), ("preference", "either")}


def test_head_has_no_body(client):
    assert client.head(ADDRESS).status_code == 200


def test_post_puts_the_outcome_into_the_heading_and_keeps_the_title(client):
    response = post(client)
    assert response.status_code == 200
    assert heading(response) == "Evening group comes closest"
    assert "<title>Plan your week around treatment | Lamplight IOP</title>" in (
        response.content.decode()
    )


def test_post_shows_the_answers_again(client):
    expected = {
        (name, value)
        for name, values in ANSWERS.items()
        for value in ([values] if isinstance(values, str) else values)
    }
    assert checked(post(client)) == expected


def test_post_shows_own_times_again_and_opens_them(client):
    response = post(client, OWN_TIMES)
    assert checked(response) == {
        ("work", "own"),
        ("work_days", "tuesday"),
        ("work_days", "saturday"),
        ("travel", "30"),
        ("other_days", "wednesday"),
        ("preference", "either"),
    }
    text = response.content.decode()
    assert SELECTED.findall(text) == ["19:00", "07:30", "17:30", "18:30"]
    assert text.count('<details class="own" open>') == 2
    assert "7 pm to 7:30 am work" in text.replace("\u00a0", " ")


def test_own_hours_count_whatever_shift_is_chosen(client):
    response = post(client, {"work": "days", "work_from": "19:00", "work_until": "23:00"})
    assert ("work", "own") in checked(response)


@pytest.mark.parametrize("work", ["none", "changes"])
def test_who_has_no_fixed_hours_is_not_given_any(client, work):
    response = post(client, {"work": work, "work_from": "09:00", "work_until": "17:00"})
    assert ("work", work) in checked(response)
    assert "9 am to 5 pm work" not in response.content.decode().replace("\u00a0", " ")
    assert SELECTED.findall(response.content.decode()) == ["09:00", "17:00"]


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ({"work": "own", "work_from": "19:00"}, "your work"),
        ({"work": "own"}, "your work"),
        ({"work": "days", "work_until": "19:00"}, "your work"),
        ({"other_days": ["wednesday"]}, "your other plan"),
        ({"other_from": "19:00"}, "your other plan"),
        ({"work": "own", "other_from": "19:00"}, "your work and your other plan"),
        ({"work": "days", "work_days": ["monday"]}, None),
    ],
)
def test_missing_time_is_asked_for_by_name(client, answers, missing):
    text = post(client, answers).content.decode()
    assert ("A time is missing" in text) is (missing is not None)
    assert missing is None or f"A time is missing</strong> for {missing}." in text


def test_fit_without_the_work_is_not_said_to_be_one(client):
    text = post(client, {"work": "changes"}).content.decode()
    assert "your work isn’t drawn" in text
    assert "by your answers" not in text
    assert "by your answers" in post(client, {"work": "none"}).content.decode()


def test_half_of_own_hours_is_kept(client):
    text = post(client, {"work": "own", "work_from": "19:00"}).content.decode()
    assert SELECTED.findall(text) == ["19:00"]


def test_own_times_are_closed_until_needed(client):
    text = client.get(ADDRESS).content.decode()
    assert text.count('<details class="own">') == 2
    assert not SELECTED.findall(text)


def test_result_has_a_sentence_to_begin_a_call_with(client):
    assert "“I looked at the Evening group. " in post(client).content.decode()
    assert "I looked at" not in client.get(ADDRESS).content.decode()


def test_result_leads_to_the_calendar_of_the_group(client):
    text = post(client).content.decode()
    assert 'href="#calendar"' in text
    assert 'id="calendar"' in text


def test_result_stands_above_the_form(client):
    text = post(client).content.decode()
    assert text.index('id="by-day"') < text.index("<form") < text.index('id="ask"')


def test_post_leaves_nothing_behind(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        response = post(client)
    assert response.headers["Cache-Control"] == "no-store"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.parametrize("sample", [True, False])
def test_post_is_never_indexed(client, clinic, settings, sample):
    settings.CLINIC = replace(clinic, sample=sample)
    assert post(client).headers["X-Robots-Tag"] == "noindex"


def test_post_from_anywhere_needs_no_token(settings):
    client = Client(enforce_csrf_checks=True, headers={"Origin": "https://elsewhere.example"})
    assert post(client).status_code == 200


def test_post_writes_no_log_line(client, caplog):
    with caplog.at_level("DEBUG"):
        post(client)
        client.post(ADDRESS, b"\xff" * 10, "text/plain")
        client.put(ADDRESS, b"work=days")
    assert [record for record in caplog.records if record.name != "asyncio"] == []


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", FORM_TYPE, 415),  # Django's client names no type when there is nothing
        (b"work=days", "text/plain", 415),
        (b"work=days&" + b"care=adult&" * 7000, FORM_TYPE, 413),
        (b"&".join(b"x%d=1" % number for number in range(200)), FORM_TYPE, 400),
    ],
)
def test_post_that_cannot_be_read_has_a_next_step(client, body, content_type, status):
    response = client.post(ADDRESS, body, content_type)
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"
    text = response.content.decode()
    assert "<title>Error: Plan your week" in text
    assert_next_step(text)


def test_other_methods_are_refused_with_the_page(client):
    response = client.delete(ADDRESS)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, POST"
    assert_next_step(response.content.decode())


def assert_next_step(text):
    main = text[text.index("<main") :]
    assert 'href="tel:+12175550168"' in main
    assert "Show my week" in main
    assert 'action="/plan-your-week/"' in main


class AnyPost(SimpleTestCase):
    """Whatever is posted, there is a page with a way on."""

    names = st.sampled_from([*PlannerForm.base_fields, "x", ""]) | st.text()
    values = st.sampled_from(
        ["days", "nights", "own", "30", "-1", "bedtime", "sunday", "00:00", "23:30", "24:00", "{0}"]
    )
    values |= st.text()
    pairs = st.lists(st.tuples(names, values), max_size=12)

    @given(pairs)
    def test_any_fields_are_answered(self, pairs):
        body = urlencode(pairs, errors="surrogatepass")
        self._assert_answered(self.client.post(ADDRESS, body, FORM_TYPE))

    @given(st.binary(max_size=300))
    def test_any_bytes_are_answered(self, body):
        self._assert_answered(self.client.post(ADDRESS, body, FORM_TYPE))

    def _assert_answered(self, response):
        assert response.status_code in (200, 400, 415)
        assert_next_step(response.content.decode())


def test_words_that_are_not_on_the_list_are_not_repeated(client):
    text = post(client, {"work": "zqx<b>", "days": ["zqx"], "other": "zqx"}).content.decode()
    assert "zqx" not in text


def test_group_named_with_braces_is_no_format(client, clinic, settings):
    track = Track("{clinic.owner} {0}", (Session(0, Span(1080, 1260)),))
    settings.CLINIC = replace(clinic, tracks=(track,))
    assert heading(post(client)) == "{clinic.owner} {0} comes closest"


def test_week_without_overlap_offers_no_other_care(client):
    text = post(client, {"work": "early"}).content.decode()
    assert "Nothing overlaps" in text
    assert 'id="nothing-fits"' not in text
    assert 'id="clashes"' not in text


def test_week_where_nothing_fits_shows_what_could(client):
    everything = {"days": [f"{day}day" for day in ("mon", "tues", "wednes", "thurs", "fri")]}
    text = post(client, everything).content.decode()
    other = text[text.index('id="nothing-fits"') :]
    for words in ("Morning group", "day treatment", "video", "findtreatment.gov"):
        assert words in other
    assert "0 of 3" not in other
    assert not re.search("you (cannot|can’t) (do|come|join)", read_html(text).blocks[0].words)


@pytest.mark.parametrize("video", [True, False])
def test_video_is_offered_as_the_clinic_has_it(client, clinic, settings, video):
    offer = replace(clinic.services, telehealth=type(clinic.services.telehealth)(video))
    settings.CLINIC = replace(clinic, services=offer)
    assert ("groups by video" in post(client).content.decode()) is video


def test_night_shift_reads_a_line_on_sleep(client):
    assert "sleep comes before the drive" in post(client, {"work": "nights"}).content.decode()
    assert "sleep comes before the drive" not in post(client).content.decode()


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_example_is_a_page_that_can_be_kept(client, name):
    address = f"/{name.replace('week-', 'week/')}/"
    response = client.get(address)
    assert response.headers["Cache-Control"].startswith("public")
    text = response.content.decode()
    assert 'id="by-day"' in text
    assert "The answers behind this week" in text
    assert checked(response)
    assert client.post(address).status_code == 405


def test_result_reads_as_easily_as_a_page(client):
    found = findings("plan-your-week-day-shift-parent", read_html(post(client).content.decode()))
    assert [str(each) for each in found if "untagged figure" not in each.problem] == []
