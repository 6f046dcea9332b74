"""The parts find what they are there to find: each with a page that is deliberately wrong."""

import importlib
import socket
import subprocess
import sys
from contextlib import closing

import psycopg2
import pytest
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db import connection
from pytest_socket import SocketConnectBlockedError

from tests import conftest
from tests.plugin import chromium, outside
from tests.plugin.intake import end_sessions

GOOD = '<!doctype html><html lang="en"><title>Well</title><main><h1>Well</h1></main></html>'
PALE = GOOD.replace("<h1>", '<h1 style="font-size:16px;color:#999;background:#fff">')
DIM = PALE.replace("#999", "#666")
TINY = GOOD.replace(
    "</main>",
    '<a href="/a" style="font-size:5px">a</a><a href="/b" style="font-size:5px">b</a></main>',
)


@pytest.mark.parametrize(
    ("html", "rules"),
    [
        (GOOD, set()),
        (PALE, {"color-contrast"}),
        (DIM, {"color-contrast-enhanced"}),
        (TINY, {"target-size"}),
    ],
    ids=["good", "pale", "dim", "tiny"],
)
def test_axe_finds_what_the_stricter_rules_forbid(axe, page, html, rules):
    page.set_content(html)
    assert {line.split()[0] for line in axe(page)} == rules


def test_axe_works_under_a_strict_content_security_policy(axe, page, live_site):
    page.goto(f"{live_site}/healthz")
    assert isinstance(axe(page), list)


def test_the_validator_names_page_and_line(vnu):
    broken = GOOD.replace("</main>", "\n<p><div></p></main>")
    messages = vnu([("/good/", GOOD), ("/broken/", broken)])
    assert messages
    assert all(message.startswith("/broken/:2: ") for message in messages)


def test_pages_come_with_and_without_javascript(page, page_without_javascript):
    html = "<noscript><p>off</p></noscript>"
    page.set_content(html)
    page_without_javascript.set_content(html)
    assert page.locator("p").count() == 0
    assert page_without_javascript.locator("p").inner_text() == "off"


def test_browser_sees_no_font_of_the_machine(page, context, live_site):
    context.grant_permissions(["local-fonts"])
    page.goto(f"{live_site}/healthz")

    families = page.evaluate("async () => (await queryLocalFonts()).map(each => each.family)")

    assert families
    assert {family for family in families if not family.startswith("DejaVu ")} == set()


def test_the_mail_server_keeps_what_it_is_given(smtp_server):
    send_mail("Your message", "words", "from@clinic.example", ["to@clinic.example"])
    [(recipients, message)] = smtp_server.messages
    assert recipients == ["to@clinic.example"]
    assert message["Subject"] == "Your message"
    assert b"words" in smtp_server.raw[0]


@pytest.mark.django_db(transaction=True)
def test_sessions_end_though_ours_was_ended_before():
    connection.ensure_connection()
    left_behind = psycopg2.connect(**connection.get_connection_params())
    with closing(left_behind), closing(left_behind.cursor()) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])

        end_sessions()

        with pytest.raises(psycopg2.OperationalError):
            other.execute("SELECT 1")
    assert not User.objects.exists()


def test_no_other_host_is_reached():
    with (
        socket.socket() as probe,
        pytest.warns(UserWarning, match=r"192\.0\.2\.1"),
        pytest.raises(SocketConnectBlockedError),
    ):
        probe.connect(("192.0.2.1", 80))


def test_a_machine_without_browser_and_package_manager_gets_one_line(monkeypatch):
    monkeypatch.setattr(chromium, "_starts", lambda: False)
    monkeypatch.setattr(chromium, "_download", lambda: False)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert chromium.ensure() is False
    assert "\n" not in chromium.ADVICE


def test_a_command_gets_the_same_surroundings():
    show = "import os; print(os.environ['DATABASE_URL'], os.environ['CLINIC_VAR'])"
    done = subprocess.run(
        [sys.executable, "-m", "tests.plugin.database", sys.executable, "-c", show],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("postgres://")


def test_what_starts_a_process_is_marked(request):
    subprocess.run([sys.executable, "-c", ""], check=True)
    assert request.node.get_closest_marker(outside.MARK)


def test_what_gets_a_browser_is_marked(request, page):
    assert request.node.get_closest_marker(outside.MARK)


def test_what_starts_a_process_unseen_fails(request):
    hidden = importlib.import_module("sub" + "process")

    assert not request.node.get_closest_marker(outside.MARK)
    with pytest.raises(AssertionError, match=r"mark it: @pytest\.mark\.outside"):
        hidden.run([sys.executable, "-c", ""], check=True)


def test_cases_are_spread_from_the_first_to_the_last():
    names = [f"test[{number:02}]" for number in range(20)]

    assert conftest.spread(names, 6) == [names[number] for number in (0, 3, 7, 11, 15, 19)]
    assert conftest.spread(names[:6], 6) == names[:6]
