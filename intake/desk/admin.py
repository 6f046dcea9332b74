"""The page of a request: no form to add, edit or delete a row.

Accounts are not in Django admin, where who may edit them could give themselves every right.
"""

from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils.decorators import method_decorator

from intake.desk.entrance.rights import StaffRequest, needs
from intake.desk.frame.site import desk
from intake.desk.record import views
from intake.models import Request


@admin.register(Request, site=desk)
class RequestAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # takes none at run time
    """A request has a page. The list of them is the queue, and there is one list."""

    pages = ("intake_request_changelist", "intake_request_change")

    def get_urls(self) -> list[URLPattern]:
        """No history, no deletion, nothing that shows a row as a form."""
        return [each for each in super().get_urls() if each.name in self.pages]

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
        return views.record(cast(StaffRequest, request), self.admin_site, record_id)
