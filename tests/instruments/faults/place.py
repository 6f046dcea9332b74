"""The place where the runs happen: one temporary folder with keys, static files and databases."""

import logging
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import dj_database_url

from tests.instruments.faults.cluster import Cluster
from tests.plugin import processes

PREPARED = "clinic"
OF_A_DEPLOYMENT = ("CLINIC_", "INTAKE_", "EMAIL_", "DJANGO_", "SECRET_KEY", "ALLOWED_HOSTS")
PLAIN_STATIC = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"


class Place:
    """Where everything is. `cluster` holds a prepared database that each run copies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cluster = Cluster(folder / "postgres")
        self._databases = 0
        self._set_environment()
        self._prepare()

    def database(self) -> str:
        """The name of a fresh database with tables, to which Django here is now connected."""
        self._databases += 1
        name = f"run{self._databases}"
        self.point_at(self.cluster.url(PREPARED))
        self.cluster.copy(PREPARED, name)
        self.point_at(self.cluster.url(name))
        return name

    def point_at(self, url: str) -> None:
        """Connect Django in this process to another database."""
        from django.db import connections

        connections.close_all()
        there: dict[str, Any] = dict(dj_database_url.parse(url))
        for key in ("NAME", "HOST", "PORT", "USER", "PASSWORD"):
            connections.settings["default"][key] = there[key]

    def url(self, role: str, name: str, cluster: Cluster | None = None) -> str:
        """The DATABASE_URL of one process's own role."""
        owner_url = (cluster or self.cluster).url(name)
        return replace(self.deployment, owner_url=owner_url).url(role)

    def open_with(self, holder: str) -> None:
        """Let Django here use the private key of "desk" or "recovery"."""
        from django.conf import settings

        settings.INTAKE_KEYS = self.deployment.keys(holder)
        settings.INTAKE_PINNED_KEYS = list(self.deployment.pins)

    def environment(self, role: str, database_url: str, **more: str) -> dict[str, str]:
        """What a process gets: the rules of production, its own role, its own keys."""
        own = {
            "CLINIC_PRODUCTION": "1",
            "CLINIC_SERVES": "site",
            "DATABASE_URL": database_url,
            "SECRET_KEY": os.environ["SECRET_KEY"],
            "TRUSTED_PROXIES": "1",
        }
        return self.deployment.environment(role) | own | more

    def _set_environment(self) -> None:
        for name in [name for name in os.environ if name.startswith(OF_A_DEPLOYMENT)]:
            del os.environ[name]
        os.environ |= {
            "CLINIC_VAR": str(self.folder),
            "DATABASE_URL": self.cluster.url(PREPARED),
            "DJANGO_SETTINGS_MODULE": "clinic_site.settings",
            "SECRET_KEY": secrets.token_urlsafe(48),
        }

    def _prepare(self) -> None:
        import django

        django.setup()
        logging.disable(logging.CRITICAL)  # of the bench itself; what it runs writes into files
        from django.conf import settings
        from django.core.management import call_command
        from django.test import override_settings

        call_command("migrate", interactive=False, verbosity=0)
        self.deployment = processes.prepare(self.cluster.url(PREPARED), self.folder / "deployment")
        self.open_with("desk")
        plain = settings.STORAGES | {"staticfiles": {"BACKEND": PLAIN_STATIC}}
        with override_settings(STORAGES=plain):
            call_command("collectstatic", interactive=False, verbosity=0)


@contextmanager
def prepared() -> Iterator[Place]:
    """A place that is gone afterwards, with everything that was started in it."""
    folder = Path(tempfile.mkdtemp(prefix="clinic-faults-"))
    try:
        place = Place(folder)
        try:
            yield place
        finally:
            place.cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
