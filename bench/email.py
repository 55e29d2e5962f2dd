"""Messages a second of the real sender, beside a bare protocol blast into the same sink.

The real path: `marketingconnect sender` processes claim a campaign's chunks from PostgreSQL, ask
again who opposed, personalise a 10 KB multipart message, send it over SMTP and commit an outcome
for each recipient. The reference writes ready bytes of the same weight to the same sink, with no
database and no recipient: `smtp-source` where Postfix's tools are found, else our own. Each round
measures both, one after the other, so that neighbours slow them alike.
"""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from django.conf import settings
from django.db import connection

from bench.email_campaign import import_recipients, make_campaign, make_company
from bench.scratch import scratch_database
from bench.sinks import Sink, Tools, blast, find_tools, running_sink
from marketingconnect import clock
from marketingconnect.contacts.models import ContactFile
from marketingconnect.demo.supervisor.child import command_line
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.queries import figures
from marketingconnect.sending.services import freeze_audience
from marketingconnect.suppression.keys import newest_version

TARGET_SHARE: Final = 1.0
TARGET_CPU_US: Final = 120.0
TARGET_MB: Final = 170.0
OCTETS: Final = 10_240
OPPOSITIONS: Final = 100_000
_PATIENCE: Final = 300.0
_NEARLY_ALL: Final = 5_000
_TICKS: Final = os.sysconf("SC_CLK_TCK")
Say = Callable[[str], object]


@dataclass(frozen=True)
class Round:
    """One campaign and one blast: messages a second, seconds of processor and of freezing."""

    sent_per_second: float
    blast_per_second: float
    cpu_us: float
    freeze_seconds: float

    @property
    def share(self) -> float:
        return self.sent_per_second / self.blast_per_second


class SenderProcess:
    """A real `marketingconnect sender`, watched from the kernel's side."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._output = log.open("ab")
        self.process = subprocess.Popen(
            command_line("sender"),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._output,
        )

    def cpu_seconds(self) -> float:
        stat = Path(f"/proc/{self.process.pid}/stat").read_text("utf-8")
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / _TICKS

    def peak_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) / 1024

    def end(self) -> None:
        self.process.terminate()
        self.process.wait()
        self._output.close()


def measure(*, recipients: int, rounds: int, senders: int, say: Say) -> bool:
    """Print a table, then one line of JSON; True when the target is met."""
    tools = find_tools(settings.VAR)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-email-")))
        database_url = stack.enter_context(scratch_database("email"))
        sink = stack.enter_context(running_sink(tools, folder))
        file = recipients_file(recipients)
        octets = _octets(file)
        say(
            f"  {recipients:,} destinataires, messages de {octets:,} octets, puits : {tools.name},"
            f" {senders} processus d’envoi"
        )
        environment = environment_of(database_url, folder, sink)
        running = stack.enter_context(running_senders(senders, environment, folder))
        done = [_round(file, tools, sink, running, say) for _ in range(rounds)]
        peak = max(sender.peak_mb() for sender in running)
    return _report(done, peak, tools, recipients=recipients, octets=octets, n=senders, say=say)


def _round(
    file: ContactFile, tools: Tools, sink: Sink, senders: list[SenderProcess], say: Say
) -> Round:
    reference = blast(tools, sink.port, messages=file.accepted, octets=OCTETS)
    before = sink.messages()
    campaign = make_campaign(file, now=clock.now())
    cpu, began = sum(sender.cpu_seconds() for sender in senders), time.perf_counter()
    freeze_audience(campaign.pk, now=clock.now())
    froze = time.perf_counter() - began
    seconds = seconds_to_send(campaign)
    cpu = sum(sender.cpu_seconds() for sender in senders) - cpu
    require_all_sent(campaign, sink, before)
    rate = file.accepted / seconds
    result = Round(rate, reference, cpu / file.accepted * 1e6, froze)
    say(
        f"  {rate:>7,.0f} messages/s  envoi nu {reference:>7,.0f}  {result.share:>5.0%}"
        f"  {result.cpu_us:>5.0f} µs de calcul par message"
    )
    return result


def seconds_to_send(campaign: Campaign) -> float:
    """From the start that the sender journals to the last outcome seen committed."""
    deadline = time.monotonic() + _PATIENCE
    while pending := figures(campaign.pk).pending:
        if time.monotonic() > deadline:
            raise RuntimeError(f"La campagne n’avance plus : {figures(campaign.pk)}")
        # Asked often only at the end: each question takes some of what is measured.
        time.sleep(0.1 if pending > _NEARLY_ALL else 0.02)
    ended = clock.now()
    campaign.refresh_from_db()
    if campaign.started_at is None:
        raise RuntimeError("La campagne n’a pas commencé")
    return (ended - campaign.started_at).total_seconds()


def require_all_sent(campaign: Campaign, sink: Sink, before: int) -> None:
    """A rate counts only when every message was accepted, by our word and by the sink's."""
    ours = figures(campaign.pk)
    if ours.delivered != ours.sold:
        raise RuntimeError(f"Des messages manquent : {ours}")
    deadline = time.monotonic() + 5
    while (taken := sink.messages() - before) < ours.sold and time.monotonic() < deadline:
        time.sleep(0.05)
    if taken != ours.sold:
        raise RuntimeError(f"Le puits compte {taken} messages, nous {ours.sold}")


