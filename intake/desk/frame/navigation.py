"""The way from one part of the desk to another: what this person may open, and where they are."""

from collections.abc import Iterator
from typing import NamedTuple

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

EVERYBODY = ""


class Part(NamedTuple):
    """A part of the desk: the name of its address, its words, and the right that it needs."""

    name: str
    words: str
    right: str


class Link(NamedTuple):
    """A part that this person may open."""

    words: str
    address: str
    current: bool


AT_HAND = (
    Part("desk_queue", "Queue", "intake.view_request"),
    Part("desk_search", "Search", "intake.change_request"),
    Part("desk_by_phone", "By phone", "intake.add_request"),
)
MORE = (
    Part("admin:index", "Figures", EVERYBODY),
    Part("desk_ledger", "Ledger", "intake.view_ledgerentry"),
    Part("desk_colleagues", "Colleagues", "auth.change_user"),
    Part("desk_help", "Help", EVERYBODY),
)


def links(request: HttpRequest, parts: tuple[Part, ...]) -> list[Link]:
    """Those that are there, and that this person may open."""
    return list(_links(request, parts))


def _links(request: HttpRequest, parts: tuple[Part, ...]) -> Iterator[Link]:
    for part in parts:
        if part.right and not request.user.has_perm(part.right):
            continue
        try:
            address = reverse(part.name)
        except NoReverseMatch:
            continue
        yield Link(part.words, address, request.path == address)
