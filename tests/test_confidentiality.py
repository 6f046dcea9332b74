"""What people type is found in one place only: the opened record.

200 requests with a marker in every field and header, worked at the desk with markers in every
text of the staff; then everything that was written anywhere is searched. The same life and the
same search in a variant without sealing, which logs its visits, find every marker.

Rows T1, T6 and T7 of the threat model.
"""

import base64
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from ipaddress import IPv4Network, ip_address
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from clinic_site.tryout import embedded_postgres
from intake.desk.entrance import rights
from intake.models import OutboxMessage, Request, StaffText
from intake.models.queue_sections import Section
from intake.receive.questions import IF_NO_ANSWER, IF_OTHER_ANSWERS
from intake.rules.states import State
from intake.seal import sealing
from intake.store import staff_text
from tests import CHECKOUT, unsealed
from tests.intake import rows
from tests.markers import Markers, spellings
from tests.plugin.live_site import log_of, running_site, test_database_url
from tests.plugin.mail import SmtpServer
from tests.plugin.staff import code, give_app
from tests.plugin.visitor import FORM_TYPE, Fields
from tests.plugin.waiting import PATIENCE

REQUESTS = 200
WORKED = 12
NO_ANSWER = {"channel": "phone", "outcome": "no_answer"}
OTHER = {"reason": "other"}
REFUSED = 10
VAR = Path(os.environ["CLINIC_VAR"])
NOT_SEARCHED = ("postgres", "static", "keys")  # the first is searched as "data files"
VISITS = "%({x-forwarded-for}i)s %(r)s %(f)s %(a)s %({cookie}i)s %({accept-language}i)s"
TALKATIVE = (
    *("--logger-class", "gunicorn.glogging.Logger"),
    *("--access-logfile", "-", "--access-logformat", VISITS),
)


