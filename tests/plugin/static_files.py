"""Static files with their hashed names, as pages and the live site need them."""

from typing import Any

import pytest

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


def _collect(storages: dict[str, Any]) -> None:
    from django.core.management import call_command
    from django.test import override_settings

    with override_settings(STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
