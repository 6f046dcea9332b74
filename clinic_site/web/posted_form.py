"""Parser for posted forms that tells which fields arrived damaged.

Django would answer a broken body with a bare error page, and silently turn bytes that are not UTF-8
into U+FFFD. Read here, both lead to a page that tells the visitor what happened.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, QueryDict
from django.http.request import UnreadablePostError

from clinic_site.web.refusals import Refusal

MAX_FIELDS = 100
FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Posted:
    """The fields as they were typed, and the names of those that did not arrive intact.

    `refusal` says why the post cannot be used; None when it can.
    """

    data: QueryDict = field(repr=False)
    damaged: frozenset[str] = frozenset()
    refusal: Refusal | None = None


def read_post(request: HttpRequest, *, several: Collection[str]) -> Posted:
    """Read a form; a body over DATA_UPLOAD_MAX_MEMORY_SIZE (bytes) is refused without reading it.

    `several` names the fields that may be repeated. Any other field that is repeated with different
    values gets all of them, joined by spaces, and counts as damaged.
    """
    declared = _declared_length(request)
    if declared > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return _unread(Refusal.TOO_LARGE)
    if request.content_type != FORM_TYPE:
        return _unread(Refusal.WRONG_TYPE)
    try:
        body = request.body
    except RequestDataTooBig:
        return _unread(Refusal.TOO_LARGE)
    except UnreadablePostError:
        return _unread(Refusal.UNREADABLE)
    return _parsed(body, several, complete=len(body) == declared)


def _declared_length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _unread(refusal: Refusal) -> Posted:
    return Posted(QueryDict(mutable=True), refusal=refusal)


def _parsed(body: bytes, several: Collection[str], *, complete: bool) -> Posted:
    text = body.decode("utf-8", "surrogateescape")
    pairs = parse_qsl(text, keep_blank_values=True, errors="surrogateescape")
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(_mended(name), _mended(value))
    damaged = {name for name, value in pairs if _mended(value) != value}
    damaged |= _join_repeated(data, several)
    whole = complete and 0 < len(pairs) <= MAX_FIELDS
    return Posted(data, frozenset(damaged), None if whole else Refusal.UNREADABLE)


def _join_repeated(data: QueryDict, several: Collection[str]) -> set[str]:
    repeated = {
        name for name, values in data.lists() if name not in several and len(set(values)) > 1
    }
    for name in repeated:
        data[name] = " ".join(data.getlist(name))
    return repeated


def _mended(text: str) -> str:
    """Text that a page can show: invalid UTF-8 becomes U+FFFD, and NUL is removed."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "")
