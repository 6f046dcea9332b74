"""R10: naughty strings come back as sent; what cannot be kept gets a kind page."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from intake.seal.answers import LIMITS
from tests import naughty
from tests.instruments.faults import site, visitor
from tests.instruments.faults.load import Load
from tests.instruments.faults.outcome import Outcome
from tests.instruments.faults.place import Place
from tests.instruments.faults.site_runs import judge_people, only_known_answers
from tests.instruments.faults.visitor import Post


def r10(place: Place, short: bool) -> Outcome:
    """Every string through every free field, and bytes that are no text."""
    outcome = Outcome("R10")
    with site.running(place, place.url("site", place.database())) as served:
        load = Load(served.port)
        for number, typed in enumerate(list(forms())[:: 20 if short else 1]):
            load.post(written(number, typed))
        broken = [
            _send_broken(served.port, number, text) for number, text in enumerate(naughty.NO_TEXT)
        ]
    judge_people(outcome, load)
    refused = [each for each in load.sent if not each.acknowledged]
    outcome.require(not refused, f"{len(refused)} refused, of {len(load.sent)}")
    outcome.require(set(broken) == {422}, f"bytes that are no text: {broken}")
    outcome.notes.append(f"{len(naughty.NO_TEXT)} broken ones got 422, text kept")
    only_known_answers(outcome, load)
    return outcome


def forms() -> Iterator[dict[str, Any]]:
    """Each string in every free field at once, and as part of a phone number and an email."""
    for text in naughty.STRINGS:
        if _is_text(text):
            yield from _pieces(text)


def written(number: int, typed: dict[str, Any]) -> Post:
    """A form that is otherwise complete; the message begins with a number to find it by."""
    post = visitor.write(number)
    post.typed |= {"if_other_answers": "hang_up", **typed}
    post.typed["message"] = f"{number:07}|{typed['message']}"
    return post


def _pieces(text: str) -> Iterator[dict[str, Any]]:
    """Cut to the limit of each field, the rest in a form of its own; inputs have one line."""
    line = re.sub(r"[\r\n]+", "", text)
    area = re.sub(r"\r\n|\r", "\n", text)
    size = LIMITS["name"]
    for at in range(0, max(len(area), 1), size):
        one = {"name": line[at : at + size], "contact_need": line[at : at + size]}
        yield one | {"message": area[at : at + size], **_ways_to_reach(line[at : at + size])}


def _ways_to_reach(line: str) -> dict[str, str]:
    """By turns a number with the words after it, and an address with them inside."""
    local = re.sub(r"[@\s]", "", line)[:200]
    if local and len(line) % 2:
        return {"channel": "email", "email": f"{local}@example.com", "phone": ""}
    return {"channel": "phone", "phone": f"217-555-0100 {line[:20]}", "email": ""}


def _is_text(text: str) -> bool:
    try:
        return "\0" not in text.encode().decode()
    except UnicodeEncodeError:
        return False


def _send_broken(port: int, number: int, text: bytes) -> int:
    """Its status, or 0 when the page does not give back the other fields."""
    post = visitor.write(8_000_000 + number)
    body = post.body().replace(
        b"contact_need=" + quote(post.typed["contact_need"], safe="").encode(), b"contact_need="
    )
    body = re.sub(rb"contact_need=[^&]*", b"contact_need=" + text, body)
    reply = visitor.exchange(port, "POST", body)
    return 0 if visitor.kept(reply, post) else reply.status
