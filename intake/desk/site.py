"""The admin site of the staff. It lists requests by pseudonym and opens them one by one."""

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest


class Desk(AdminSite):
    """Django admin under the clinic's own name."""

    site_header = "Follow-up desk"
    site_title = "Follow-up desk"
    index_title = "Requests and accounts"
    site_url = "/"
    enable_nav_sidebar = False

    def each_context(self, request: HttpRequest) -> dict[str, object]:
        """Says on every page whether this one process both takes and opens requests."""
        return {**super().each_context(request), "one_process": settings.SERVES_SITE}


desk = Desk(name="admin")
