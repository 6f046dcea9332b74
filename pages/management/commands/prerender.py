"""`manage.py prerender`: the pages' files for a front server; the site makes them by itself."""

from typing import cast
from wsgiref.types import WSGIApplication

from django.core.management.base import BaseCommand
from django.core.wsgi import get_wsgi_application

from pages.prerender import render
from pages.prerender.fingerprint import fingerprint


class Command(BaseCommand):
    """Prints the folder."""

    help = "Render every page into a folder below CLINIC_PAGES_DIR, unless it is there."

    def handle(self, *args: object, **options: object) -> None:
        """Make the folder that a site with these settings would use."""
        name = fingerprint()
        application = cast(WSGIApplication, get_wsgi_application())
        self.stdout.write(str(render.ensure_build(application, name)))
