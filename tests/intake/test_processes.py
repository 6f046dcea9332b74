"""The whole way through three processes, each with its own database role and its own keys."""

from collections.abc import Callable
from typing import Any
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction

from intake.desk.entrance import rights
from intake.models import LedgerEntry, OutboxMessage, Request
from intake.seal import answers, keys
from intake.store import ledger
from tests.plugin import visitor
from tests.plugin.processes import SECRET, Processes
from tests.plugin.staff import member, signed_in
from tests.plugin.waiting import PATIENCE, until


@pytest.fixture
def at_desk(processes: Processes, settings: Any) -> Callable[[str], str]:
    """A signed-in coordinator's browser: gives the page at a path of the desk."""
    settings.SECRET_KEY = SECRET
    client = signed_in(member("ana", rights.COORDINATOR))
    name = django_settings.SESSION_COOKIE_NAME
    cookie = f"{name}={client.cookies[name].value}"

    def page(path: str) -> str:
        request = HttpRequest(processes.desk.address + path, headers={"Cookie": cookie})
        with urlopen(request, timeout=PATIENCE) as response:
            return str(response.read().decode())

    return page


def test_visitor_writes_and_the_desk_reads(
    processes: Processes, at_desk: Callable[[str], str]
) -> None:
    assert visitor.send(processes.site, message="Hello from the site").status == 303
    row = Request.objects.get()

    page = at_desk(f"/desk/intake/request/{row.id}/change/")

    assert "Hello from the site" in page
    opened = LedgerEntry.objects.get(record=row.id)
    assert (opened.action, opened.by) == ("opened", "ana")
    assert ledger.verify() is None


def test_worker_tells_the_desk(processes: Processes, smtp_server: Any) -> None:
    assert visitor.send(processes.site, message="Hello").status == 303
    notices = OutboxMessage.objects.exclude(kind=OutboxMessage.Kind.DAILY)
    notices.update(due=notices.get().created)

    until(lambda: notices.get().sent_at is not None)

    sent = OutboxMessage.objects.filter(sent_at__isnull=False).count()
    assert len(smtp_server.messages) == sent  # in opening hours the notice of the day is one


def test_each_process_opens_what_it_may(processes: Processes, settings: Any) -> None:
    visitor.send(processes.site, message="Only for the desk")
    row = Request.objects.get().submissions.get()
    opened = {}
    for role in ("site", "desk", "worker"):
        settings.INTAKE_KEYS = processes.deployment.keys(role)
        opened[role] = set(keys.private_keys())

    assert {role: bool(held) for role, held in opened.items()} == {
        "site": False,
        "desk": True,
        "worker": False,
    }
    settings.INTAKE_KEYS = processes.deployment.keys("desk")
    assert answers.unpack(row.unseal(keys.private_keys())).message == "Only for the desk"


@pytest.mark.parametrize("table", ["intake_request", "intake_outboxmessage"])
def test_visitor_behind_a_lock_gets_the_text_back_in_time(processes: Processes, table: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        answer = visitor.send(processes.site, message="keep these words")

    assert (answer.status, "keep these words" in answer.text) == (503, True)
    assert not Request.objects.exists()
    assert visitor.send(processes.site).status == 303


def test_each_process_serves_its_part(processes: Processes) -> None:
    answered = {
        (name, path): getattr(processes, name).get(path).status
        for name in ("site", "desk")
        for path in ("/contact/", "/desk/login/", "/readyz")
    }

    assert answered == {
        ("site", "/contact/"): 200,
        ("site", "/desk/login/"): 404,
        ("site", "/readyz"): 200,
        ("desk", "/contact/"): 404,
        ("desk", "/desk/login/"): 200,
        ("desk", "/readyz"): 200,
    }
