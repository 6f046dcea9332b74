"""User account of the embedded PostgreSQL, which refuses to run as root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypedDict


class OtherUser(TypedDict, total=False):
    """Arguments of subprocess.Popen that run a process as another user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """A command to put before PostgreSQL's, or a user to run it as; neither unless we are root."""

    prefix: tuple[str, ...] = ()
    user: pwd.struct_passwd | None = None

    def take(self, path: Path) -> None:
        """Make the account own a directory and its contents. Does nothing unless we are root."""
        if os.geteuid() != 0:
            return
        uid, gid = (self.user.pw_uid, self.user.pw_gid) if self.user else (0, 0)
        if path.stat().st_uid != uid:
            for entry in (path, *path.rglob("*")):
                os.chown(entry, uid, gid, follow_symlinks=False)

    def become(self) -> OtherUser:
        """Arguments of subprocess.Popen that run a process as the user."""
        if self.user is None:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def can_reach(self, place: Path) -> bool:
        """Whether the account may enter the folder and every folder above it."""
        command = [*self.prefix, "test", "-x", str(place)]
        return subprocess.run(command, check=False, **self.become()).returncode == 0


def choose() -> Account:
    """Our own account; for root a user namespace, or the user `nobody` where those are blocked."""
    if os.geteuid() != 0:
        return Account()
    if prefix := user_namespace():
        return Account(prefix=prefix)
    return Account(user=pwd.getpwnam("nobody"))


@cache
def user_namespace() -> tuple[str, ...]:
    """The prefix that runs a command as user 1000 of a namespace; () where those are blocked."""
    command = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
    try:
        subprocess.run([*command, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return ()
    return command
