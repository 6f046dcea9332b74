import pytest

from intake.models import KeyWrap, StaffText
from intake.seal import keys
from intake.seal.answers import PACKED_SIZE, AnswersError
from intake.seal.sealing import SealError
from intake.store import staff_text
from tests.intake import rows
from tests.intake.rows import NOW

pytestmark = pytest.mark.django_db
MARKER = "marker-note-51"


@pytest.mark.parametrize("kind", StaffText.Kind)
def test_written_text_is_read_back(kind: str) -> None:
    request = rows.request()

    row = staff_text.write(request, kind=kind, text=f"{MARKER} ü", by="sam", now=NOW)

    stored = request.texts.get()
    assert staff_text.read(stored, keys.private_keys()) == f"{MARKER} ü"
    assert (stored.id, stored.kind) == (row.id, kind)
    assert (stored.written_by, stored.written_at) == ("sam", NOW)


def test_text_is_sealed_in_one_size() -> None:
    request = rows.request()
    for text in ("", MARKER, "long " * 300):
        staff_text.write(request, kind="note", text=text, by="sam", now=NOW)

    sizes = {len(bytes(row.ciphertext)) for row in request.texts.all()}
    assert len(sizes) == 1
    assert sizes.pop() > PACKED_SIZE
    assert MARKER not in str(list(StaffText.objects.values()))
    assert KeyWrap.objects.filter(staff_text__isnull=False).count() == 6


def test_note_does_not_open_as_a_reason() -> None:
    row = staff_text.write(rows.request(), kind="note", text=MARKER, by="sam", now=NOW)
    row.kind = "reason"

    with pytest.raises(SealError):
        staff_text.read(row, keys.private_keys())


def test_text_that_is_too_long_stores_nothing() -> None:
    with pytest.raises(AnswersError):
        staff_text.write(rows.request(), kind="note", text="q" * 2001, by="sam", now=NOW)

    assert not StaffText.objects.exists()


def test_texts_come_in_the_order_of_writing() -> None:
    request = rows.request()
    for minute in (5, 1, 3):
        staff_text.write(
            request, kind="note", text=f"{minute}", by="sam", now=NOW.replace(minute=minute)
        )

    in_order = [staff_text.read(row, keys.private_keys()) for row in request.texts.in_order()]
    assert in_order == ["1", "3", "5"]
