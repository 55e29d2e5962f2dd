"""The cluster on disk: where it goes, how it is made, how it is set, what is wrong with it."""

import os
import secrets
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from marketingconnect.config.ports import free_port, port_is_free
from marketingconnect.config.postgres.accounts import Account, account_for
from marketingconnect.config.postgres.binaries import Binaries, find_binaries, reachable_binaries
from marketingconnect.config.postgres.errors import PostgresError
from marketingconnect.config.postgres.places import (
    ADMIN,
    DATABASE,
    ROLE,
    Place,
    write_atomically,
)
from marketingconnect.config.postgres.processes import die_with_parent

NEEDED_MEGABYTES = 300

COMMON = """\
# Written at each start. Your own settings go to local.conf, beside this file: they win.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
shared_buffers = {shared_buffers}MB
effective_cache_size = {cache}MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_parallel_workers_per_gather = 1
jit = off
random_page_cost = 1.1
effective_io_concurrency = 64
checkpoint_timeout = 10min
max_wal_size = 2GB
log_min_duration_statement = 2s
log_line_prefix = '%m [%p] '
log_timezone = 'UTC'
timezone = 'UTC'
idle_in_transaction_session_timeout = 10min
"""
THROWAWAY = """\
# Tests only: nothing here survives a power cut, and nothing here needs to.
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum_naptime = 10min
"""


@dataclass(frozen=True)
class Cluster:
    """All that is needed to start one server."""

    place: Place
    data: Path
    binaries: Binaries
    account: Account
    port: int
    notice: str

    @property
    def command(self) -> list[str]:
        return [self.binaries.program("postgres"), "-D", str(self.data), "-p", str(self.port)]


def prepare(place: Place, profile: str) -> Cluster:
    """Find or make the cluster, and write its settings."""
    data = place.data
    known = (data / "PG_VERSION").exists()
    binaries = find_binaries(major=_major(data) if known else None)
    account = account_for(data)
    notice = ""
    if not known:
        notice = _choose_location(place, account)
        data = place.data
    binaries = reachable_binaries(binaries, account, place.cluster_root)
    if not known:
        _make(place, data, binaries, account, profile)
    _configure(data, account, place.profile_file.read_text("ascii").strip())
    return Cluster(place, data, binaries, account, _port(place), notice)


def _major(data: Path) -> int:
    try:
        return int((data / "PG_VERSION").read_text("ascii").split(".")[0])
    except ValueError:
        raise PostgresError(damaged(data, "le fichier PG_VERSION est illisible")) from None


def _choose_location(place: Place, account: Account) -> str:
    """Keep the cluster in ``var`` when its account can reach it; say so when it cannot."""
    if account.reaches(place.home):
        place.location_file.unlink(missing_ok=True)
        return ""
    root = place.remote_root
    for folder in (root.parent, root):  # both are ours
        folder.mkdir(exist_ok=True)
        folder.chmod(0o711)
    if not account.reaches(root):
        raise PostgresError(
            f"Le compte « {account.name} », qui doit faire tourner PostgreSQL, n’atteint ni "
            f"{place.home} ni {root}. Placez le dossier de travail ailleurs avec "
            "MARKETINGCONNECT_VAR, ou donnez DATABASE_URL."
        )
    write_atomically(place.location_file, f"{root}\n")
    return (
        f"La base de données est dans {root} : le compte « {account.name} » qui la fait tourner "
        f"n’a pas accès à {place.home}, et les dossiers parents gardent leurs droits."
    )


def _make(place: Place, data: Path, binaries: Binaries, account: Account, profile: str) -> None:
    """Create the cluster aside, then give it its name: a killed creation leaves no half cluster."""
    root = place.cluster_root
    for leftover in root.glob(".data-*"):
        shutil.rmtree(leftover)
    if data.exists() and any(data.iterdir()):
        raise PostgresError(damaged(data, "le fichier PG_VERSION manque"))
    if shutil.disk_usage(root).free < NEEDED_MEGABYTES * 1024 * 1024:
        raise PostgresError(
            f"Il reste moins de {NEEDED_MEGABYTES} Mo sur le disque de {root} : libérez de la "
            "place, ou choisissez un autre disque avec MARKETINGCONNECT_VAR."
        )
    for secret in (place.password_file, place.admin_password_file):
        if not secret.exists():
            write_atomically(secret, secrets.token_urlsafe(24))
    unfinished = root / f".data-{os.getpid()}"
    unfinished.mkdir(mode=0o700)
    account.own(unfinished)
    _initdb(unfinished, place, binaries, account, profile)
    write_atomically(place.profile_file, profile)
    if data.exists():
        data.rmdir()
    unfinished.rename(data)


