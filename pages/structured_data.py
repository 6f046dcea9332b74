"""Structured data (schema.org, JSON-LD) for search engines, from the registry and the clinic.

It repeats only what pages say in words. The sample clinic is marked as a sample, and a reviewer is
named only when a person has reviewed the pages.
"""

import json
from collections.abc import Iterator, Mapping, Sequence

from django.utils.safestring import SafeString, mark_safe

from clinic_site.clinic.identity import Clinic
from clinic_site.clinic.opening_hours import DAY_MINUTES, iso_time
from clinic_site.clinic.value_kinds import DAYS
from pages.bound_page import BoundPage
from pages.registry import Page, PageKind

LAST_MINUTE = DAY_MINUTES - 1
"""Closing time of a day that ends at midnight, because schema.org has no 24:00."""

WEB_PAGES = (PageKind.CONTENT, PageKind.ABOUT, PageKind.PRINT, PageKind.LEGAL)
Json = str | int | float | Sequence["Json"] | Mapping[str, "Json"]
JsonLd = dict[str, Json]
"""A node of the JSON-LD graph."""

UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def for_page(page: Page, clinic: Clinic) -> SafeString:
    """JSON for a script element of type application/ld+json; "" when the page has no data."""
    bound = BoundPage(page, clinic)
    graph = list(_nodes(bound, clinic))
    if not graph:
        return SafeString("")
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    for character, escape in UNSAFE.items():
        text = text.replace(character, escape)
    return mark_safe(text)  # noqa: S308  characters that could end the element are escaped


def _nodes(page: BoundPage, clinic: Clinic) -> Iterator[JsonLd]:
    if page.page.kind is PageKind.HOME:
        yield _clinic(clinic)
        yield _web_site(clinic)
    elif page.page.name == "contact":
        yield _clinic(clinic)
    elif page.page.kind in WEB_PAGES:
        yield _web_page(page, clinic)
    if page.crumbs and page.page.indexed:
        yield _breadcrumbs(page, clinic)


def _clinic(clinic: Clinic) -> JsonLd:
    node: JsonLd = {
        "@type": "MedicalClinic",
        "@id": f"{clinic.url}/#clinic",
        "name": clinic.display_name,
        "url": f"{clinic.url}/",
        "telephone": clinic.phone.uri.removeprefix("tel:"),
        "email": str(clinic.email),
        "address": _address(clinic),
        "geo": {
            "@type": "GeoCoordinates",
            "latitude": clinic.address.latitude,
            "longitude": clinic.address.longitude,
        },
        "openingHoursSpecification": list(_opening_hours(clinic)),
        "knowsLanguage": list(clinic.replies.languages),
        "medicalSpecialty": "https://schema.org/Psychiatric",
        "availableService": {
            "@type": "MedicalTherapy",
            "name": "Intensive outpatient program",
        },
    }
    if clinic.payment.npi:
        node["identifier"] = {
            "@type": "PropertyValue",
            "propertyID": "NPI",
            "value": clinic.payment.npi,
        }
    return node


def _address(clinic: Clinic) -> JsonLd:
    return {
        "@type": "PostalAddress",
        "streetAddress": clinic.address.lines[0],
        "addressLocality": clinic.address.city,
        "addressRegion": clinic.address.state,
        "postalCode": clinic.address.zip,
        "addressCountry": "US",
    }


def _opening_hours(clinic: Clinic) -> Iterator[dict[str, str]]:
    for day, spans in zip(DAYS, clinic.hours.week, strict=True):
        for span in spans:
            yield {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": f"https://schema.org/{day}",
                "opens": iso_time(span.start),
                "closes": iso_time(min(span.end, LAST_MINUTE)),
            }


def _web_site(clinic: Clinic) -> JsonLd:
    return {
        "@type": "WebSite",
        "@id": f"{clinic.url}/#site",
        "name": clinic.display_name,
        "url": f"{clinic.url}/",
        "publisher": {"@id": f"{clinic.url}/#clinic"},
    }


def _web_page(page: BoundPage, clinic: Clinic) -> JsonLd:
    medical = page.page.kind is PageKind.CONTENT
    node: JsonLd = {
        "@type": ["WebPage", "MedicalWebPage"] if medical else "WebPage",
        "@id": page.canonical,
        "url": page.canonical,
        "name": page.title,
        "description": page.description,
        "inLanguage": "en-US",
        "dateModified": page.page.changed.isoformat(),
    }
    if medical and clinic.review.reviewer and clinic.review.last and not clinic.sample:
        node["lastReviewed"] = clinic.review.last.isoformat()
        node["reviewedBy"] = {
            "@type": "Person",
            "name": clinic.review.reviewer,
            "jobTitle": clinic.review.credential,
        }
    return node


def _breadcrumbs(page: BoundPage, clinic: Clinic) -> JsonLd:
    items = []
    for position, (label, url) in enumerate(page.crumbs, start=1):
        item: JsonLd = {"@type": "ListItem", "position": position, "name": label}
        if url:
            item["item"] = f"{clinic.url}{url}"
        items.append(item)
    return {"@type": "BreadcrumbList", "itemListElement": items}
