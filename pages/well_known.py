"""Addresses that machines know by heart (RFC 8615): whom to tell about a hole, where to change
a password."""

from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from clinic_site.clinic.identity import Clinic
from pages.registry import PAGES

VALID = timedelta(days=365)
SPOKEN = {"English": "en", "Spanish": "es"}


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where somebody who found a hole can tell us."""
    changed = max(page.changed for page in PAGES)
    return HttpResponse(security_text(settings.CLINIC, changed), content_type="text/plain")


@require_safe
def change_password(request: HttpRequest) -> HttpResponse:
    """Leads a password manager to the desk's own page (W3C, change-password URL)."""
    return HttpResponseRedirect(reverse("admin:password_change"))


def security_text(clinic: Clinic, changed: date) -> str:
    """The file after RFC 9116. It expires a year after a page last changed, so that a site which
    nobody looks after stops promising that somebody reads mail."""
    expires = datetime.combine(changed + VALID, time.min, UTC)
    languages = ", ".join(SPOKEN[each] for each in clinic.replies.languages if each in SPOKEN)
    lines = (
        f"Contact: mailto:{clinic.email.address}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {languages or 'en'}",
        f"Canonical: {clinic.url}/.well-known/security.txt",
    )
    return "\n".join(lines) + "\n"
