"""sitemap.xml from the registry; lastmod is the day on which the words changed."""

from datetime import date

from django.conf import settings
from django.contrib.sitemaps import Sitemap

from pages.registry import PAGES, Page


class PageSitemap(Sitemap):
    """Every page that may be indexed, on the clinic's own host."""

    protocol = "https"

    def items(self) -> list[Page]:
        return [page for page in PAGES if page.indexed]

    def location(self, item: Page) -> str:
        return f"/{item.path}"

    def lastmod(self, item: Page) -> date:
        return item.changed

    def get_domain(self, site: object = None) -> str:
        return settings.CLINIC.host
