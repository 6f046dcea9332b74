"""The WSGI application that gunicorn serves."""

import os
from contextlib import suppress
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings")

application = get_wsgi_application()


def _rehearse() -> None:
    """Show one page, to nobody, before the first worker is forked.

    Django imports views and reads templates with the first request. Here that happens once: a
    worker that comes back after a crash answers at once, with the code of the others and not with
    what a deployment has put on the disk since. A failure shows again with the first real request.
    """
    environ = {
        "PATH_INFO": "/contact/" if settings.SERVES_SITE else settings.LOGIN_URL,
        "HTTP_HOST": settings.ALLOWED_HOSTS[0].lstrip("."),
        "HTTP_X_FORWARDED_PROTO": "https",
        "wsgi.url_scheme": "https",
    }
    setup_testing_defaults(environ)
    with suppress(Exception):
        response = application(environ, lambda *_: None)
        b"".join(response)
        response.close()


_rehearse()
