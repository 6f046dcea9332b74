"""The fields of a posted form that may be handed back in a page: never a password or a code."""

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


class Typed(NamedTuple):
    """One field of the form. What is not shown is sent again all the same."""

    name: str
    value: str

    @property
    def shown(self) -> bool:
        return bool(self.value.strip()) and self.name not in OF_THE_FORM

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").capitalize()


@sensitive_variables()
def read(request: HttpRequest) -> Iterator[Typed]:
    """Each value of each field, in order; nothing of a body that cannot be read."""
    if request.method != "POST":
        return
    try:
        fields = list(request.POST.lists())
    except UNREADABLE:
        return
    for name, values in fields:
        if name != TOKEN and not SECRET.search(name):
            yield from (Typed(name, value) for value in values)
