"""Root URLconf: health checks, pages and contact form for readers, the desk for staff."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from clinic_site import health
from pages import machine_files

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
if settings.SERVES_SITE:
    urlpatterns += [path("", include("intake.receive.urls")), path("", include("pages.urls"))]
if settings.SERVES_DESK:
    from intake.desk import admin  # noqa: F401  importing it registers the page of a request
    from intake.desk.frame import gallery_views
    from intake.desk.frame.site import desk

    urlpatterns += [
        path("desk/gallery/", desk.admin_view(gallery_views.show), name="gallery"),
        path("desk/", include("intake.desk.entrance.urls")),
        path("desk/", include("intake.desk.urls")),
        path("desk/", desk.urls),
        path(".well-known/change-password", machine_files.change_password),
    ]

handler400 = "pages.error_pages.bad_request"
handler403 = "pages.error_pages.forbidden"
handler404 = "pages.error_pages.not_found"
handler500 = "pages.error_pages.server_error"
if settings.SERVES_DESK:
    handler403 = "intake.desk.frame.refusals.forbidden"
    handler500 = "intake.desk.frame.outage.server_error"
    handler429 = "intake.desk.frame.refusals.too_many"
