"""The desk of a process whose database role is not known yet."""

import logging

import pytest
from django.db import OperationalError
from django.test import Client

from intake import startup
from intake.startup import Gate


def unknown() -> str | None:
    raise OperationalError


@pytest.mark.django_db
def test_refusal_leaves_one_line_without_the_path(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(startup, "gate", Gate(unknown, end=pytest.fail))

    with caplog.at_level(logging.DEBUG):
        response = client.get("/desk/queue/")

    assert response.status_code == 503
    assert caplog.messages == ["not yet checked: the database does not answer"]
