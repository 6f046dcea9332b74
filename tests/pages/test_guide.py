"""The guide: warnings first, five questions that cannot be sent, a card for every answer."""

import re

import pytest

from clinic_site.web import stylesheet

QUESTIONS = range(1, 6)
ANSWERS = ("yes", "no", "unsure")


@pytest.fixture
def page(html):
    """The whole document."""
    return html["which-level-of-care"]


@pytest.fixture
def main(page):
    """The guide's own part of the page."""
    return page[page.index("<main") : page.index("</main>")]


def sections(main):
    return re.findall(r'<section class="guide".*?</section>', main, re.DOTALL)


def test_warnings_come_before_the_first_input_of_the_document(page):
    first = page.index("<input")
    for heading in (
        "Call 911 if",
        "Call or text 988 if",
        "Talk to a doctor today, before you stop",
    ):
        assert page.index(heading) < first
    assert page.index("do not stop suddenly on your own") < first


def test_each_question_has_three_answers(main):
    inputs = re.findall(r'<input type="radio" name="(q\d)" value="(\w+)" id="([\w-]+)">', main)
    expected = {(f"q{n}", answer, f"q{n}-{answer}") for n in QUESTIONS for answer in ANSWERS}
    assert set(inputs) == expected
    assert len(inputs) == len(expected)
    assert main.count("<input") == len(inputs)


def test_nothing_is_chosen_beforehand(main):
    assert not re.search(r"<input[^>]*\bchecked", main)


def test_answers_have_no_way_out(main):
    forms = re.findall(r"<form[^>]*>", main)
    assert forms == ['<form method="dialog" autocomplete="off">'] * len(QUESTIONS)
    assert not re.search(r"<button|submit|formaction|\saction=", main)


def test_each_answer_has_exactly_one_card(main):
    for section in sections(main):
        cards = re.findall(r'<li class="card ([^"]+)"', section)
        shown = [name.removeprefix("card--") for card in cards for name in card.split()]
        assert sorted(shown) == sorted(ANSWERS)


def test_each_answer_is_revealed_by_its_own_rule():
    css = stylesheet.build().parts["guide"]
    for answer in ANSWERS:
        assert f'.guide:has([value="{answer}"]:checked) .card--{answer}' in css.replace(
            f"[value={answer}]", f'[value="{answer}"]'
        )


def test_cards_say_what_to_ask_and_judge_nobody(main):
    cards = re.findall(r'<li class="card [^"]+"><h3>(.*?)</h3>', main)
    assert len(cards) == 14
    assert all(re.search(r": (ask|say|draw)\b", card) for card in cards), cards
    assert not re.search(r"\bscore of|points|you (need|are)\b", " ".join(cards))


def test_assessment_decides(main):
    assert "An assessment decides, not this page." in main
    assert "Clinicians use a national guideline." in main
