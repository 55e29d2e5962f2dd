"""Where each thing of one embedded server lies.

Everything is below ``var/postgres``. Only the cluster itself (``data`` and, when needed, a copy
of the binaries) may lie elsewhere: the account that runs PostgreSQL must be able to reach it, and
a folder in the superuser's closed home is out of its reach.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROLE = "marketingconnect"
DATABASE = "marketingconnect"
ADMIN = "postgres"


@dataclass(frozen=True)
class Place:
    """The files of the server that belongs to one ``var`` folder."""

    var: Path

    @property
    def home(self) -> Path:
        return self.var / "postgres"

    @property
    def lock(self) -> Path:
        """Taken to start, to join and to stop: no two of them at once."""
        return self.home / "lock"

    @property
    def supervisor_lock(self) -> Path:
        """Held by the supervisor as long as it lives."""
        return self.home / "supervisor.lock"

    @property
    def state_file(self) -> Path:
        return self.home / "state.json"

    @property
    def users(self) -> Path:
        """One locked file per process that uses the server."""
        return self.home / "users"

    @property
    def port_file(self) -> Path:
        return self.home / "port"

    @property
    def profile_file(self) -> Path:
        return self.home / "profile"

    @property
    def password_file(self) -> Path:
        return self.home / "password"

    @property
    def admin_password_file(self) -> Path:
        return self.home / "admin-password"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def location_file(self) -> Path:
        return self.home / "location"

    @property
    def remote_root(self) -> Path:
        """The cluster's folder when ``var`` is out of the database account's reach."""
        digest = hashlib.sha256(os.fsencode(self.home.resolve())).hexdigest()[:16]
        return Path("/var/lib/marketingconnect") / digest

    @property
    def cluster_root(self) -> Path:
        try:
            return Path(self.location_file.read_text("utf-8").strip())
        except FileNotFoundError:
            return self.home

    @property
    def data(self) -> Path:
        return self.cluster_root / "data"

    def prepare(self) -> None:
        """Make our own folders. Parents keep the modes they have: they are not ours to open."""
        self.home.mkdir(parents=True, exist_ok=True)
        if os.stat(self.home).st_uid == os.geteuid():
            self.home.chmod(0o711)
        self.users.mkdir(mode=0o700, exist_ok=True)

    def url(self) -> str:
        """The address programs connect to."""
        password = self.password_file.read_text("ascii").strip()
        port = int(self.port_file.read_text("ascii"))
        return f"postgres://{ROLE}:{password}@127.0.0.1:{port}/{DATABASE}"

    def read_state(self) -> dict[str, Any]:
        try:
            state = json.loads(self.state_file.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return state if isinstance(state, dict) else {}

    def write_state(self, **state: Any) -> None:
        write_atomically(self.state_file, json.dumps(state, ensure_ascii=False))


def write_atomically(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Replace a small file so that a reader sees the old text or the new one, nothing between."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
