"""What ten million oppositions cost a running campaign, and how soon a stop binds after its commit.

The same campaign is sent in turn from a database with an empty list and from one whose list is
full, each beside the bare blast of the same minute. While the last campaign runs, recipients about
to be written to oppose one after the other: the delay between the commit and the last message that
still left is read from the outcomes. A reader like the sender's own tells besides how soon each
commit is known.
"""

import json
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Final

from django.conf import settings
from django.db import connection

from bench.email import (
    OCTETS,
    Round,
    Say,
    SenderProcess,
    environment_of,
    recipients_file,
    require_all_sent,
    running_senders,
    seconds_to_send,
)
from bench.email_campaign import make_campaign
from bench.scratch import scratch_database
from bench.sinks import Sink, Tools, blast, find_tools, running_sink
from marketingconnect import clock
from marketingconnect.contacts.models import ContactFile
from marketingconnect.sending.engine.stops import READ_SECONDS
from marketingconnect.sending.models import Campaign, DeliveryOutcome
from marketingconnect.sending.queries import figures
from marketingconnect.sending.services import freeze_audience
from marketingconnect.sending.states import ABOUTIS
from marketingconnect.suppression.keys import newest_version
from marketingconnect.suppression.services import suppress
from marketingconnect.suppression.watching import SuppressionWatch

MOST_SECONDS: Final = 1.0
LEAST_SHARE: Final = 0.95
_EVERY: Final = 0.05


@dataclass
class Stops:
    """What became of those who opposed while the campaign ran."""

    committed: dict[int, datetime] = field(default_factory=dict)
    known_after: list[float] = field(default_factory=list)
    """Seconds between a commit and the reading that told of it."""


def measure_stops(*, recipients: int, rounds: int, entries: int, say: Say) -> bool:
    """Print both rates and the delays, then one line of JSON; True when both targets are met."""
    tools = find_tools(settings.VAR)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-stops-")))
        sink = stack.enter_context(running_sink(tools, folder))
        full, empty = (
            stack.enter_context(_place(purpose, recipients, filled, folder / purpose, sink, say))
            for purpose, filled in (("stops_full", entries), ("stops_empty", 0))
        )
        without, filled = list[Round](), list[Round]()
        for _ in range(rounds):
            without.append(_round(empty, tools, sink, say))
            filled.append(_round(full, tools, sink, say))
        full.use()
        stops = _stopped_campaign(full.file)
        late = _left_after(full.file, stops)
        empty.use()
    return _report(without, filled, stops, late, entries=entries, say=say)


@dataclass
class Place:
    """A database with its list, and a sender that works for it alone."""

    name: str
    file: ContactFile
    senders: list[SenderProcess]

    def use(self) -> None:
        """Point this process at it."""
        connection.close()
        connection.settings_dict["NAME"] = self.name


@contextmanager
def _place(
    purpose: str, recipients: int, entries: int, folder: Path, sink: Sink, say: Say
) -> Iterator[Place]:
    folder.mkdir()
    with scratch_database(purpose) as url:
        file = recipients_file(recipients, oppositions=0)
        if entries:
            _fill(entries, say)
        with running_senders(1, environment_of(url, folder, sink), folder) as senders:
            yield Place(str(connection.settings_dict["NAME"]), file, senders)


def _round(place: Place, tools: Tools, sink: Sink, say: Say) -> Round:
    place.use()
    file, running = place.file, place.senders
    reference = blast(tools, sink.port, messages=file.accepted, octets=OCTETS)
    before = sink.messages()
    campaign = make_campaign(file, now=clock.now())
    began = time.perf_counter()
    freeze_audience(campaign.pk, now=clock.now())
    froze = time.perf_counter() - began
    cpu = sum(sender.cpu_seconds() for sender in running)
    seconds = seconds_to_send(campaign)
    cpu = sum(sender.cpu_seconds() for sender in running) - cpu
    require_all_sent(campaign, sink, before)
    done = Round(file.accepted / seconds, reference, cpu / file.accepted * 1e6, froze)
    say(
        f"  {done.sent_per_second:>7,.0f} messages/s  envoi nu {reference:>7,.0f}"
        f"  {done.share:>5.0%}  {done.cpu_us:>5.0f} µs de calcul par message"
    )
    return done


