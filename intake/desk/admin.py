"""Which tables staff can list. Requests and ledger have no add, edit or delete form."""

from uuid import UUID

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.timesince import timeuntil

from intake.desk import views
from intake.desk.record import is_safe
from intake.desk.site import desk
from intake.models import LedgerEntry, Request
from intake.states import OPEN


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows come and change through the flow, never through a generic form."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class OpenFilter(admin.SimpleListFilter):
    """Open requests are what the desk is for; closed ones are a click away."""

    title = "open or closed"
    parameter_name = "which"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("closed", "Closed"), ("all", "All")]

    def choices(self, changelist):
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": "Open",
        }
        yield from list(super().choices(changelist))[1:]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        which = {None: queryset.open, "closed": queryset.closed}
        return which.get(self.value(), queryset.all)()


@admin.register(Request, site=desk)
class RequestAdmin(ReadOnlyAdmin):
    """Requests by pseudonym, the most urgent first."""

    list_display = ("name", "status", "callable", "due", "asker", "channel", "owner", "received")
    list_filter = (OpenFilter, "state", "asker", "channel")
    list_per_page = 50
    show_full_result_count = False

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

    @admin.display(description="Safe to call now", boolean=True)
    def callable(self, row: Request) -> bool:
        return row.state in OPEN and row.no_contact_at is None and is_safe(row, timezone.now())

    @admin.display(description="Due", ordering="next_due")
    def due(self, row: Request) -> str:
        if row.next_due is None:
            return ""
        if row.next_due < timezone.now():
            return f"overdue: {row.get_next_action_display().lower()}"
        return f"{row.get_next_action_display()} in {timeuntil(row.next_due, depth=1)}"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        try:
            record_id = UUID(object_id)
        except ValueError:
            raise Http404 from None
        return views.record(request, self.admin_site, record_id)

    def history_view(self, *args: object, **kwargs: object) -> HttpResponse:
        raise Http404


@admin.register(LedgerEntry, site=desk)
class LedgerAdmin(ReadOnlyAdmin):
    """Who did what to which record, when."""

    list_display = ("number", "at", "by", "action", "name", "reason", "detail")
    list_display_links = None
    list_filter = ("action",)
    ordering = ("-number",)
    show_full_result_count = False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @admin.display(description="Record")
    def name(self, row: LedgerEntry) -> str:
        return str(row) if row.record else ""


desk.register(User, UserAdmin)
desk.register(Group, GroupAdmin)
