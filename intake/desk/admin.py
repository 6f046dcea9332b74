"""Requests in Django admin: the change view is the opened record, and no generic form is left.

Accounts are not registered here: whoever may edit them could give themselves every permission.
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
    """Two of the admin's own URLs: the changelist, which redirects to the queue, and the record."""

    kept_urls = ("intake_request_changelist", "intake_request_change")

    def get_urls(self) -> list[URLPattern]:
        """Leave out the admin's pages that add, delete or show the history of a row."""
        return [each for each in super().get_urls() if each.name in self.kept_urls]

    @method_decorator(needs("intake.view_request"))
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirect to the queue, which is the only list of requests."""
        return HttpResponseRedirect(reverse("desk_queue"))

    @method_decorator(needs("intake.change_request"))
    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the opened record; 404 for an address that holds no UUID."""
        try:
            record_id = UUID(object_id)
        except ValueError:
            raise Http404 from None
        return views.record(cast(StaffRequest, request), self.admin_site, record_id)
