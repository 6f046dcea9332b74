"""The admin site of the staff. It lists requests by pseudonym and opens them one by one."""

from django.contrib.admin import AdminSite


class Desk(AdminSite):
    """Django admin under the clinic's own name."""

    site_header = "Follow-up desk"
    site_title = "Follow-up desk"
    index_title = "Requests and accounts"
    site_url = "/"
    enable_nav_sidebar = False


desk = Desk(name="admin")
