"""The page of a request, and the ledger as a list: no form to add, edit or delete a row.

Accounts are not in Django admin, where who may edit them could give themselves every right.
"""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils.decorators import method_decorator

from intake.desk import views
from intake.desk.rights import NotYours, needs
from intake.desk.site import desk
from intake.models import LedgerEntry, Request


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows come and change through the flow, never through a generic form."""

    actions = None
    change_list_template = "desk/list.html"
    heading = ""
    pages: tuple[str, ...] = ("changelist",)
    show_facets = admin.ShowFacets.NEVER

    def get_urls(self) -> list[URLPattern]:
        """No history, no deletion, nothing that shows a row as a form."""
        kept = {f"{self.opts.app_label}_{self.opts.model_name}_{page}" for page in self.pages}
        return [each for each in super().get_urls() if each.name in kept]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise NotYours(f"{self.opts.app_label}.view_{self.opts.model_name}")
        return super().changelist_view(request, {"title": self.heading, **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Request, site=desk)
class RequestAdmin(ReadOnlyAdmin):
    """A request has a page. The list of them is the queue, and there is one list."""

    pages = ("changelist", "change")

    @method_decorator(needs("intake.view_request"))
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("desk_queue"))

    @method_decorator(needs("intake.change_request"))
    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            record_id = UUID(object_id)
        except ValueError:
            raise Http404 from None
        return views.record(request, self.admin_site, record_id)


@admin.register(LedgerEntry, site=desk)
class LedgerAdmin(ReadOnlyAdmin):
    """Who did what to which record, when."""

    heading = "Ledger"
    list_display = ("number", "at", "by", "what", "name", "reason", "detail")
    list_display_links = None
    list_filter = ("action",)
    ordering = ("-number",)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @admin.display(description="What", ordering="action")
    def what(self, row: LedgerEntry) -> str:
        return row.action.replace("_", " ").capitalize()

    @admin.display(description="Record")
    def name(self, row: LedgerEntry) -> str:
        return str(row) if row.record else ""
