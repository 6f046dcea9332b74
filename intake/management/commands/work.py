import logging
import signal
import sys
import threading
from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection
from django.utils import timezone

from intake import startup
from intake.figures import weekly_counts
from intake.models import OutboxMessage, SignOfLife
from intake.store import ledger
from intake.worker import (
    daily_notice,
    escalation,
    overdue,
    rescheduling,
    retention,
    sending,
    signs_of_life,
)

SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_WITHOUT_DATABASE = 5.0
LOOKS_PER_HEARTBEAT = 60

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "The worker: sends what waits in the outbox, escalates, writes the daily notice, counts "
        "past weeks, and deletes what is past its time. Ends on SIGTERM after the notice at hand."
    )
    checked = False
    started = False
    purged_on: date | None = None

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stopping = threading.Event()
        if options["once"]:
            self._check()
            self._do_duties(timezone.localtime())
            self._send_all()
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        logger.info("worker started")
        self._loop()
        logger.info("worker stopped")

    def _loop(self) -> None:
        looks = 0
        while not self.stopping.is_set():
            self.stopping.wait(self._look(heartbeat=looks % LOOKS_PER_HEARTBEAT == 0))
            looks += 1

    def _look(self, *, heartbeat: bool) -> float:
        """One round; returns the seconds until the next. A lost database only delays it."""
        try:
            close_old_connections()
            self._check()
            self._send_all()
            self._start()
            if heartbeat:
                signs_of_life.give(SignOfLife.Name.WORKER, timezone.now())
                self._do_duties(timezone.localtime())
                unsent = OutboxMessage.objects.unsent().count()
                logger.info("worker alive: %d notices unsent", unsent)
        except DatabaseError as error:
            logger.warning("worker waits for the database: %s", type(error).__name__)
            connection.close()
            return SECONDS_WITHOUT_DATABASE
        return SECONDS_BETWEEN_LOOKS

    def _check(self) -> None:
        """Once, as soon as the database answers: a role that may too much ends the worker."""
        if self.checked:
            return
        if fault := startup.worker_fault():
            startup.say(fault)
            sys.exit(1)
        self.checked = True

    def _send_all(self) -> None:
        while not self.stopping.is_set() and sending.send_due(timezone.now):
            pass

    def _start(self) -> None:
        """When the worker came up is in the ledger; the daily notice tells it."""
        if not self.started:
            ledger.record(daily_notice.WORKER_STARTED, by=ledger.WORKER)
            self.started = True

    def _do_duties(self, now: datetime) -> None:
        """Sending comes before these, so that nothing here can keep a notice back for long."""
        if self.purged_on is None:
            logger.info("deadlines changed: %d", len(rescheduling.recompute()))
        for row in overdue.hand_to_manager(now):
            logger.info("needs a decision: %s", row)
        escalation.escalate(now)
        daily_notice.write(now)
        if self.purged_on != now.date():
            weekly_counts.write(now)
            self._purge(now)

    def _purge(self, now: datetime) -> None:
        for _ in retention.purge(now):
            if self.stopping.is_set():
                return
        self.purged_on = now.date()
