"""Which system account runs PostgreSQL.

PostgreSQL refuses to run as the superuser. A plain user runs it as itself; the superuser lends it
a dedicated account that owns nothing but the cluster.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAME = "marketingconnect"


@dataclass(frozen=True)
class Account:
    """A user and its group; ``switch`` says whether we must become it."""

    name: str
    uid: int
    gid: int
    switch: bool

    @property
    def popen(self) -> dict[str, Any]:
        """Arguments that make subprocess run a command under this account."""
        if not self.switch:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": [], "umask": 0o077}

    def own(self, path: Path) -> None:
        if self.switch:
            os.chown(path, self.uid, self.gid)

    def reaches(self, folder: Path) -> bool:
        """Whether the account may go through the folder, tried for real."""
        if not self.switch:
            return os.access(folder, os.X_OK)
        attempt = subprocess.run(
            ["/bin/sh", "-c", 'cd "$0"', str(folder)],
            cwd="/",
            capture_output=True,
            check=False,
            **self.popen,
        )
        return attempt.returncode == 0


def account_for(data: Path) -> Account:
    """The owner of an existing cluster, else ourselves, else (superuser) a dedicated account."""
    if os.geteuid() != 0:
        return _account(pwd.getpwuid(os.geteuid()), switch=False)
    if data.exists() and (owner := data.stat().st_uid) != 0:
        return _account(pwd.getpwuid(owner), switch=True)
    return _account(_dedicated() or pwd.getpwnam("nobody"), switch=True)


def _account(entry: pwd.struct_passwd, *, switch: bool) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch)


def _dedicated() -> pwd.struct_passwd | None:
    """The account made for us, created when the system lets us do so."""
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        pass
    command = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if command is None:
        return None
    shell = shutil.which("nologin", path="/usr/sbin:/sbin:/usr/bin") or "/bin/false"
    arguments = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    subprocess.run([command, *arguments, "--shell", shell, NAME], capture_output=True, check=False)
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        return None
