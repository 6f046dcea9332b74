"""Health checks: liveness and readiness."""

import pytest
from django.db import OperationalError, connection
from django.test import Client


def test_healthz_answers_without_a_database(client: Client):
    assert client.get("/healthz").content == b"ok"


@pytest.mark.django_db
def test_readyz_with_database(client: Client):
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ready")


@pytest.mark.django_db
def test_readyz_without_database_says_so(client: Client, monkeypatch):
    def away():
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", away)
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"database away")
