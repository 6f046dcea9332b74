"""Where the bench runs: a database of its own, roles, keys and static files as in production."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from clinic_site.tryout import embedded_postgres
from tests import CHECKOUT
from tests.plugin import database
from tests.plugin.processes import Deployment

RUNS = CHECKOUT / "var" / "bench"


@contextmanager
def prepared() -> Iterator[Deployment]:
    """An empty, migrated database with production's settings, and a folder for one run."""
    RUNS.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=RUNS) as name:
        folder = Path(name)
        log = folder / "postgres.log"
        with embedded_postgres.running(folder / "postgres", log=log) as url:
            os.environ["DATABASE_URL"] = url
            with database.surroundings():
                yield _deployment(folder)


def _deployment(folder: Path) -> Deployment:
    from tests.plugin import live_site, processes

    os.environ["SECRET_KEY"] = processes.SECRET  # tokens signed here are good there
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    logging.disable(logging.CRITICAL)
    deployment = processes.prepare(live_site.test_database_url(), folder)
    settings.INTAKE_KEYS = deployment.keys("desk")
    return deployment