def _initdb(data: Path, place: Place, binaries: Binaries, account: Account, profile: str) -> None:
    password_file = data.with_name(f"{data.name}.password")
    write_atomically(password_file, place.admin_password_file.read_text("ascii"))
    account.own(password_file)
    locale = ["--locale=C.UTF-8"]
    if binaries.major >= 17:
        locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    arguments = ["-D", str(data), "-U", ADMIN, "-E", "UTF8", "--data-checksums", *locale]
    arguments += ["--auth=scram-sha-256", f"--pwfile={password_file}"]
    arguments += ["--no-sync"] if profile == "throwaway" else []
    made = subprocess.run(
        [binaries.program("initdb"), *arguments],
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        preexec_fn=lambda: die_with_parent(signal.SIGKILL),
        **account.popen,
    )
    password_file.unlink(missing_ok=True)
    if made.returncode != 0:
        output = made.stdout + made.stderr
        shutil.rmtree(data, ignore_errors=True)
        raise PostgresError(explain(output, data, "La base de données n’a pas pu être créée"))


def _configure(data: Path, account: Account, profile: str) -> None:
    """Write our settings beside postgresql.conf, which only includes them."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    text = COMMON.format(
        shared_buffers=max(64, min(512, memory // 8)), cache=max(128, min(4096, memory // 2))
    )
    if profile == "throwaway":
        text += THROWAWAY
    ours, theirs = data / "marketingconnect.conf", data / "local.conf"
    write_atomically(ours, text)
    account.own(ours)
    if not theirs.exists():
        write_atomically(theirs, "# Your settings: they win over marketingconnect.conf.\n")
        account.own(theirs)
    main = data / "postgresql.conf"
    includes = "include = 'marketingconnect.conf'\ninclude_if_exists = 'local.conf'\n"
    if includes not in (settings := main.read_text("utf-8")):
        write_atomically(main, f"{settings}\n{includes}")
        account.own(main)


def _port(place: Place) -> int:
    """The port of last time when it is still free, else another one outside the ephemeral range."""
    try:
        port = int(place.port_file.read_text("ascii"))
    except (FileNotFoundError, ValueError):
        port = 0
    if not (port and port_is_free(port)):
        port = free_port()
        write_atomically(place.port_file, f"{port}\n")
    return port


def new_port(place: Place) -> int:
    """Another port, when the one just chosen was taken meanwhile."""
    port = free_port()
    write_atomically(place.port_file, f"{port}\n")
    return port


def ensure_role_and_database(cluster: Cluster) -> None:
    """The programs' own role (no superuser) and its database, made once."""
    place = cluster.place
    password = place.password_file.read_text("ascii").strip()
    with psycopg.connect(
        host="127.0.0.1",
        port=cluster.port,
        user=ADMIN,
        password=place.admin_password_file.read_text("ascii").strip(),
        dbname="postgres",
        autocommit=True,
        connect_timeout=10,
    ) as connection:
        role, name = sql.Identifier(ROLE), sql.Identifier(DATABASE)
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(
                    role, sql.Literal(password)
                )
            )
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if not known.fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, role))


def explain(output: str, data: Path, what: str) -> str:
    """Turn PostgreSQL's last words into a French message with a way out."""
    if "No space left on device" in output or "Disk quota exceeded" in output:
        return (
            f"{what} : le disque de {data} est plein. Libérez de la place puis recommencez ; "
            "les données déjà enregistrées sont intactes."
        )
    lines = [line for line in output.splitlines() if line.strip()]
    reasons = [line for line in lines if any(w in line for w in ("FATAL", "PANIC", "error:"))]
    reason = (reasons or lines or ["aucune explication"])[-1].strip()
    if any(sign in output for sign in DAMAGE):
        return damaged(data, reason)
    return f"{what} : {reason}"


DAMAGE = (
    "could not locate a valid checkpoint record",
    "could not locate required checkpoint record",
    "invalid checkpoint",
    "PANIC",
    "could not open directory",
    "is not a valid data directory",
    "could not open file",
    "incorrect checksum in control file",
    "could not read file",
    "database files are incompatible with server",
)


def damaged(data: Path, reason: str) -> str:
    return (
        f"Le dossier de la base de données est abîmé ({data} : {reason}). Rien n’a été effacé. "
        "Mettez ce dossier de côté puis restaurez la dernière sauvegarde (docs/operations.md), "
        "ou, pour la démonstration seulement, recommencez avec script/demo --reset."
    )
