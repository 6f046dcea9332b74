"""The committed card is that of clinic.toml, small, and a valid picture."""

import io
import struct
import zlib
from dataclasses import replace
from unittest import mock

import pytest
from django.core.management import CommandError, call_command

from pages import checks
from pages.drawings import social_card


def chunks(png):
    at = 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8 + length], png[at + 8 + length : at + 12 + length]
        at += 12 + length


def test_card_is_that_of_the_clinic(clinic):
    assert social_card.shows(clinic), "draw it anew: make manage ARGS=social_card"
    assert checks.social_card_is_ours() == []
    assert checks.social_card_is_ours_when_published() == []


def test_card_is_a_small_picture_of_the_size_that_is_asked_for():
    png = social_card.CARD.read_bytes()
    assert len(png) <= social_card.LARGEST
    assert struct.unpack(">2I", png[16:24]) == social_card.SIZE
    for body, crc in chunks(png):
        assert zlib.crc32(body) == int.from_bytes(crc, "big")


def changes(clinic):
    yield replace(clinic, name="Harbor IOP")
    yield replace(clinic, sample=not clinic.sample)
    yield replace(clinic, tracks=clinic.tracks[::-1])


def test_card_of_another_clinic_is_a_word_while_developing_and_an_error_in_production(
    clinic, settings
):
    for other in changes(clinic):
        settings.CLINIC = other
        assert [found.id for found in checks.social_card_is_ours()] == ["pages.W003"]
        assert [found.id for found in checks.social_card_is_ours_when_published()] == ["pages.E003"]


def test_what_the_card_does_not_show_needs_no_new_card(clinic):
    assert social_card.shows(replace(clinic, owner="Somebody else."))


def test_missing_or_unmarked_card_shows_nobody(clinic, tmp_path, monkeypatch):
    monkeypatch.setattr(social_card, "CARD", tmp_path / "card.png")
    assert not social_card.shows(clinic)
    social_card.CARD.write_bytes(b"\x89PNG" + bytes(60))
    assert not social_card.shows(clinic)


def test_page_of_the_card_names_the_clinic_and_escapes_it(clinic):
    words = social_card.card_html(replace(clinic, name="A <b> clinic"))
    assert "A &lt;b&gt; clinic (sample clinic)" in words
    assert "Treatment for 9 hours a week." in words


@pytest.fixture
def drawn(tmp_path, monkeypatch):
    """Draws into a folder of its own, without a browser."""
    card = tmp_path / "card.png"
    monkeypatch.setattr(social_card, "CARD", card)

    def draw(picture):
        out = io.StringIO()
        with mock.patch("pages.management.commands.social_card._screenshot", return_value=picture):
            call_command("social_card", stdout=out)
        return card, out.getvalue()

    return draw


def test_command_marks_what_it_draws(drawn, clinic):
    card, said = drawn(b"\x89PNG" + bytes(60))
    assert social_card.digest_in(card.read_bytes()) == social_card.digest(clinic)
    assert "card.png" in said


def test_command_refuses_a_heavy_card(drawn):
    with pytest.raises(CommandError, match="more than 60000"):
        drawn(bytes(60_001))


def test_pages_name_the_card(html, clinic):
    named = f'property="og:image" content="{clinic.url}/static/img/social-card-en'
    assert named in html["home"]
