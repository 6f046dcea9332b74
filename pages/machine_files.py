"""Files for machines: sitemap.xml, robots.txt (RFC 9309) and well-known URIs (RFC 8615)."""

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from clinic_site.clinic.identity import Clinic
from pages.registry import PAGES, Page
from pages.views import FRESH

ASSISTANTS = ("ChatGPT-User", "OAI-SearchBot", "Claude-User", "Claude-SearchBot", "PerplexityBot")
TRAINING = ("GPTBot", "ClaudeBot", "Google-Extended", "Applebot-Extended", "CCBot")
VALID = timedelta(days=365)
SPOKEN = {"English": "en", "Spanish": "es"}

if TYPE_CHECKING:
    SitemapOfPages = Sitemap[Page]
else:
    SitemapOfPages = Sitemap  # only its types are generic


class PageSitemap(SitemapOfPages):
    """Every page that search engines may index, on the clinic's own host."""

    protocol = "https"

    def items(self) -> list[Page]:
        return [page for page in PAGES if page.indexed]

    def location(self, item: Page) -> str:
        return f"/{item.path}"

    def lastmod(self, item: Page) -> date:
        return item.changed

    def get_domain(self, site: object = None) -> str:
        return settings.CLINIC.host


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    """robots.txt, as clinic.toml decides."""
    response = HttpResponse(robots_text(settings.CLINIC), content_type="text/plain")
    response.headers["Cache-Control"] = FRESH
    return response


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """security.txt (RFC 9116): where to report a vulnerability."""
    changed = max(page.changed for page in PAGES)
    return HttpResponse(security_text(settings.CLINIC, changed), content_type="text/plain")


@require_safe
def change_password(request: HttpRequest) -> HttpResponse:
    """Redirect password managers to the desk's page (W3C, well-known change-password URL)."""
    return HttpResponseRedirect(reverse("admin:password_change"))


def security_text(clinic: Clinic, changed: date) -> str:
    """The text of security.txt (RFC 9116); `changed` is the day on which a page last changed.

    It expires a year later: an abandoned site must not promise that somebody reads the mail.
    """
    expires = datetime.combine(changed + VALID, time.min, UTC)
    languages = ", ".join(SPOKEN[each] for each in clinic.replies.languages if each in SPOKEN)
    lines = (
        f"Contact: mailto:{clinic.email.address}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {languages or 'en'}",
        f"Canonical: {clinic.url}/.well-known/security.txt",
    )
    return "\n".join(lines) + "\n"


def robots_text(clinic: Clinic) -> str:
    """The text of robots.txt. Pages with noindex are not blocked, or nobody could read that."""
    blocks = [_block(("*",), clinic.robots.search_engines)]
    if not clinic.robots.assistants:
        blocks.append(_block(ASSISTANTS, allowed=False))
    if not clinic.robots.training:
        blocks.append(_block(TRAINING, allowed=False))
    return "\n\n".join([*blocks, f"Sitemap: {clinic.url}/sitemap.xml"]) + "\n"


def _block(agents: tuple[str, ...], allowed: bool) -> str:
    names = [f"User-agent: {agent}" for agent in agents]
    return "\n".join([*names, "Disallow: /desk/" if allowed else "Disallow: /"])