@dataclass
class Browser:
    """Enough of one: cookies, and a connection for each request, which no pause can end."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> SimpleNamespace:
        return self._send("GET", path, None, headers)

    def post(self, path: str, fields: dict[str, Any], **headers: str) -> SimpleNamespace:
        headers |= {"Content-Type": FORM_TYPE}
        return self._send("POST", path, urlencode(fields, doseq=True), headers)

    def _send(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> SimpleNamespace:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if cookies:
            sent["Cookie"] = cookies
        host = urlsplit(self.address).netloc
        with closing(http.client.HTTPConnection(host, timeout=PATIENCE)) as connection:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            content = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie", ()):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return SimpleNamespace(status=answer.status, headers=str(answer.headers), content=content)


# ---- the life of 200 requests


def live_through(address: str, markers: Markers, smtp: SmtpServer) -> None:
    """From the first visit to the last notice. What staff and visitors get to see is checked."""
    visitor = Browser(address)
    for number in range(REQUESTS):
        write_in(visitor, markers, number)
    before = set(markers.made)
    for number in range(REFUSED):
        write_what_is_refused(visitor, markers, number)
    markers.refused |= markers.made - before
    assert Request.objects.count() == REQUESTS
    desk = Browser(address)
    sign_in(desk, markers)
    work(desk, markers)
    other_staff_texts(markers)
    tell_staff(smtp)
    search(desk, markers, take_a_call(desk, markers))


def write_in(visitor: Browser, markers: Markers, number: int) -> None:
    page = visitor.get(f"/contact/?for={markers.word()}", **heads(markers))
    assert page.status == 200
    token = Fields(page).values["token"]
    sent = visitor.post(
        f"/contact/?from={markers.word()}", answers(markers, number, token), **heads(markers)
    )
    assert sent.status == 303, Fields(sent).text
    assert not markers.found_in(sent.headers.encode() + sent.content)


def answers(markers: Markers, number: int, token: str) -> dict[str, Any]:
    return {
        "token": token,
        "about": ("self", "someone", "patient")[number % 3],
        "name": f"Zoë {markers.word()}",
        "if_no_answer": IF_NO_ANSWER[number % 3][0],
        "if_other_answers": IF_OTHER_ANSWERS[number % 3][0],
        "contact_need": markers.word(),
        "message": f"First: {markers.word()},\r\nthen “{markers.word()}”.",
        **(by_mail(markers) if number % 4 == 0 else by_number(markers, number)),
    }


def by_mail(markers: Markers) -> dict[str, str]:
    return {"channel": "email", "email": f"{markers.word()}@mail.example"}


def by_number(markers: Markers, number: int) -> dict[str, str]:
    return {"channel": ("phone", "text")[number % 2], "phone": f"+{markers.number()}"}


def heads(markers: Markers) -> dict[str, str]:
    return {
        "User_Agent": f"Mozilla/5.0 ({markers.word()})",
        "Referer": f"https://search.example/?q={markers.word()}",
        "X_Forwarded_For": f"{markers.word()}, {markers.address()}",
        "Cookie": f"theirs={markers.word()}",
        "Accept_Language": markers.word(),
    }


def write_what_is_refused(visitor: Browser, markers: Markers, number: int) -> None:
    """Errors in every field, a forged token, a foreign page, an address that is not ours."""
    marked = dict.fromkeys(("about", "channel", "language", "weekdays", "phone"), "")
    wrong = {name: markers.word() for name in marked} | {"message": markers.word()}
    token = (markers.word(), "")[number % 2]
    refused = visitor.post("/contact/", wrong | {"token": token}, **heads(markers))
    assert refused.status == 422
    foreign = visitor.post(
        "/contact/", wrong, Origin=f"https://{markers.word()}.example", **heads(markers)
    )
    assert foreign.status == 403
    assert wrong["message"] in Fields(foreign).values["message"]
    for path in (f"/{markers.word()}/", f"/desk/{markers.word()}/", f"/contact/{markers.word()}"):
        assert visitor.get(path, **heads(markers)).status in (302, 404)


def sign_in(desk: Browser, markers: Markers) -> None:
    user = User.objects.create_user("ana", password="right-horse-7", is_staff=True)
    rights.give(user, rights.MANAGER)
    before = set(markers.made)
    wrong = submit(desk, "/desk/login/", {"login": markers.word(), "password": markers.word()})
    assert wrong.status == 200
    markers.refused |= markers.made - before
    both_factors(desk, user)


def both_factors(desk: Browser, user: User) -> None:
    give_app(user)
    right = submit(desk, "/desk/login/", {"login": user.username, "password": "right-horse-7"})
    assert right.status == 302
    assert submit(desk, "/desk/login/code/", {"code": code()}).status == 302


def submit(desk: Browser, path: str, fields: dict[str, Any]) -> SimpleNamespace:
    token = Fields(desk.get(path)).values["csrfmiddlewaretoken"]
    return desk.post(path, {"csrfmiddlewaretoken": token} | fields)


def work(desk: Browser, markers: Markers) -> None:
    """Some requests: opened, annotated, shown outside the window, claimed with a reason."""
    for row in Request.objects.order_by("id")[:WORKED]:
        if row.state == State.QUARANTINED:  # written within seconds
            rows.step(row, State.NEW)
        path = f"/desk/intake/request/{row.pk}/change/"
        opened = desk.get(path)
        assert opened.status == 200
        assert len(markers.found_in(opened.content)) >= 4, "the record shows what was typed"
        token = {"csrfmiddlewaretoken": Fields(opened).values["csrfmiddlewaretoken"]}
        for fields in (
            {"action": "note", "text": f"Ä note:\r\n{markers.word()}"},
            {"action": "override", "reason": markers.word()},
            {"action": "step", "seen": 0, "target": "claimed"},
            {"action": "attempt", "seen": 1, "words": markers.word()} | NO_ANSWER,
            {"action": "amend", "seen": 2, "any_time": "on"} | learned(markers),
            {"action": "step", "seen": 3, "target": "spam", "words": markers.word()} | OTHER,
        ):
            done = desk.post(path, token | fields)
            assert done.status in (200, 302)
            assert not markers.found_in(done.headers.encode())
    lists = [f"/desk/queue/?section={each}" for each in Section]
    for path in ("/desk/", *lists, "/desk/ledger/"):
        listed = desk.get(path)
        assert listed.status == 200
        assert not markers.found_in(listed.content)
    assert StaffText.objects.count() == 5 * WORKED
    send_after_the_login_ended(desk, markers)


def send_after_the_login_ended(desk: Browser, markers: Markers) -> None:
    """It goes back to whoever typed it, and is kept nowhere else."""
    lost = markers.word()
    markers.refused.add(lost)
    path = f"/desk/intake/request/{Request.objects.earliest('id').pk}/change/"
    token = {"csrfmiddlewaretoken": desk.cookies[settings.CSRF_COOKIE_NAME]}
    note = token | {"action": "note", "text": lost}
    stranger = Browser(desk.address, {settings.CSRF_COOKIE_NAME: token["csrfmiddlewaretoken"]})
    stale = note | {"csrfmiddlewaretoken": "a" * 64}
    for who, sent, status in ((stranger, note, 401), (desk, stale, 403)):
        answer = who.post(path, sent, Sec_Fetch_Site="same-origin")
        assert answer.status == status
        assert markers.found_in(answer.content) == {lost}
        assert not markers.found_in(answer.headers.encode())


def take_a_call(desk: Browser, markers: Markers) -> str:
    """A request by telephone, refused at first; the caller's name."""
    path = "/desk/requests/by-phone/"
    token = Fields(desk.get(path)).values["token"]
    call = answers(markers, 1, token)
    before = set(markers.made)
    refused = submit(desk, path, call | {"name": markers.word(), "phone": markers.word()})
    markers.refused |= markers.made - before
    assert refused.status == 422
    saved = submit(desk, path, call | {"follow_up": "on"})
    assert saved.status == 302
    assert not markers.found_in(saved.headers.encode() + refused.headers.encode())
    return str(call["name"])


