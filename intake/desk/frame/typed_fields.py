"""Posted fields that a page may hand back to the person: never a password or a code."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.debug import sensitive_variables

OF_THE_FORM = frozenset(
    {"action", "asked", "changes", "id", "line", "other", "outcome", "seen", "target", "token"}
)
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
SECRET = re.compile("password|code", re.IGNORECASE)
UNREADABLE = (RequestDataTooBig, SuspiciousOperation, MultiPartParserError, OSError)


class TypedField(NamedTuple):
    """One field of a posted form. A field that is not shown is sent again all the same."""

    name: str
    value: str

    @property
    def shown(self) -> bool:
        """Whether somebody typed it; the others are the form's own hidden fields."""
        return bool(self.value.strip()) and self.name not in OF_THE_FORM

    @property
    def label(self) -> str:
        """The name of the field in words."""
        return self.name.replace("_", " ").capitalize()


@sensitive_variables()
def posted(request: HttpRequest) -> Iterator[TypedField]:
    """Each value of each posted field, in order; nothing if the body cannot be read."""
    if request.method != "POST":
        return
    try:
        fields = list(request.POST.lists())
    except UNREADABLE:
        return
    for name, values in fields:
        if name != TOKEN and not SECRET.search(name):
            yield from (TypedField(name, value) for value in values)
