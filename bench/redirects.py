"""Clicks a second of the tracking service, each committed before its answer, beside a bare 302.

The service runs on one core; the reference (nginx where it can be had, else a bare ASGI answer on
granian) runs on the same core right before. Every click that was answered must be in the database.
"""

import json
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from django.conf import settings

from bench.email_campaign import import_recipients, make_campaign, make_company
from bench.scratch import scratch_database
from bench.web_load import Load, drive
from bench.web_tools import find_tool
from marketingconnect import clock
from marketingconnect.config.ports import free_port
from marketingconnect.demo.supervisor.child import command_line
from marketingconnect.demo.supervisor.layout import answers
from marketingconnect.sending.message.tokens import current_tokens
from marketingconnect.sending.models import Campaign, TrackedLink
from marketingconnect.sending.services import freeze_audience
from marketingconnect.statistics.models import Visit

TARGET_PER_SECOND: Final = 8_000
TARGET_P99_MS: Final = 60.0
TARGET_SHARE: Final = 0.35
RECIPIENTS: Final = 5_000
_PATIENCE: Final = 30.0
_NGINX: Final = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; return 302 https://boutique.example.org/; }}
}}
"""
Say = Any


@dataclass(frozen=True)
class Round:
    durable: Load
    unwaited: Load
    reference: Load

    @property
    def share(self) -> float:
        return self.unwaited.per_second / self.reference.per_second


def measure_redirects(*, seconds: float, connections: int, rounds: int, say: Say) -> bool:
    """Print a line a round, the medians, then one line of JSON; True when the targets are met."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-redirects-")))
        url = stack.enter_context(scratch_database("redirects"))
        paths = _links()
        name, reference = stack.enter_context(_reference(folder))
        ports = [
            stack.enter_context(_service(url, folder, waits=waits)) for waits in ("oui", "non")
        ]
        say(f"  {connections} connexions, référence : {name}")
        done = []
        for _ in range(rounds):
            bare, durable, unwaited = (
                drive(port, paths, connections=connections, seconds=seconds, var=settings.VAR)
                for port in (reference, *ports)
            )
            done.append(Round(durable, unwaited, bare))
            say(
                f"  {durable.per_second:>7,.0f} clics/s gardés  p99 {durable.p99_ms:>5.1f} ms"
                f"  sans attendre {unwaited.per_second:>7,.0f}"
                f"  {name} {bare.per_second:>7,.0f}  {done[-1].share:>4.0%}"
            )
        answered = sum(one.durable.answered + one.unwaited.answered for one in done)
        kept = _kept(answered)
    return _report(done, name, answered, kept, connections=connections, say=say)


def _links() -> list[str]:
    """Paths of a campaign whose links are tracked, one a recipient."""
    file = import_recipients(
        make_company(clock.now()),
        [f"personne{number}@exemple.test" for number in range(RECIPIENTS)],
        clock.now,
    )
    campaign = make_campaign(file, now=clock.now())
    Campaign.objects.filter(pk=campaign.pk).update(tracks_clicks=True)
    address = "https://boutique.example.org/pain?utm_source=mesure"
    TrackedLink.objects.create(campaign=campaign, number=1, url=address, written=address)
    freeze_audience(campaign.pk, now=clock.now())
    tokens = current_tokens()
    return [f"/c/{tokens.visit(campaign.pk, place)}/1" for place in range(1, RECIPIENTS + 1)]


def _kept(answered: int) -> int:
    """Visits in the database, once those answered without waiting have had their moment."""
    deadline = time.monotonic() + 10
    while (kept := Visit.objects.count()) < answered and time.monotonic() < deadline:
        time.sleep(0.1)
    return kept


@contextmanager
def _service(url: str, folder: Path, *, waits: str) -> Iterator[int]:
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "MARKETINGCONNECT_MODE": settings.MODE,
        "MARKETINGCONNECT_VAR": str(folder),
        "MARKETINGCONNECT_SECRET_KEY": settings.SECRET_KEY,
        "MARKETINGCONNECT_SUPPRESSION_KEYS": "1:mesure",
        "MARKETINGCONNECT_TRACKING_WAITS": waits,
    }
    with _process(command_line("tracking", "--port", str(port)), environment, port):
        yield port


@contextmanager
def _reference(folder: Path) -> Iterator[tuple[str, int]]:
    port, nginx = free_port(), find_tool("nginx", settings.VAR)
    if nginx is None:
        command = ["granian", "--interface", "asgi", "--port", str(port), "bench.bare_asgi:app"]
        name, environment = "ASGI nu", dict(os.environ)
    else:
        configuration = folder / "nginx.conf"
        configuration.write_text(_NGINX.format(folder=folder, port=port), "utf-8")
        command = [nginx.path, "-c", str(configuration), "-p", str(folder)]
        name, environment = "nginx", dict(nginx.environment)
    with _process(command, environment, port):
        yield name, port


@contextmanager
def _process(command: Sequence[str], environment: dict[str, str], port: int) -> Iterator[None]:
    """On one core of its own, the first; the load and the database have the others."""
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}),
    )
    try:
        deadline = time.monotonic() + _PATIENCE
        while not answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} ne démarre pas")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


def _report(
    done: list[Round], name: str, answered: int, kept: int, *, connections: int, say: Say
) -> bool:
    rate = median(one.durable.per_second for one in done)
    p99 = median(one.durable.p99_ms for one in done)
    share = median(one.share for one in done)
    met = (
        rate >= TARGET_PER_SECOND
        and p99 <= TARGET_P99_MS
        and share >= TARGET_SHARE
        and kept >= answered
    )
    say(
        f"Médiane : {rate:,.0f} clics/s gardés avant la réponse, p99 {p99:.1f} ms ; sans attendre,"
        f" {share:.0%} de {name} ; {answered:,} réponses, {kept:,} clics dans la base"
    )
    reported = {
        "bench": "redirects",
        "connections": connections,
        "rounds": len(done),
        "durable_per_second": round(rate),
        "p99_ms": round(p99, 1),
        "unwaited_per_second": round(median(one.unwaited.per_second for one in done)),
        "reference": name,
        "reference_per_second": round(median(one.reference.per_second for one in done)),
        "share_of_reference": round(share, 3),
        "load": re.sub(r"\s+", " ", done[0].durable.tool),
        "answered": answered,
        "kept": kept,
        "met": met,
    }
    say(json.dumps(reported, ensure_ascii=False))
    return met