def search(desk: Browser, markers: Markers, name: str) -> None:
    """For the caller, and for somebody who never wrote; the term stands in its field only."""
    nobody = markers.word()
    markers.refused.add(nobody)
    for term, words in ((name, "1 request"), (nobody, "Nothing found")):
        answer = submit(desk, "/desk/search/", {"term": term})
        page = Fields(answer)
        assert answer.status == 200
        assert words in page.text
        assert page.values["term"] == term
        assert not markers.found_in(answer.headers.encode() + page.text.encode())
    (row,) = Request.objects.filter(lane="phone")
    sought = desk.post(f"/desk/requests/{row.pk}/duplicates/", token_of(desk))
    assert sought.status == 200
    assert not markers.found_in(sought.headers.encode() + sought.content)


def token_of(desk: Browser) -> dict[str, str]:
    page = Fields(desk.get("/desk/search/"))
    return {"csrfmiddlewaretoken": page.values["csrfmiddlewaretoken"]}


def learned(markers: Markers) -> dict[str, str]:
    """What a person says in a call."""
    typed = {name: markers.word() for name in ("name", "contact_need", "message")}
    return typed | {"channel": "phone", "phone": "217-555-0123"}


def other_staff_texts(markers: Markers) -> None:
    """Every kind, whether it has been typed above or not."""
    row = Request.objects.earliest("id")
    for kind in StaffText.Kind:
        staff_text.write(row, kind=kind, text=markers.word(), by="ana", now=timezone.now())


