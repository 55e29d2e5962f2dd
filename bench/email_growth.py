"""What a message costs as campaigns grow, and how the figures page answers meanwhile.

Each size is a campaign of a client of the demo, sent by one real sender; the page of its figures is
asked for through the whole stack, as its client does. The bare blast stands beside.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from django.conf import settings
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from bench.email import (
    OCTETS,
    Say,
    SenderProcess,
    environment_of,
    require_all_sent,
    running_senders,
)
from bench.email_campaign import import_recipients, make_campaign
from bench.pages import logged_in
from bench.scratch import scratch_database
from bench.sinks import Sink, Tools, blast, find_tools, running_sink
from marketingconnect import clock
from marketingconnect.accounts.models import Company, User
from marketingconnect.contacts.models import ContactFile
from marketingconnect.demo import data
from marketingconnect.demo.data.people import BAKERY
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.sending.models import Campaign, DeliveryOutcome
from marketingconnect.sending.queries import figures
from marketingconnect.sending.services import freeze_audience

MOST_APART: Final = 0.10
MOST_FREEZE_SECONDS: Final = 60.0
MOST_PAGE_MS: Final = 200.0
MOST_MB: Final = 170.0
_BLAST: Final = 100_000
_LOOKS: Final = 0.5
_ENOUGH: Final = 300_000
"""Messages after which a size is measured enough."""
_MOST_TIMES: Final = 9
_PATIENCE: Final = 900.0


@dataclass(frozen=True)
class Grown:
    """One campaign: seconds of freezing, messages a second, microseconds and Mo of the sender."""

    recipients: int
    freeze_seconds: float
    rate: float
    blast: float
    cpu_us: float
    mb: float
    pages_ms: Sequence[float]


def measure_growth(*, sizes: Sequence[int], say: Say) -> bool:
    """Print a line a size, then one line of JSON; True when the targets are met."""
    tools = find_tools(settings.VAR)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-growth-")))
        url = stack.enter_context(scratch_database("growth"))
        stack.enter_context(
            override_settings(
                ALLOWED_HOSTS=["testserver"], SECURE_SSL_REDIRECT=False, CLOCK_MOVABLE=False
            )
        )
        sink = stack.enter_context(running_sink(tools, folder))
        now = clock.now()
        data.load(now)
        Campaign.objects.update(state="stopped", finished_at=now)
        (sender,) = stack.enter_context(
            running_senders(1, environment_of(url, folder, sink), folder)
        )
        done = [_grown(size, tools, sink, sender, say) for size in sizes]
    return _report(done, say)


def _grown(size: int, tools: Tools, sink: Sink, sender: SenderProcess, say: Say) -> Grown:
    """The medians of a few campaigns: one of 10,000 is over in a second, and tells little."""
    company = Company.objects.get(siret=BAKERY.siret)
    addresses = [f"p{number}.{size}@exemple{number % 50}.test" for number in range(size)]
    file = import_recipients(company, addresses, clock.now)
    times = max(1, min(_MOST_TIMES, _ENOUGH // size))
    done = [_once(file, tools, sink, sender) for _ in range(times)]
    result = Grown(
        size,
        median(one.freeze_seconds for one in done),
        median(one.rate for one in done),
        median(one.blast for one in done),
        median(one.cpu_us for one in done),
        max(one.mb for one in done),
        [page for one in done for page in one.pages_ms],
    )
    say(
        f"  {size:>9,} destinataires  gel {result.freeze_seconds:>5.1f} s"
        f"  {result.rate:>7,.0f} messages/s  envoi nu {result.blast:>7,.0f}"
        f"  {result.cpu_us:>4.0f} µs  {result.mb:>4.0f} Mo"
        f"  page des chiffres {median(result.pages_ms):>4.0f} ms"
        f" (pire {max(result.pages_ms):.0f}, {len(result.pages_ms)} fois)  campagnes : {times}"
    )
    return result


def _once(file: ContactFile, tools: Tools, sink: Sink, sender: SenderProcess) -> Grown:
    size = file.accepted
    reference = blast(tools, sink.port, messages=min(size, _BLAST), octets=OCTETS)
    before, cpu = sink.messages(), sender.cpu_seconds()
    campaign = make_campaign(file, now=clock.now())
    page = _figures_page(campaign)
    began = time.perf_counter()
    freeze_audience(campaign.pk, now=clock.now())
    froze = time.perf_counter() - began
    pages = _watched(campaign, page)
    require_all_sent(campaign, sink, before)
    cpu = sender.cpu_seconds() - cpu
    campaign.refresh_from_db()
    assert campaign.started_at is not None  # noqa: S101
    last = DeliveryOutcome.objects.filter(campaign_id=campaign.pk).latest("at")
    seconds = (last.at - campaign.started_at).total_seconds()
    return Grown(size, froze, size / seconds, reference, cpu / size * 1e6, sender.peak_mb(), pages)


def _figures_page(campaign: Campaign) -> Callable[[], float]:
    """Asks the page as the client does; returns milliseconds."""
    composed = EmailCampaign.objects.filter(
        company_id=campaign.company_id, sending__isnull=False
    ).latest("pk")
    composed.pk, composed._state.adding = None, True
    composed.name, composed.sending = campaign.name, campaign
    composed.save()
    client: Client = logged_in(User.objects.get(email=BAKERY.email).pk)
    address = reverse("client_area:campaign_figures", args=[composed.pk])

    def ask() -> float:
        began = time.perf_counter()
        if client.get(address).status_code != 200:
            raise RuntimeError(f"{address} ne répond pas")
        return (time.perf_counter() - began) * 1_000

    ask()
    return ask


def _watched(campaign: Campaign, page: Callable[[], float]) -> list[float]:
    """How long the page took at each look, until everybody is written to."""
    deadline, pages = time.monotonic() + _PATIENCE, list[float]()
    while figures(campaign.pk).pending:
        if time.monotonic() > deadline:
            raise RuntimeError(f"La campagne n’avance plus : {figures(campaign.pk)}")
        pages.append(page())
        time.sleep(_LOOKS)
    return pages or [page()]


def _report(done: Sequence[Grown], say: Say) -> bool:
    costs = [one.cpu_us for one in done]
    rates = [one.rate for one in done]
    apart, apart_in_rate = 1 - min(costs) / max(costs), 1 - min(rates) / max(rates)
    last = done[-1]
    met = (
        apart <= MOST_APART
        and last.freeze_seconds <= MOST_FREEZE_SECONDS
        and median(last.pages_ms) <= MOST_PAGE_MS
        and last.mb <= MOST_MB
    )
    say(
        f"Un message coûte {min(costs):.0f} à {max(costs):.0f} µs ({apart:.0%} d’écart, débits"
        f" {apart_in_rate:.0%}) ; cibles {MOST_APART:.0%}, gel {MOST_FREEZE_SECONDS:.0f} s,"
        f" page {MOST_PAGE_MS:.0f} ms, {MOST_MB:.0f} Mo"
    )
    reported = {
        "bench": "email_growth",
        "cores": os.cpu_count(),
        "sizes": [one.recipients for one in done],
        "messages_per_second": [round(rate) for rate in rates],
        "reference_per_second": [round(one.blast) for one in done],
        "cpu_us_per_message": [round(cost, 1) for cost in costs],
        "freeze_seconds": [round(one.freeze_seconds, 1) for one in done],
        "peak_mb": [round(one.mb) for one in done],
        "page_ms": [round(median(one.pages_ms)) for one in done],
        "page_worst_ms": [round(max(one.pages_ms)) for one in done],
        "met": met,
    }
    say(json.dumps(reported, ensure_ascii=False))
    return met
