"""Which tables staff can list: requests and ledger, without a form to add, edit or delete.

Accounts are not in Django admin, where who may edit them could give themselves every right.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.timesince import timeuntil

from intake.desk import views
from intake.desk.record import is_safe
from intake.desk.rights import NotYours, needs
from intake.desk.site import desk
from intake.models import LedgerEntry, Request
from intake.states import OPEN


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


class OpenFilter(admin.SimpleListFilter):
    """Open requests are what the desk is for; closed ones are a click away."""

    title = "open or closed"
    parameter_name = "which"

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        super().__init__(request, *args)
        self.default = "all" if "state__exact" in request.GET else "open"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("open", "Open"), ("closed", "Closed"), ("all", "All")]

    def value(self) -> str:
        """Whoever asks for a state sees it, a closed one too."""
        return super().value() or self.default

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        """Without Django's own "All" in front."""
        yield from list(super().choices(changelist))[1:]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        which = {"open": queryset.open, "closed": queryset.closed}
        return which.get(self.value(), queryset.all)()


class AboutFilter(admin.ChoicesFieldListFilter):
    """Under the heading of its column."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.title = "whom it is about"


class ReplyFilter(admin.ChoicesFieldListFilter):
    """Under the heading of its column."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.title = "way of reply"


@admin.register(Request, site=desk)
class RequestAdmin(ReadOnlyAdmin):
    """Requests by pseudonym, the most urgent first."""

    heading = "Requests"
    pages = ("changelist", "change")
    list_display = (
        "name",
        "status",
        "safe_now",
        "due",
        "about",
        "reply_by",
        "owned_by",
        "came_in",
    )
    list_filter = (
        OpenFilter,
        "state",
        ("asker", AboutFilter),
        ("channel", ReplyFilter),
    )
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return Request.objects.by_due()

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("next_due", "received", "id")

    @admin.display(description="Request")
    def name(self, row: Request) -> str:
        return str(row)

    @admin.display(description="State", ordering="state")
    def status(self, row: Request) -> str:
        return row.get_state_display()

    @admin.display(description="Safe now", boolean=True)
    def safe_now(self, row: Request) -> bool:
        return row.state in OPEN and row.no_contact_at is None and is_safe(row, timezone.now())

    @admin.display(description="Due", ordering="next_due")
    def due(self, row: Request) -> str:
        if row.next_due is None:
            return ""
        if row.next_due < timezone.now():
            return f"Overdue: {row.get_next_action_display().lower()}"
        return f"{row.get_next_action_display()} in {timeuntil(row.next_due, depth=1)}"

    @admin.display(description="About", ordering="asker")
    def about(self, row: Request) -> str:
        return row.get_asker_display()

    @admin.display(description="Reply by", ordering="channel")
    def reply_by(self, row: Request) -> str:
        return row.get_channel_display()

    @admin.display(description="Owner", ordering="owner")
    def owned_by(self, row: Request) -> str:
        return row.owner or "nobody yet"

    @admin.display(description="Came in", ordering="received")
    def came_in(self, row: Request) -> str:
        return date_format(timezone.localtime(row.received), "M j, g:i a")

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