def recipients_file(count: int, *, oppositions: int = OPPOSITIONS) -> ContactFile:
    """The file, and a list of oppositions of strangers in which each recipient is looked up."""
    company = make_company(clock.now())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO suppression_suppression"
            " (scope, company_id, channel, digest, key_version, reason, since)"
            " SELECT 'everyone', 0, 'email', sha256(int4send(n)), %s, 'opposition', now()"
            " FROM generate_series(1, %s) AS n",
            [newest_version(), oppositions],
        )
    addresses = [f"personne{number}@exemple{number % 50}.test" for number in range(count)]
    file = import_recipients(company, addresses, clock.now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return file


def _octets(file: ContactFile) -> int:
    """Weight of one recipient's message."""
    from marketingconnect.sending.message.compiled import CompiledMessage, Sending
    from marketingconnect.sending.message.tokens import current_tokens
    from marketingconnect.sending.services.campaigns import content_of

    campaign = make_campaign(file, now=clock.now())
    Campaign.objects.filter(pk=campaign.pk).update(state="stopped", finished_at=clock.now())
    sending = Sending(1, "c-mesure", "Mesure", clock.now(), "envois.test", "http://127.0.0.1")
    contact = file.contacts.first()
    compiled = CompiledMessage(content_of(campaign), sending, current_tokens())
    return len(compiled.render(1, contact.email, contact.fields).octets) if contact else 0


def environment_of(database_url: str, folder: Path, sink: Sink) -> dict[str, str]:
    """A spool of their own; the secrets of this process, so that oppositions are recognised."""
    keys = ",".join(f"{version}:{key}" for version, key in settings.SUPPRESSION_KEYS.items())
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "MARKETINGCONNECT_MODE": settings.MODE,
        "MARKETINGCONNECT_VAR": str(folder),
        "MARKETINGCONNECT_SECRET_KEY": settings.SECRET_KEY,
        "MARKETINGCONNECT_SUPPRESSION_KEYS": keys,
        "MARKETINGCONNECT_SMTP_URL": f"smtp://127.0.0.1:{sink.port}",
    }


@contextmanager
def running_senders(
    count: int, environment: dict[str, str], folder: Path
) -> Iterator[list[SenderProcess]]:
    """Started, and ready: each has made its spool."""
    log, spools = folder / "sender.log", folder / "sender"
    running = [SenderProcess(environment, log) for _ in range(count)]
    try:
        deadline = time.monotonic() + _PATIENCE
        while len(list(spools.glob("*/boot"))) < count:
            if time.monotonic() > deadline or any(s.process.poll() is not None for s in running):
                raise RuntimeError(log.read_text("utf-8", "replace"))
            time.sleep(0.05)
        yield running
    finally:
        for sender in running:
            sender.end()


def _report(
    done: list[Round], peak: float, tools: Tools, *, recipients: int, octets: int, n: int, say: Say
) -> bool:
    rate = median(one.sent_per_second for one in done)
    share = median(one.share for one in done)
    cpu = median(one.cpu_us for one in done)
    met = share >= TARGET_SHARE and cpu <= TARGET_CPU_US and peak <= TARGET_MB
    say(
        f"Médiane : {rate:,.0f} messages/s, soit {share:.0%} de l’envoi nu ; {cpu:.0f} µs de calcul"
        f" par message ; mémoire {peak:.0f} Mo ; cibles {TARGET_SHARE:.0%}, {TARGET_CPU_US:.0f} µs,"
        f" {TARGET_MB:.0f} Mo"
    )
    reported = {
        "bench": "email",
        "recipients": recipients,
        "rounds": len(done),
        "senders": n,
        "octets": octets,
        "oppositions": OPPOSITIONS,
        "messages_per_second": round(rate),
        "reference": tools.name,
        "reference_per_second": round(median(one.blast_per_second for one in done)),
        "share_of_reference": round(share, 3),
        "cpu_us_per_message": round(cpu, 1),
        "freeze_seconds": round(median(one.freeze_seconds for one in done), 2),
        "peak_mb": round(peak, 1),
        "target_share": TARGET_SHARE,
        "met": met,
    }
    say(json.dumps(reported, ensure_ascii=False))
    return met
