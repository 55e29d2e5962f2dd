"""A Postfix of our own: Debian's programs on free ports, its queue in a folder, no service."""

import os
import pwd
import smtplib
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from bench.sinks import find_tools
from marketingconnect.config.ports import free_port

_PATIENCE = 20.0
_QUEUES = "active bounce corrupt defer deferred flush hold incoming private saved trace"
_QUEUES_OF_ALL = "public maildrop"
_MAIN = """compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {root}/usr/lib/postfix/sbin
command_directory = {root}/usr/sbin
shlib_directory = {root}/usr/lib/postfix
mail_owner = daemon
setgid_group = mail
default_privs = nobody
myhostname = relais.example.org
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
relayhost = [127.0.0.1]:{next_port}
smtp_dns_support_level = disabled
smtp_host_lookup = native
default_database_type = texthash
alias_maps =
alias_database =
import_environment = LD_LIBRARY_PATH MAIL_CONFIG TZ
export_environment = LD_LIBRARY_PATH TZ
"""
_MASTER = """127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
smtp unix - - n - - smtp
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
showq unix n - n - - showq
"""


class Catcher:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.messages.append(envelope.content)
        return "250 2.0.0 taken"

    def first(self) -> bytes:
        deadline = time.monotonic() + _PATIENCE
        while not self.messages:
            assert time.monotonic() < deadline, "nothing came out of Postfix"
            time.sleep(0.02)
        return self.messages[0]


@contextmanager
def catching() -> Iterator[tuple[Catcher, int]]:
    """The last server, and its port."""
    catcher, port = Catcher(), free_port()
    server = Controller(catcher, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield catcher, port
    finally:
        server.stop()


@contextmanager
def running_postfix(var: Path, folder: Path, next_port: int) -> Iterator[int | None]:
    """The port of a Postfix that hands over to `next_port`; None where it cannot run: its master
    wants the superuser, and its programs Debian's package."""
    find_tools(var)
    roots = [root for root in (var / "tools" / "postfix", Path("/")) if _master(root).exists()]
    if not roots or os.geteuid() != 0:
        yield None
        return
    port = free_port()
    _lay_out(folder, roots[0], port=port, next_port=next_port)
    libraries = {"LD_LIBRARY_PATH": str(roots[0] / "usr/lib/postfix")}
    master = subprocess.Popen(
        [_master(roots[0]), "-c", folder / "config", "-d"], env={**os.environ, **libraries}
    )
    try:
        _wait_for(port, master)
        yield port
    finally:
        master.terminate()
        master.wait()


def _master(root: Path) -> Path:
    return root / "usr/lib/postfix/sbin/master"


def _lay_out(folder: Path, root: Path, *, port: int, next_port: int) -> None:
    """Postfix wants to own its queue, and refuses another owner."""
    owner = pwd.getpwnam("daemon").pw_uid
    for part in ("config", "queue/pid"):
        (folder / part).mkdir(parents=True)
    for name in (*_QUEUES.split(), *_QUEUES_OF_ALL.split()):
        (folder / "queue" / name).mkdir()
        os.chown(folder / "queue" / name, owner, -1)
    (folder / "data").mkdir()
    os.chown(folder / "data", owner, -1)
    folder.chmod(0o755)  # its programs run as another user
    config = folder / "config"
    config.joinpath("main.cf").write_text(
        _MAIN.format(folder=folder, root=root, next_port=next_port).replace("//", "/"), "utf-8"
    )
    config.joinpath("master.cf").write_text(_MASTER.format(port=port), "utf-8")


def _wait_for(port: int, master: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            smtplib.SMTP("127.0.0.1", port, timeout=5).quit()
        except OSError as error:
            if master.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("Postfix ne démarre pas") from error
            time.sleep(0.05)
        else:
            return