def tell_staff(smtp: SmtpServer) -> None:
    """The worker: first into the mail folder, then to a mail server."""
    half = OutboxMessage.objects.order_by("id").values("id")[: REQUESTS // 2]
    later = timezone.now() + timedelta(days=365)
    OutboxMessage.objects.update(due=later)
    OutboxMessage.objects.filter(id__in=half).update(due=timezone.now())
    run_worker({})
    assert OutboxMessage.objects.unsent().count() == REQUESTS // 2
    OutboxMessage.objects.unsent().update(due=timezone.now())
    run_worker({"EMAIL_HOST": smtp.host, "EMAIL_PORT": str(smtp.port)})
    assert not OutboxMessage.objects.unsent().exists()
    assert smtp.raw
    assert list((VAR / "mail").iterdir())


def run_worker(environment: dict[str, str]) -> None:
    with (VAR / "log" / "worker.log").open("ab") as log:
        subprocess.run(
            [sys.executable, "manage.py", "work", "--once"],
            cwd=CHECKOUT,
            env=os.environ | {"DATABASE_URL": test_database_url()} | environment,
            stdout=log,
            stderr=log,
            check=True,
        )


# ---- the search


def found_everywhere(markers: Markers, smtp: SmtpServer) -> dict[str, set[str]]:
    """The markers found, by where."""
    found: dict[str, set[str]] = defaultdict(set)
    for place, data in written(smtp):
        found[place] |= markers.found_in(data)
    return found


def written(smtp: SmtpServer) -> Iterator[tuple[str, bytes]]:
    """Everything that was written anywhere, in pieces, each with its place."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    yield "dump", dump()
    for path in files(VAR / "postgres"):
        yield "data files", read(path)
    for path in files(VAR):
        inside = path.relative_to(VAR).parts[0]
        if inside not in NOT_SEARCHED:
            yield inside, read(path)
    for raw in smtp.raw:
        yield "smtp", raw
    for session in Session.objects.all():
        yield "sessions", json.dumps(session.get_decoded()).encode()
    for entry in LogEntry.objects.values():
        yield "admin log", repr(entry).encode()


def dump() -> bytes:
    """pg_dump; where none fits the server, every table by COPY."""
    for program in pg_dumps():
        done = subprocess.run(
            [program, "--dbname", test_database_url()], capture_output=True, check=False
        )
        if done.returncode == 0:
            return done.stdout
    return b"".join(copied())


def pg_dumps() -> Iterator[Path | str]:
    if (VAR / "postgres").exists():
        yield embedded_postgres.binaries() / "pg_dump"
    elif program := shutil.which("pg_dump"):
        yield program


def copied() -> Iterator[bytes]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            buffer = BytesIO()
            cursor.copy_expert(f'COPY "{table}" TO STDOUT', buffer)
            yield buffer.getvalue()


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def read(path: Path) -> bytes:
    """Postgres removes files while we look."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


# ---- the tests


@pytest.fixture
def nothing_is_compressed(transactional_db: None) -> Iterator[None]:
    """Postgres would compress what is not sealed, and the search of its files would be blind."""
    columns = ("intake_submission", "intake_stafftext")
    with connection.cursor() as cursor:
        for table in columns:
            cursor.execute(f"ALTER TABLE {table} ALTER ciphertext SET STORAGE EXTERNAL")
        yield
        for table in columns:
            cursor.execute(f"ALTER TABLE {table} ALTER ciphertext SET STORAGE EXTENDED")


@pytest.mark.usefixtures("nothing_is_compressed", "collect_compressed")
def test_nothing_typed_is_found_anywhere(smtp_server: SmtpServer) -> None:
    markers = Markers(IPv4Network("203.0.113.0/24"))
    with running_site(TRUSTED_PROXIES="1") as address:
        live_through(address, markers, smtp_server)

    found = found_everywhere(markers, smtp_server)

    assert {"dump", "log", "mail", "smtp", "sessions"} <= set(found)
    assert ("data files" in found) is (VAR / "postgres").exists()
    assert {place: sorted(each)[:3] for place, each in found.items() if each} == {}
    assert not LogEntry.objects.exists()


@pytest.mark.usefixtures("nothing_is_compressed", "collect_compressed")
def test_same_search_finds_everything_where_nothing_is_sealed(
    smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "seal", unsealed.seal)
    markers = Markers(IPv4Network("198.51.100.0/24"))
    with running_site(*TALKATIVE, "tests.unsealed_wsgi", TRUSTED_PROXIES="1") as address:
        live_through(address, markers, smtp_server)

    found = found_everywhere(markers, smtp_server)

    expected = markers.made - markers.refused
    everywhere = set().union(*found.values())
    assert len(expected) > 15 * REQUESTS
    assert {":" in each for each in expected if each.count(".") == 3 or ":" in each} == {
        True,
        False,
    }
    assert expected <= everywhere, sorted(expected - everywhere)[:5]
    stored = found["dump"]
    assert len(stored) > 5 * REQUESTS
    if (VAR / "postgres").exists():
        assert stored <= found["data files"]


def test_a_mistake_that_quotes_people_tells_nobody(
    smtp_server: SmtpServer, transactional_db: None, collect_compressed: None
) -> None:
    """T6: what was typed goes back to whoever typed it, and nowhere else."""
    markers = Markers(IPv4Network("192.0.2.0/24"))
    mail = {"EMAIL_HOST": smtp_server.host, "EMAIL_PORT": str(smtp_server.port)}
    with running_site("tests.raising_wsgi", **mail) as address:
        visitor = Browser(address)
        token = Fields(visitor.get("/contact/", **heads(markers))).values["token"]
        typed = answers(markers, 1, token)
        refused = visitor.post("/contact/", typed, **heads(markers))
        desk = Browser(address)
        note = markers.word()
        failed = fail_at_the_desk(desk, note)

    page = Fields(refused)
    assert refused.status == 503
    for name in ("name", "phone", "contact_need"):
        assert page.values[name] == typed[name]
    assert page.values["message"] == typed["message"].replace("\r\n", "\n")
    assert page.checked["channel"] == [typed["channel"]]
    assert failed.status == 500
    assert Fields(failed).values["text"] == note
    assert failed.content.count(note.encode()) == 1, "in its field only"
    assert markers.found_in(failed.content) == {note}
    log = log_of(address).read_bytes()
    assert b"contact refused: not-stored (RuntimeError)" in log
    assert b'"exception": "RuntimeError"' in log
    assert not markers.found_in(log)
    assert smtp_server.messages == []


def fail_at_the_desk(desk: Browser, note: str) -> SimpleNamespace:
    eve = User.objects.create_user("eve", password="right-horse-7", is_staff=True)
    rights.give(eve, rights.MANAGER)
    both_factors(desk, eve)
    path = f"/desk/intake/request/{rows.request().pk}/change/"
    return submit(desk, path, {"action": "note", "text": note})


def malformed(markers: Markers) -> list[bytes]:
    """What no browser sends: each is refused by the server or by Django."""
    host = b"Host: localhost\r\n"
    word = [markers.word().encode() for _ in range(16)]
    return [
        b"%s\r\n\r\n" % word[0],
        b"GET /%s HTTP/9.9\r\n%s\r\n" % (word[1], host),
        b"GET /%s HTTP/1.1 %s\r\n%s\r\n" % (word[2], word[2], host),
        b"%s /contact/ HTTP/1.1\r\n%s\r\n" % (word[3] * 5, host),
        b"GET /contact/?%s HTTP/1.1\r\n%sBad header %s\r\n\r\n" % (word[4], host, word[4]),
        b"GET / HTTP/1.1\r\n%s%s@: x\r\n\r\n" % (host, word[5]),
        b"GET / HTTP/1.1\r\n%sX: %s\0\r\n\r\n" % (host, word[6]),
        b"POST /contact/ HTTP/1.1\r\n%sContent-Length: %s\r\n\r\n" % (host, word[7]),
        b"POST /contact/ HTTP/1.1\r\n%sTransfer-Encoding: %s\r\n\r\n" % (host, word[8]),
        b"POST /contact/ HTTP/1.1\r\n%sTransfer-Encoding: chunked\r\n\r\n%s\r\n" % (host, word[9]),
        b"GET /%s HTTP/1.1\r\n%s\r\n" % (word[10] * 300, host),
        b"GET / HTTP/1.1\r\n%sX: %s\r\n\r\n" % (host, word[11] * 600),
        b"GET / HTTP/1.1\r\nHost: %s/%s\r\n\r\n" % (word[12], word[12]),
        b"GET / HTTP/1.1\r\nHost: %s.example\r\n\r\n" % word[13],
        b"GET /%%ff%%00%s/../%%2e HTTP/1.1\r\n%s\r\n" % (word[14], host),
        b"POST /contact/ HTTP/1.1\r\n%sContent-Type: %s\r\nContent-Length: 999\r\n\r\nmessage=%s"
        % (host, FORM_TYPE.encode(), word[15]),
    ]


@pytest.mark.usefixtures("collect_compressed", "transactional_db")
def test_requests_that_nobody_can_read_leave_their_kind() -> None:
    """T7: neither a word of them nor where they came from."""
    markers = Markers(IPv4Network("192.0.2.0/24"))
    with running_site() as address:
        started = len(log_of(address).read_bytes())
        speak(address, malformed(markers))
    log = log_of(address).read_bytes()

    assert not markers.found_in(log)
    lines = [json.loads(line) for line in log[started:].splitlines()]
    kinds = [line["event"] for line in lines if line["event"].startswith("request refused: ")]
    assert len(set(kinds)) >= 4
    assert all(re.fullmatch(r"request refused: [A-Za-z]+", kind) for kind in kinds)
    assert b"127.0.0.1" not in log[started:]


@pytest.mark.usefixtures("collect_compressed", "transactional_db")
def test_gunicorns_own_log_would_have_quoted_them() -> None:
    markers = Markers(IPv4Network("192.0.2.0/24"))
    with running_site(*TALKATIVE) as address:
        speak(address, malformed(markers))

    assert len(markers.found_in(log_of(address).read_bytes())) >= 4


def speak(address: str, requests: list[bytes]) -> None:
    """Say each over a connection of its own, and hear it out."""
    port = urlsplit(address).port
    for each in requests:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.sendall(each)
            line.shutdown(socket.SHUT_WR)
            try:
                while line.recv(65536):
                    pass
            except (TimeoutError, ConnectionResetError):
                continue


# ---- the search itself


@pytest.mark.parametrize("around", [b"", b"\0\xff", b"abc", b"\n0123456789+/="])
@pytest.mark.parametrize(
    "write",
    [
        str.encode,
        lambda marker: marker.upper().encode(),
        lambda marker: marker.encode("utf-16-le"),
        lambda marker: marker.encode("utf-16-be"),
        lambda marker: marker.encode().hex().encode(),
        lambda marker: marker.encode().hex().upper().encode(),
        lambda marker: "".join(f"%{ord(each):02x}" for each in marker).encode(),
        lambda marker: "".join(f"%{ord(each):02X}" for each in marker).encode(),
        *(
            lambda marker, before=before, after=after, alphabet=alphabet: alphabet(
                b"\xfb" * before + marker.encode() + b"\xff" * after
            )
            for before in range(6)
            for after in range(3)
            for alphabet in (
                base64.b64encode,
                base64.urlsafe_b64encode,
                lambda data: base64.b64encode(data).rstrip(b"="),
            )
        ),
    ],
)
def test_search_finds_every_spelling(write: Any, around: bytes) -> None:
    markers = Markers(IPv4Network("192.0.2.0/24"))
    made = [markers.word(), markers.number()]

    for marker in made:
        assert markers.found_in(around + write(marker) + around) == {marker}


def test_search_finds_every_spelling_of_an_address() -> None:
    markers = Markers(IPv4Network("192.0.2.0/24"))
    four, six = sorted((markers.address(), markers.address()), key=lambda each: ":" in each)
    written_as: dict[str, list[str | bytes]] = {
        four: [four, f"::ffff:{four}", str(int(ip_address(four)))],
        six: [six, ip_address(six).exploded, ip_address(six).packed, ip_address(six).packed.hex()],
    }

    for address, ways in written_as.items():
        for way in ways:
            data = way if isinstance(way, bytes) else way.encode()
            assert address in markers.found_in(b"\xff " + data + b" \0"), way


def test_search_finds_nothing_in_noise() -> None:
    markers = Markers(IPv4Network("192.0.2.0/24"))
    noise = os.urandom(4_000_000)

    assert markers.found_in(noise + noise.hex().encode() + base64.b64encode(noise)) == set()


def test_stem_is_written_in_ways_that_differ() -> None:
    assert len({each.stem for each in spellings("mallowmarigold")}) >= 11


@pytest.mark.django_db
def test_search_looks_at_every_place(smtp_server: SmtpServer) -> None:
    """One marker planted in each."""
    markers = Markers(IPv4Network("192.0.2.0/24"))
    user = User.objects.create_user(markers.word())
    kept = {"log": VAR / "log" / "planted.log", "mail": VAR / "mail" / "planted.log"}
    for path in kept.values():
        path.parent.mkdir(exist_ok=True)
        path.write_text(markers.word())
    smtp_server.raw.append(markers.word().encode())
    session = SessionStore()
    session["kept"] = markers.word()
    session.save()
    LogEntry.objects.create(user=user, object_repr=markers.word(), action_flag=1)
    try:
        found = found_everywhere(markers, smtp_server)
    finally:
        for path in kept.values():
            path.unlink()

    for place in ("log", "mail", "smtp", "sessions", "admin log"):
        assert len(found[place]) == 1, place
    assert user.username in markers.found_in(b"".join(copied()))
