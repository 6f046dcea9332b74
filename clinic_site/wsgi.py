"""The WSGI application that gunicorn serves."""

import os
from contextlib import suppress
from typing import cast
from wsgiref.types import WSGIApplication

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from pages.prerender.fingerprint import fingerprint

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings")

name = fingerprint()  # taken before the code is loaded, so that a later change is noticed
# A Django response can be iterated; its type leaves that to the subclasses.
application = cast(WSGIApplication, get_wsgi_application())

from clinic_site.web.own_request import ask  # noqa: E402
from pages.prerender import render  # noqa: E402


def _rehearse() -> None:
    """Warm up: render one page before the first worker is forked, and drop the result.

    Django imports views and compiles templates with the first request. Done here, a worker that is
    restarted after a crash answers at once, with the same code as the other workers and not with
    files that a deployment has changed since. Errors are ignored: the first real request would
    raise them again.
    """
    with suppress(Exception):
        ask(application, "/contact/" if settings.SERVES_SITE else settings.LOGIN_URL)


_rehearse()
application = render.wrap(application, name)
