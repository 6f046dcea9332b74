"""`manage.py prerender`: makes the static build for a front server; the site does so at start."""

from typing import cast
from wsgiref.types import WSGIApplication

from django.core.management.base import BaseCommand
from django.core.wsgi import get_wsgi_application

from pages.prerender import render
from pages.prerender.fingerprint import fingerprint


class Command(BaseCommand):
    """Prints the folder of the static build."""

    help = "Render every page into a folder below CLINIC_PAGES_DIR, unless it is there."

    def handle(self, *args: object, **options: object) -> None:
        """Make the folder that the site would use with these settings, unless it exists."""
        name = fingerprint()
        application = cast(WSGIApplication, get_wsgi_application())
        self.stdout.write(str(render.ensure_build(application, name)))
