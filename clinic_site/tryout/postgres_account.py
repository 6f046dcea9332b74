"""Who runs the embedded PostgreSQL. It refuses user 0, so root needs a stand-in."""

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
    """A command to put in front, or a user to become; neither when we are not root."""

    prefix: tuple[str, ...] = ()
    user: pwd.struct_passwd | None = None

    def take(self, path: Path) -> None:
        """Hand a directory over with what is in it. Only root can, and only root needs to."""
        if os.geteuid() != 0:
            return
        uid, gid = (self.user.pw_uid, self.user.pw_gid) if self.user else (0, 0)
        if path.stat().st_uid != uid:
            for entry in (path, *path.rglob("*")):
                os.chown(entry, uid, gid, follow_symlinks=False)

    def become(self) -> OtherUser:
        """What subprocess needs to become the user."""
        if self.user is None:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def can_reach(self, place: Path) -> bool:
        """Whether every folder on the way may be entered."""
        command = [*self.prefix, "test", "-x", str(place)]
        return subprocess.run(command, check=False, **self.become()).returncode == 0


def choose() -> Account:
    """Ourselves; for root a user namespace, and where those are blocked the user `nobody`."""
    if os.geteuid() != 0:
        return Account()
    if prefix := user_namespace():
        return Account(prefix=prefix)
    return Account(user=pwd.getpwnam("nobody"))


@cache
def user_namespace() -> tuple[str, ...]:
    """The command that runs another one as user 1000 whose files stay ours; () where blocked."""
    command = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
    try:
        subprocess.run([*command, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return ()
    return command
