"""A key goes onto paper and comes back; whoever slips is told on which line."""

import secrets
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from intake.seal import keys, paper
from intake.seal.keys import Purpose
from intake.seal.paper import PaperError, Sheet
from intake.seal.sealing import Suite

HEADINGS = {
    "id": "0" * 32,
    "purpose": "recovery",
    "suite": "xwing-sha256-aes256gcm",
    "development": "no",
    "label": "recovery of 2027, in the safe",
}


def lines_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if "=" in line]


@given(st.binary(min_size=1, max_size=120))
def test_what_was_printed_is_read(private: bytes) -> None:
    sheet = Sheet(HEADINGS, private)

    assert paper.read(paper.written(sheet)) == sheet


@given(st.integers(0, 5), st.integers(0, 31), st.sampled_from("0123456789abcdef"))
def test_one_wrong_digit_is_found_in_its_line(line: int, place: int, digit: str) -> None:
    text = paper.written(Sheet(HEADINGS, bytes(range(96))))
    right = lines_of(text)[line]
    at = 4 + place + place // 4
    wrong = right[:at] + digit + right[at + 1 :]

    if wrong == right:
        return
    with pytest.raises(PaperError, match=f"line {line + 1}: its checksum"):
        paper.read(text.replace(right, wrong))


@pytest.mark.parametrize(
    "typed",
    [str.upper, lambda line: line.replace("0", "O").replace("1", "l"), lambda line: line.lower()],
)
def test_habits_of_typing_are_forgiven(typed: Callable[[str], str]) -> None:
    sheet = Sheet(HEADINGS, bytes(range(96)))
    text = paper.written(sheet)
    for line in lines_of(text):
        number, _, rest = line.strip().partition(" ")
        text = text.replace(line, f"{number} {typed(rest).replace(' ', '')}")

    assert paper.read(text) == sheet


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda lines: lines[:2] + lines[3:], "line 3 is missing, or twice: 4 stands there"),
        (lambda lines: lines[:2] + lines[1:], "line 3 is missing, or twice: 2 stands there"),
        (lambda lines: [lines[0].replace("=", ""), *lines[1:]], "line 1: "),
        (lambda lines: [lines[0].replace("0001", "000"), *lines[1:]], "line 1: not only digits"),
        (lambda lines: [lines[0].replace("0001", "00g1"), *lines[1:]], "line 1: not only digits"),
    ],
)
def test_slips_are_named(spoil: Callable[[list[str]], list[str]], complaint: str) -> None:
    text = paper.written(Sheet(HEADINGS, bytes(range(96))))
    head, lines = text.partition("\n 1 ")[0], lines_of(text)

    with pytest.raises(PaperError, match=complaint):
        paper.read("\n".join((head, *spoil(lines))))


@pytest.mark.parametrize("name", paper.HEADINGS)
def test_missing_heading_is_named(name: str) -> None:
    text = paper.written(Sheet(HEADINGS, bytes(96)))
    kept = [line for line in text.splitlines() if not line.startswith(name)]

    with pytest.raises(PaperError, match=f"the line “{name}” is missing"):
        paper.read("\n".join(kept))


def test_sheet_shows_nothing_by_accident() -> None:
    assert "00" * 8 not in repr(Sheet(HEADINGS, bytes(16)))


# The command.


def call(folder: Path, *arguments: str) -> str:
    output = StringIO()
    call_command("paper_key", "--folder", str(folder), *arguments, stdout=output)
    return output.getvalue()


@pytest.fixture(params=Suite)
def printed(request: Any, tmp_path: Path) -> tuple[keys.PublicKey, str]:
    key = keys.make(
        label="in the safe",
        purpose=Purpose.RECOVERY,
        suite=request.param,
        development=False,
        folder=tmp_path / "stick",
        created=date(2026, 11, 24),
    )
    return key, call(tmp_path / "stick", "--print", key.id)


def test_key_comes_back_from_paper(printed: tuple[keys.PublicKey, str], tmp_path: Path) -> None:
    key, text = printed
    (tmp_path / "typed").write_text(text)

    answer = call(tmp_path / "restored", "--from-paper", str(tmp_path / "typed"))

    assert answer.startswith(key.id)
    before, after = (
        sorted((path.name, path.read_text()) for path in (tmp_path / name).iterdir())
        for name in ("stick", "restored")
    )
    undated = [(name, text.replace(f'"{key.created}"', "null")) for name, text in before]
    assert undated == after, "all but the day on which it was made"


def test_key_is_typed_at_the_terminal(
    printed: tuple[keys.PublicKey, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(printed[1]))

    assert printed[0].id in call(tmp_path / "restored", "--from-paper", "-")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("id          ", "id          f", "this is not the key that “id” names"),
        ("recovery\n", "fun\n", "“suite” or “purpose”"),
        ("development no", "development yes", None),
    ],
)
def test_changed_heading(
    printed: tuple[keys.PublicKey, str], tmp_path: Path, old: str, new: str, complaint: str | None
) -> None:
    (tmp_path / "typed").write_text(printed[1].replace(old, new, 1))
    arguments = (tmp_path / "restored", "--from-paper", str(tmp_path / "typed"))

    if complaint:
        with pytest.raises(CommandError, match=complaint):
            call(*arguments)
    else:
        call(*arguments)
        assert (tmp_path / "restored").exists()


def test_paper_that_ends_early(printed: tuple[keys.PublicKey, str], tmp_path: Path) -> None:
    last = lines_of(printed[1])[-1]
    (tmp_path / "typed").write_text(printed[1].replace(last, ""))

    with pytest.raises(CommandError, match="a line is missing at the end"):
        call(tmp_path / "restored", "--from-paper", str(tmp_path / "typed"))
    assert not (tmp_path / "restored").exists()


def test_nothing_is_written_over(printed: tuple[keys.PublicKey, str], tmp_path: Path) -> None:
    (tmp_path / "typed").write_text(printed[1])

    with pytest.raises(CommandError, match="is in that folder already"):
        call(tmp_path / "stick", "--from-paper", str(tmp_path / "typed"))


def test_no_such_key_and_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read as a key file"):
        call(tmp_path, "--print", secrets.token_hex(16))
    with pytest.raises(CommandError, match="cannot be read"):
        call(tmp_path, "--from-paper", str(tmp_path / "nowhere"))
