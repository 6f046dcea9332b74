"""The WSGI application that gunicorn serves."""

import os
from contextlib import suppress
from typing import cast
from wsgiref.types import WSGIApplication

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from pages.prerender.fingerprint import fingerprint

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings")

name = fingerprint()  # before the code is read: what changes from here on is noticed
# A Django response can be iterated; its type leaves that to the subclasses.
application = cast(WSGIApplication, get_wsgi_application())

from clinic_site.web.own_request import ask  # noqa: E402
from pages.prerender import render  # noqa: E402


def _rehearse() -> None:
    """Show one page, to nobody, before the first worker is forked.

    Django imports views and reads templates with the first request. Here that happens once: a
    worker that comes back after a crash answers at once, with the code of the others and not with
    what a deployment has put on the disk since. A failure shows again with the first real request.
    """
    with suppress(Exception):
        ask(application, "/contact/" if settings.SERVES_SITE else settings.LOGIN_URL)


_rehearse()
application = render.wrap(application, name)
