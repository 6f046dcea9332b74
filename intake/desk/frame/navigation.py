"""The desk's navigation: the pages that this user may open, and which of them is current."""

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse

EVERYBODY = ""


class MenuItem(NamedTuple):
    """An entry of the navigation: its URL name, its words, and the permission that it needs."""

    name: str
    words: str
    permission: str


class MenuLink(NamedTuple):
    """An entry as one user sees it."""

    words: str
    address: str
    current: bool


AT_HAND = (
    MenuItem("desk_queue", "Queue", "intake.view_request"),
    MenuItem("desk_search", "Search", "intake.change_request"),
    MenuItem("desk_by_phone", "By phone", "intake.add_request"),
)
MORE = (
    MenuItem("admin:index", "Figures", EVERYBODY),
    MenuItem("desk_ledger", "Ledger", "intake.view_ledgerentry"),
    MenuItem("desk_colleagues", "Colleagues", "auth.change_user"),
    MenuItem("desk_help", "Help", EVERYBODY),
)


def links(request: HttpRequest, items: tuple[MenuItem, ...]) -> list[MenuLink]:
    """The entries whose page the user may open, in their order."""
    return [
        MenuLink(item.words, address, request.path == address)
        for item in items
        if not item.permission or request.user.has_perm(item.permission)
        for address in [reverse(item.name)]
    ]