def _fill(entries: int, say: Say) -> None:
    """Strangers' oppositions, by a million so that each transaction stays short."""
    began = time.perf_counter()
    with connection.cursor() as cursor:
        for first in range(1, entries + 1, 1_000_000):
            cursor.execute(
                "INSERT INTO suppression_suppression"
                " (scope, company_id, channel, digest, key_version, reason, since)"
                " SELECT 'everyone', 0, 'email', sha256(int4send(n)), %s, 'opposition', now()"
                " FROM generate_series(%s, %s) AS n",
                [newest_version(), first, min(entries, first + 999_999)],
            )
        # Settled, as in a list that has been there for a while: the load alone is not measured.
        cursor.execute("VACUUM (ANALYZE) suppression_suppression")
    say(f"  {entries:,} oppositions écrites en {time.perf_counter() - began:.0f} s")


def _stopped_campaign(file: ContactFile) -> Stops:
    """Recipients just ahead of the sender oppose, one every few hundredths of a second."""
    stops = Stops()
    campaign = make_campaign(file, now=clock.now())
    freeze_audience(campaign.pk, now=clock.now())
    emails = dict(
        zip(
            range(1, file.accepted + 1),
            file.contacts.order_by("pk").values_list("email", flat=True),
            strict=True,
        )
    )
    with _known(stops) as commits:
        while figures(campaign.pk).pending:
            ahead = _reached(campaign) + random.randint(1, 2_500)  # noqa: S311
            if ahead in emails and ahead not in stops.committed:
                suppress(
                    channel="email",
                    address=emails[ahead],
                    scope="client",
                    company_id=file.company_id,
                    reason="mesure",
                    at=clock.now(),
                )
                commits.append(time.monotonic())
                stops.committed[ahead] = clock.now()
            time.sleep(_EVERY)
    return stops


def _reached(campaign: Campaign) -> int:
    last = DeliveryOutcome.objects.filter(campaign_id=campaign.pk).order_by("-position").first()
    return last.position if last else 0


@contextmanager
def _known(stops: Stops) -> Iterator[list[float]]:
    """Read as the sender does, and note how long after its commit each opposition is known."""
    commits: list[float] = []
    over = threading.Event()

    def read() -> None:
        watch, told = SuppressionWatch("email"), 0
        watch.read()
        while not over.wait(READ_SECONDS):
            found = len(watch.read().digests)
            now = time.monotonic()
            stops.known_after += [now - at for at in commits[told : told + found]]
            told += found
        connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield commits
    finally:
        over.set()
        reader.join()


def _left_after(file: ContactFile, stops: Stops) -> list[float]:
    """Seconds after the commit at which messages to people who had opposed were still answered."""
    campaign = Campaign.objects.filter(contact_file=file).latest("pk")
    answered = DeliveryOutcome.objects.filter(
        campaign_id=campaign.pk, position__in=list(stops.committed), outcome__in=list(ABOUTIS)
    )
    delays = [(one.at - stops.committed[one.position]).total_seconds() for one in answered]
    return [delay for delay in delays if delay > 0]


def _report(
    without: list[Round],
    filled: list[Round],
    stops: Stops,
    late: list[float],
    *,
    entries: int,
    say: Say,
) -> bool:
    shares = [median(one.share for one in rounds) for rounds in (without, filled)]
    kept = shares[1] / shares[0]
    known = sorted(stops.known_after) or [0.0]
    worst = max(late, default=0.0)
    met = kept >= LEAST_SHARE and worst <= MOST_SECONDS and known[-1] <= MOST_SECONDS
    say(
        f"Avec {entries:,} oppositions : {kept:.0%} du débit sans opposition ;"
        f" {len(stops.committed)} arrêts pendant l’envoi, connus après {median(known):.2f} s"
        f" (au plus {known[-1]:.2f} s) ; dernier message parti {worst:.2f} s après l’arrêt"
    )
    reported = {
        "bench": "email_stops",
        "oppositions": entries,
        "rounds": len(filled),
        "messages_per_second_without": round(median(one.sent_per_second for one in without)),
        "messages_per_second_with": round(median(one.sent_per_second for one in filled)),
        "cpu_us_without": round(median(one.cpu_us for one in without), 1),
        "cpu_us_with": round(median(one.cpu_us for one in filled), 1),
        "share_of_blast_without": round(shares[0], 3),
        "share_of_blast_with": round(shares[1], 3),
        "rate_kept": round(kept, 3),
        "stops": len(stops.committed),
        "known_after_p50": round(median(known), 3),
        "known_after_max": round(known[-1], 3),
        "left_after_commit": len(late),
        "left_after_commit_max": round(worst, 3),
        "met": met,
    }
    say(json.dumps(reported, ensure_ascii=False))
    return met
