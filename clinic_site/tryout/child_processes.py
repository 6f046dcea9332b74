"""Child processes that end with their parent: the servers of `make run` and of the tests."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Unpack

from clinic_site.tryout.postgres_account import OtherUser

PR_SET_PDEATHSIG = 1


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    on_our_death: signal.Signals = signal.SIGTERM,
    environment: Mapping[str, str] | None = None,
    **become: Unpack[OtherUser],
) -> subprocess.Popen[bytes]:
    """Start a process and append its output to `log`; `become` makes it run as another user.

    When this process ends, even killed, the kernel sends it the signal `on_our_death` (Linux only).
    """
    with log.open("ab") as out:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=environment,
            start_new_session=True,  # Ctrl-C reaches only us, so that we can stop in order
            preexec_fn=end_with_parent(on_our_death),
            **become,
        )


def stop(process: subprocess.Popen[bytes], *signals: signal.Signals, seconds: float = 10) -> None:
    """Send the signals one after the other, waiting `seconds` after each, and finally SIGKILL."""
    for number in (*signals, signal.SIGKILL):
        process.send_signal(number)
        try:
            process.wait(seconds)
            return
        except subprocess.TimeoutExpired:
            continue


def end_with_parent(number: signal.Signals) -> Callable[[], None]:
    """A function for the child to call, which asks the kernel for the signal (prctl, Linux)."""
    if not sys.platform.startswith("linux"):
        return lambda: None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def arrange() -> None:
        prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os._exit(1)

    return arrange
