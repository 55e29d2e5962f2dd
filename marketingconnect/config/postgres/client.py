"""What programs call: have the server running, look at it, stop it."""

import fcntl
import os
import secrets
import shutil
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from marketingconnect.config.postgres.errors import PostgresError
from marketingconnect.config.postgres.places import Place
from marketingconnect.config.postgres.processes import is_locked, locked

PROFILES = ("durable", "throwaway")
START_PATIENCE = 900.0
FULL_BELOW = 20 * 2**20

_leases: dict[Path, int] = {}


@dataclass(frozen=True)
class Status:
    """``state``: stopped, starting, ready, restarting, stopping or failed; pids are 0 when none."""

    state: str
    message: str = ""
    port: int = 0
    supervisor: int = 0
    postmaster: int = 0
    restarts: int = 0
    data: Path | None = None


def ensure_running(var: Path, *, profile: str = "durable") -> str:
    """Start or join the server of this ``var`` folder; returns its DATABASE_URL.

    The calling process counts as a user until it ends, however it ends; the server stops a few
    seconds after its last user. ``profile``: "durable" keeps every commit through a power cut,
    "throwaway" (tests) does not. Raises PostgresError with a French message.
    """
    if profile not in PROFILES:
        raise ValueError(profile)
    place = Place(var.absolute())
    try:
        place.prepare()
        with locked(place.lock):
            _register(place)
            return _join_or_start(place, profile)
    except PermissionError as error:
        raise PostgresError(
            f"Le dossier {place.home} appartient à un autre compte ({error.filename}) : reprenez "
            "le compte qui l’a créé, ou choisissez un autre dossier avec MARKETINGCONNECT_VAR."
        ) from None
    except OSError as error:
        raise PostgresError(_words_for(place, str(error))) from error


def release(var: Path) -> None:
    """Stop counting this process as a user before it ends."""
    descriptor = _leases.pop(Place(var.absolute()).home, None)
    if descriptor is not None:
        os.close(descriptor)


def leave(var: Path) -> None:
    """Release the server and, when nobody else uses it, stop it now rather than after its grace."""
    place = Place(var.absolute())
    if place.home not in _leases:
        return
    with locked(place.lock):
        release(var)
        if not any(is_locked(lease) for lease in place.users.iterdir()):
            stop(var)


def stop(var: Path) -> bool:
    """Stop the server, used or not; True when there was one to stop."""
    place = Place(var.absolute())
    release(var)
    if not is_locked(place.supervisor_lock):
        return False
    supervisor = place.read_state().get("supervisor", 0)
    if supervisor:
        os.kill(supervisor, signal.SIGTERM)
    while is_locked(place.supervisor_lock):
        time.sleep(0.02)
    return True


def status(var: Path) -> Status:
    """What the server of this ``var`` folder is doing, without starting it."""
    place = Place(var.absolute())
    state = place.read_state()
    if not is_locked(place.supervisor_lock):
        name = "failed" if state.get("state") == "failed" else "stopped"
        return Status(name, message=state.get("message", ""), data=place.data)
    return Status(
        state.get("state", "starting"),
        message=state.get("message", ""),
        port=int(place.port_file.read_text("ascii")) if place.port_file.exists() else 0,
        supervisor=state.get("supervisor", 0),
        postmaster=state.get("postmaster", 0),
        restarts=state.get("restarts", 0),
        data=place.data,
    )


def _register(place: Place) -> None:
    """Hold a lease: a locked file that the kernel unlocks when this process ends."""
    if place.home in _leases:
        return
    token = f"{os.getpid()}-{secrets.token_hex(4)}"
    hidden = place.users / f".{token}"
    descriptor = os.open(hidden, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    hidden.rename(place.users / token)
    _leases[place.home] = descriptor


def _join_or_start(place: Place, profile: str) -> str:
    spawned = 0
    if not is_locked(place.supervisor_lock):
        _refuse_downgrade(place, profile)
        place.state_file.unlink(missing_ok=True)
        spawned = _spawn(place, profile)
    state = _wait_until_ready(place, spawned)
    _refuse_downgrade(place, profile)
    if spawned and state.get("notice"):
        sys.stderr.write(f"{state['notice']}\n")
    return place.url()


def _refuse_downgrade(place: Place, profile: str) -> None:
    if profile != "durable" or not place.profile_file.exists():
        return
    if place.profile_file.read_text("ascii").strip() == "throwaway":
        raise PostgresError(
            f"La base de {place.home} est une base d’essai, qui ne résiste pas à une coupure de "
            "courant : choisissez un autre dossier avec MARKETINGCONNECT_VAR."
        )


def _spawn(place: Place, profile: str) -> int:
    """Start the supervisor in its own session, with no stream or folder of ours."""
    package_root = Path(__file__).resolve().parents[3]
    environment = {**os.environ, "PYTHONPATH": str(package_root)}
    module = "marketingconnect.config.postgres"
    log = os.open(place.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return os.posix_spawn(
            sys.executable,
            [sys.executable, "-P", "-m", module, "supervise", str(place.var), profile],
            environment,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, log, 1),
                (os.POSIX_SPAWN_DUP2, log, 2),
            ],
            setsid=True,
        )
    finally:
        os.close(log)


def _wait_until_ready(place: Place, spawned: int) -> dict[str, object]:
    """Wait for the supervisor's word, as long as it lives (crash recovery may take its time)."""
    deadline = time.monotonic() + START_PATIENCE
    while time.monotonic() < deadline:
        state = place.read_state()
        alive = is_locked(place.supervisor_lock)
        if alive and state.get("state") == "ready":
            return state
        if state.get("state") == "failed":
            _reap(spawned, wait=True)
            raise PostgresError(str(state["message"]))
        if not alive and (spawned == 0 or _reap(spawned, wait=False)):
            break
        time.sleep(0.01)
    raise PostgresError(_words_for(place, f"le journal {place.log} dit pourquoi"))


def _words_for(place: Place, reason: str) -> str:
    """The reason, or the one that explains most silences: no room left even to write it down."""
    if shutil.disk_usage(place.var).free < FULL_BELOW:
        return (
            f"Le disque de {place.home} est plein : la base de données ne peut pas démarrer. "
            "Libérez de la place puis recommencez ; ce qui était enregistré est intact."
        )
    return f"La base de données ne démarre pas : {reason}"


def _reap(pid: int, *, wait: bool) -> bool:
    """Whether the supervisor we started has ended."""
    if pid == 0:
        return True
    try:
        return os.waitpid(pid, 0 if wait else os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True
