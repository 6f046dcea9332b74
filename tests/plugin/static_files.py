"""Static files with their hashed names, as pages and the live site need them."""

from collections.abc import Iterator
from typing import Any

import pytest
from whitenoise.base import WhiteNoise

_listed: dict[tuple[str, str], dict[str, Any]] = {}  # by folder and prefix, WhiteNoise's own table
FAST = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"


@pytest.fixture(scope="session", autouse=True)
def _static_files() -> None:
    """The names are those of production's storage, which compresses each file as well.

    `collect_compressed` does that for the tests that need it.
    """
    from django.conf import settings

    _collect(settings.STORAGES | {"staticfiles": {"BACKEND": FAST}})


@pytest.fixture(scope="session")
def collect_compressed(_static_files: None) -> None:
    """Production's own `collectstatic`; takes some seconds."""
    from django.conf import settings

    _collect(settings.STORAGES)


@pytest.fixture(scope="session", autouse=True)
def _list_static_files_once() -> Iterator[None]:
    """Every client of a test loads the middleware anew, and WhiteNoise would read each file's
    size and time again: a third of what a test of a page costs.
    """
    read = WhiteNoise.update_files_dictionary

    def update(self: WhiteNoise, root: str, prefix: str) -> None:
        if (root, prefix) not in _listed:
            before, self.files = self.files, {}
            read(self, root, prefix)
            _listed[root, prefix], self.files = self.files, before
        self.files.update(_listed[root, prefix])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoise, "update_files_dictionary", update)
        yield


def _collect(storages: dict[str, Any]) -> None:
    from django.core.management import call_command
    from django.test import override_settings

    _listed.clear()
    with override_settings(STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
