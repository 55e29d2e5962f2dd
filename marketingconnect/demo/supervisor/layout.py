"""One demo: its folder, its ports, and the environment its processes share."""

import hashlib
import os
import secrets
import socket
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from marketingconnect.config.ports import free_ports, port_is_free

WEBHOOK_PATH = "/rappels/banque/"
PORT_PATIENCE = 3.0
LONGEST_SOCKET = 100


class DemoError(RuntimeError):
    """The demo cannot go on; the message is French and says what to do."""


@dataclass(frozen=True)
class Layout:
    """``web``, ``bank``, ``smtp``, ``live``, ``tracking``, ``inbound``: ports of 127.0.0.1."""

    var: Path
    web: int
    bank: int
    smtp: int
    live: int
    tracking: int
    inbound: int
    """Where mail servers bring back what did not arrive."""

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.web}"

    @property
    def bank_url(self) -> str:
        return f"http://127.0.0.1:{self.bank}"

    @property
    def live_url(self) -> str:
        """Where browsers listen to live sessions."""
        return f"http://127.0.0.1:{self.live}"

    @property
    def tracking_url(self) -> str:
        """Where the links of messages lead."""
        return f"http://127.0.0.1:{self.tracking}"

    @property
    def webhook_url(self) -> str:
        """Where the bank tells the platform what became of a payment."""
        return f"{self.base_url}{WEBHOOK_PATH}"

    @property
    def catcher_dir(self) -> Path:
        return self.var / "catcher"

    @property
    def texts_dir(self) -> Path:
        """Where text messages are caught."""
        return self.var / "texts"

    @property
    def bank_dir(self) -> Path:
        return self.var / "bank"

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def lock(self) -> Path:
        return self.var / "demo.lock"

    @property
    def counter_socket(self) -> Path:
        """Where the counting process listens; a path of a socket is short, whatever the folder."""
        plain = self.var / "counter.sock"
        if len(str(plain)) < LONGEST_SOCKET:
            return plain
        digest = hashlib.sha256(str(self.var).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"mc-{digest}.sock"

    @property
    def accounts_file(self) -> Path:
        """Written by ``demo_prepare``: who may log in, with which password."""
        return self.var / "demo-accounts.json"

    def environment(self, database_url: str) -> dict[str, str]:
        """What each process of the demo is told."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "marketingconnect.config.settings",
            "MARKETINGCONNECT_MODE": "demo",
            "MARKETINGCONNECT_VAR": str(self.var),
            "MARKETINGCONNECT_BASE_URL": self.base_url,
            "MARKETINGCONNECT_LIVE_URL": self.live_url,
            "MARKETINGCONNECT_TRACKING_URL": self.tracking_url,
            "MARKETINGCONNECT_COUNTER_SOCKET": str(self.counter_socket),
            "MARKETINGCONNECT_BANK_URL": self.bank_url,
            "MARKETINGCONNECT_BANK_SECRET": self._bank_secret(),
            "MARKETINGCONNECT_SMTP_URL": f"smtp://127.0.0.1:{self.smtp}",
            "MARKETINGCONNECT_CATCHER_DIR": str(self.catcher_dir),
            "DATABASE_URL": database_url,
            "PYTHONUNBUFFERED": "1",
        }

    def _bank_secret(self) -> str:
        """Shared by the bank and the platform; made once."""
        kept = self.var / "secrets" / "bank"
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not kept.exists():
            with os.fdopen(os.open(kept, os.O_CREAT | os.O_WRONLY, 0o600), "w") as new:
                new.write(secrets.token_urlsafe(32))
        return kept.read_text("ascii")

    def require_ports(self) -> None:
        """Raises DemoError naming the taken port; gives a demo just killed the time to let go."""
        deadline = time.monotonic() + PORT_PATIENCE
        ports = (self.web, self.bank, self.smtp, self.live, self.tracking, self.inbound)
        for port in ports:
            while not is_free(port):
                if time.monotonic() > deadline:
                    raise DemoError(
                        f"Le port {port} est déjà pris par un autre programme. Choisissez-en un "
                        f"autre : script/demo --port {self.web + 1000} (la banque, le courrier, "
                        "les séances en direct, le suivi, les retours prennent les cinq suivants)."
                    )
                time.sleep(0.1)


def at_port(var: Path, port: int) -> Layout:
    if not 1 <= port <= 65_530:
        raise DemoError("Le port est un nombre de 1 à 65 530.")
    return Layout(var, port, port + 1, port + 2, port + 3, port + 4, port + 5)


def on_free_ports(var: Path) -> Layout:
    """Six ports in a row that nobody listens to."""
    return Layout(var, *free_ports(6))


def is_free(port: int) -> bool:
    try:
        return port_is_free(port)
    except PermissionError:
        raise DemoError(
            f"Ce compte n’a pas le droit d’ouvrir le port {port} : prenez-en un au-dessus de "
            "1024 avec --port."
        ) from None


def answers(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something listens there."""
    with socket.socket() as caller:
        caller.settimeout(1)
        return caller.connect_ex((host, port)) == 0
