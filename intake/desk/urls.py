"""URLs of the desk's own pages, beside those of Django admin.

Every view is behind the sign-in with both factors, and behind the permissions on its line.
"""

from django.urls import URLPattern, path

from intake.desk.entrance.rights import DECIDE, View, needs
from intake.desk.entrance.second_factor import needs_step_up
from intake.desk.find import duplicates_views, queue_views, search_views
from intake.desk.frame import help_views
from intake.desk.frame.site import desk
from intake.desk.record import phone_views
from intake.desk.reports import dashboard_views, export_views, ledger_views
from intake.desk.staff import colleague_views

EXPORT, STATISTICS = "intake.export_request", "intake.view_weeklycount"
LEDGER = "intake.view_ledgerentry"


def _page(address: str, name: str, view: View, *permissions: str) -> URLPattern:
    return path(address, desk.admin_view(needs(*permissions)(view)), name=name)


urlpatterns = [
    path("", desk.admin_view(dashboard_views.show), name="first_page"),
    _page("queue/", "desk_queue", queue_views.show, "intake.view_request"),
    _page("search/", "desk_search", search_views.show, "intake.change_request"),
    _page("requests/by-phone/", "desk_by_phone", phone_views.show, "intake.add_request"),
    _page("colleagues/", "desk_colleagues", colleague_views.show_all, "auth.view_user"),
    _page(
        "colleagues/add/",
        "desk_colleague_add",
        needs_step_up(colleague_views.add),
        "auth.add_user",
    ),
    _page(
        "colleagues/<int:colleague>/",
        "desk_colleague",
        needs_step_up(colleague_views.show_one),
        "auth.change_user",
    ),
    _page(
        "requests/<uuid:record_id>/duplicates/",
        "desk_duplicates",
        duplicates_views.show,
        "intake.change_request",
    ),
    _page("requests/<uuid:record_id>/link/", "desk_link", duplicates_views.link, DECIDE),
    _page("requests/<uuid:record_id>/unlink/", "desk_unlink", duplicates_views.unlink, DECIDE),
    _page("help/", "desk_help", help_views.show),
    _page("export/", "desk_export", needs_step_up(export_views.export_requests), EXPORT),
    _page("export/figures/", "desk_export_figures", export_views.export_statistics, STATISTICS),
    _page("ledger/", "desk_ledger", ledger_views.show, LEDGER),
    _page("ledger/verify/", "desk_ledger_verify", ledger_views.verify, LEDGER),
    _page("ledger/export/", "desk_ledger_export", ledger_views.download, LEDGER),
]
