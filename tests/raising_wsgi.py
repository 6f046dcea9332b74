"""The site with two mistakes: storing and opening raise, with what was typed in the text."""

from typing import Any, NoReturn

from clinic_site.wsgi import application  # noqa: F401
from intake.desk.steps import transitions
from intake.store import submission


def receive(answers: Any, **options: Any) -> NoReturn:
    """A mistake that quotes a person, and has more of them in its frame."""
    typed = (answers.name, answers.message)
    raise RuntimeError(f"cannot store {typed}") from ValueError(answers.contact_need)


def write_note(row: Any, text: str, **options: Any) -> NoReturn:
    """The same at the desk, and not one of the kinds that the view expects."""
    raise RuntimeError(f"cannot write {text}") from ValueError(text)


submission.receive = receive
setattr(transitions, "write_note", write_note)  # noqa: B010 - another signature on purpose
