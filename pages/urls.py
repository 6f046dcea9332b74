"""One path for each registered page; forms are served by the intake."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path

from pages import views
from pages.registry import PAGES, Kind
from pages.sitemaps import PageSitemap

urlpatterns = [
    path(page.path, views.show, {"name": page.name}, name=page.name)
    for page in PAGES
    if page.kind is not Kind.FORM
]
urlpatterns += [
    path("robots.txt", views.robots_txt, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": PageSitemap}}, name="sitemap"),
]
