"""Messages a second through a relay at 20 ms, with the sender's own settings.

The reference is what one round trip a message allows: connections divided by the round trip. Beside
it, the same campaign through the same line without any delay.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from django.conf import settings

from bench.email import (
    environment_of,
    recipients_file,
    require_all_sent,
    running_senders,
    seconds_to_send,
)
from bench.email_campaign import make_campaign
from bench.scratch import scratch_database
from bench.sinks import Sink, find_tools, running_sink, wait_until_it_answers
from marketingconnect import clock
from marketingconnect.config.ports import free_port
from marketingconnect.sending.services import freeze_audience

ROUND_TRIP_MS: Final = 20.0
TARGET_PER_SECOND: Final = 900.0
_ROOT: Final = Path(__file__).resolve().parents[1]
Say = Callable[[str], object]


def measure_far(*, recipients: int, rounds: int, say: Say) -> bool:
    """Print a line a round, then one line of JSON; True when the target is met."""
    allowed = settings.SENDER_CONNECTIONS / ROUND_TRIP_MS * 1_000
    say(
        f"  {recipients:,} destinataires, {settings.SENDER_CONNECTIONS} connexions, aller et retour"
        f" en {ROUND_TRIP_MS:.0f} ms : un message par aller et retour donne {allowed:,.0f}/s"
    )
    far = [_rate(recipients, ROUND_TRIP_MS) for _ in range(rounds)]
    near = _rate(recipients, 0.0)
    rate = median(far)
    say(
        f"Médiane : {rate:,.0f} messages/s, soit {rate / allowed:.0%} de ce que permet la"
        f" distance ; sans distance {near:,.0f} ; cible {TARGET_PER_SECOND:,.0f}"
    )
    reported = {
        "bench": "email_far",
        "recipients": recipients,
        "rounds": rounds,
        "round_trip_ms": ROUND_TRIP_MS,
        "connections": settings.SENDER_CONNECTIONS,
        "messages_per_second": round(rate),
        "allowed_per_second": round(allowed),
        "near_per_second": round(near),
        "target_per_second": TARGET_PER_SECOND,
        "met": rate >= TARGET_PER_SECOND,
    }
    say(json.dumps(reported, ensure_ascii=False))
    return rate >= TARGET_PER_SECOND


def _rate(recipients: int, milliseconds: float) -> float:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-far-")))
        url = stack.enter_context(scratch_database("far"))
        sink = stack.enter_context(running_sink(find_tools(settings.VAR), folder))
        relay = stack.enter_context(_far(sink, milliseconds, folder))
        file = recipients_file(recipients)
        environment = environment_of(url, folder, relay)
        stack.enter_context(running_senders(1, environment, folder))
        campaign = make_campaign(file, now=clock.now())
        freeze_audience(campaign.pk, now=clock.now())
        seconds = seconds_to_send(campaign)
        require_all_sent(campaign, sink, 0)
    return recipients / seconds


@contextmanager
def _far(sink: Sink, milliseconds: float, folder: Path) -> Iterator[Sink]:
    """The same sink, at a distance."""
    port, log = free_port(), folder / "far.log"
    command = [sys.executable, "-m", "bench.far_relay", str(port), str(sink.port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, str(milliseconds)], cwd=_ROOT, stdout=output, stderr=output
        )
    try:
        wait_until_it_answers(port, process, log)
        yield Sink(port, log)
    finally:
        process.kill()
        process.wait()
