"""A bare application that reads a post and makes the same inserts: no form, no check, no sealing.

Statement and values are the site's own for one sample form, taken down once; every post writes
them with new ids.
"""

import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any
from uuid import UUID, uuid4

import psycopg2

from clinic_site import wsgi  # noqa: F401 - sets Django up
from intake.store import insertion
from tests.instruments.bench import sample_rows

STATEMENT, VALUES = insertion.statement(*sample_rows.form())
here = threading.local()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Every post is taken."""
    if environ["REQUEST_METHOD"] != "POST":
        start_response("200 OK", [("Content-Length", "0")])
        return []
    environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    _store()
    start_response("303 See Other", [("Location", "/contact/sent/"), ("Content-Length", "0")])
    return []


def _store() -> None:
    if not hasattr(here, "connection"):
        here.connection = psycopg2.connect(os.environ["DATABASE_URL"])
    ids: defaultdict[UUID, UUID] = defaultdict(uuid4)
    with here.connection, closing(here.connection.cursor()) as cursor:
        new = [ids[value] if isinstance(value, UUID) else value for value in VALUES]
        cursor.execute(STATEMENT, new)
