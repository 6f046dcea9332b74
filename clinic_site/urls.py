"""Addresses: health for machines, pages and form for readers, the desk for staff."""

from django.conf import settings
from django.urls import include, path

from clinic_site import views
from pages import well_known

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
if settings.SERVES_SITE:
    urlpatterns += [path("", include("intake.urls")), path("", include("pages.urls"))]
if settings.SERVES_DESK:
    from intake.desk import account_pages, gallery
    from intake.desk.admin import desk

    urlpatterns += [
        path("desk/gallery/", desk.admin_view(gallery.show), name="gallery"),
        path("desk/", include(account_pages.urlpatterns)),
        path("desk/", include("intake.desk.urls")),
        path("desk/", desk.urls),
        path(".well-known/change-password", well_known.change_password),
    ]

handler400 = "clinic_site.views.bad_request"
handler403 = "clinic_site.views.forbidden"
handler404 = "clinic_site.views.not_found"
handler500 = "clinic_site.views.server_error"
if settings.SERVES_DESK:
    handler403 = "intake.desk.account_pages.forbidden"
    handler500 = "intake.desk.outage.server_error"
    handler429 = "intake.desk.account_pages.too_many"
