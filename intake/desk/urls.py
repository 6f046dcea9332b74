"""The desk's own pages, beside the tables that the admin lists.

Each stands behind both factors, and behind the rights that its line names.
"""

from collections.abc import Callable

from django.urls import URLPattern, path

from intake.desk import (
    colleague_pages,
    duplicates_page,
    export_views,
    help_page,
    ledger_view,
    phone_page,
    queue,
    search_page,
)
from intake.desk.rights import DECIDE, needs
from intake.desk.second_factor import needs_proof_again
from intake.desk.site import desk

EXPORT, FIGURES = "intake.export_request", "intake.view_weeklycount"
LEDGER = "intake.view_ledgerentry"


def _page(address: str, name: str, view: Callable, *permissions: str) -> URLPattern:
    return path(address, desk.admin_view(needs(*permissions)(view)), name=name)


urlpatterns = [
    _page("queue/", "desk_queue", queue.show, "intake.view_request"),
    _page("search/", "desk_search", search_page.show, "intake.change_request"),
    _page("requests/by-phone/", "desk_by_phone", phone_page.show, "intake.add_request"),
    _page("colleagues/", "desk_colleagues", colleague_pages.everybody, "auth.view_user"),
    _page(
        "colleagues/add/",
        "desk_colleague_add",
        needs_proof_again(colleague_pages.add),
        "auth.add_user",
    ),
    _page(
        "colleagues/<int:colleague>/",
        "desk_colleague",
        needs_proof_again(colleague_pages.one),
        "auth.change_user",
    ),
    _page(
        "requests/<uuid:record_id>/duplicates/",
        "desk_duplicates",
        duplicates_page.look,
        "intake.change_request",
    ),
    _page("requests/<uuid:record_id>/link/", "desk_link", duplicates_page.link, DECIDE),
    _page("requests/<uuid:record_id>/unlink/", "desk_unlink", duplicates_page.unlink, DECIDE),
    _page("help/", "desk_help", help_page.show),
    _page("export/", "desk_export", needs_proof_again(export_views.requests), EXPORT),
    _page("export/figures/", "desk_export_figures", export_views.figures, FIGURES),
    _page("ledger/", "desk_ledger", ledger_view.show, LEDGER),
    _page("ledger/verify/", "desk_ledger_verify", ledger_view.verify, LEDGER),
    _page("ledger/export/", "desk_ledger_export", ledger_view.take_along, LEDGER),
]
