"""What DKIM signatures cost the real sender: none, Ed25519, RSA-2048 at the hour and ahead of it.

Each round sends one campaign each way and signs bare hashes with `cryptography` on every core
beside them, so that neighbours slow them alike.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings

from bench.email import (
    SenderProcess,
    environment_of,
    recipients_file,
    require_all_sent,
    running_senders,
    seconds_to_send,
)
from bench.email_campaign import make_campaign
from bench.scratch import scratch_database
from bench.sinks import Sink, find_tools, running_sink
from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.contacts.models import ContactFile
from marketingconnect.sending.message.signing import Algorithm
from marketingconnect.sending.models import SignatureAhead
from marketingconnect.sending.services import freeze_audience
from marketingconnect.sending.services.domains import make_key, mark_published, retire_key, use_key

LEAST_SHARE: Final = 0.85
_BARE_SECONDS: Final = 2.0
_LOOKED: Final = 1.5
"""Seconds after which the senders have seen which keys are in use."""
_MEASURE: Final = Actor.system("mesure")
Say = Callable[[str], object]


@dataclass(frozen=True)
class Way:
    """Messages a second, and microseconds of the senders' processor for one."""

    rate: float
    cpu_us: float


@dataclass(frozen=True)
class Round:
    """The same file sent four ways, and the bare signing rate."""

    unsigned: Way
    edwards: Way
    rsa: Way
    ahead: Way
    bare: float
    """Signatures a second of every core, alone."""

    @property
    def of_cores_used(self) -> float:
        """RSA at the hour, of what the cores that the senders used would sign and nothing else.

        The sink and the database have the rest of the machine.
        """
        cores_used = self.rsa.rate * self.rsa.cpu_us / 1e6
        return self.rsa.rate / (self.bare / (os.cpu_count() or 1) * cores_used)


def measure_signing(*, recipients: int, rounds: int, senders: int, say: Say) -> bool:
    """Print a table, then one line of JSON; True when both targets are met."""
    tools = find_tools(settings.VAR)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-signing-")))
        url = stack.enter_context(scratch_database("signing"))
        sink = stack.enter_context(running_sink(tools, folder))
        file = recipients_file(recipients)
        environment = environment_of(url, folder, sink)
        environment["MARKETINGCONNECT_AUTHORITY_PASSPHRASE"] = settings.AUTHORITY_PASSPHRASE
        running = stack.enter_context(running_senders(senders, environment, folder))
        done = [_round(file, sink, running, say) for _ in range(rounds)]
    return _report(done, recipients=recipients, senders=senders, sink=tools.name, say=say)


def _round(file: ContactFile, sink: Sink, senders: list[SenderProcess], say: Say) -> Round:
    unsigned = _sent(file, sink, senders)
    with _key(Algorithm.ED25519):
        edwards = _sent(file, sink, senders)
    bare = bare_rate()
    with _key(Algorithm.RSA):
        at_the_hour = _sent(file, sink, senders)
        ahead = _sent(file, sink, senders, ahead=True)
    result = Round(unsigned, edwards, at_the_hour, ahead, bare)
    say(
        f"  sans {unsigned.rate:>6,.0f}/s  Ed25519 {edwards.rate:>6,.0f}/s"
        f"  RSA {at_the_hour.rate:>5,.0f}/s ({result.of_cores_used:.0%} de ce que {bare:,.0f}"
        f" signatures nues/s donnent aux cœurs pris, {at_the_hour.rate / bare:.0%} de tous)"
        f"  signé d’avance {ahead.rate:>6,.0f}/s"
        f" ({ahead.rate / unsigned.rate:.0%})"
    )
    return result


def bare_rate() -> float:
    """RSA-2048 signatures a second of `cryptography` alone, a thread a core."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    padding, hashed = PKCS1v15(), Prehashed(SHA256())
    ends = time.perf_counter() + _BARE_SECONDS

    def sign(_: int) -> int:
        made = 0
        while time.perf_counter() < ends:
            key.sign(b"\0" * 32, padding, hashed)
            made += 1
        return made

    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as threads:
        return sum(threads.map(sign, range(cores))) / _BARE_SECONDS


@contextmanager
def _key(algorithm: Algorithm) -> Iterator[None]:
    """In use, and seen so by the senders."""
    now = clock.now()
    key = make_key(domain=settings.SENDING_DOMAIN, algorithm=algorithm, actor=_MEASURE, now=now)
    mark_published(key.pk, actor=_MEASURE, now=now)
    use_key(key.pk, actor=_MEASURE, now=now)
    time.sleep(_LOOKED)
    try:
        yield
    finally:
        retire_key(key.pk, actor=_MEASURE, now=clock.now())
        time.sleep(_LOOKED)


def _sent(
    file: ContactFile, sink: Sink, senders: list[SenderProcess], *, ahead: bool = False
) -> Way:
    before = sink.messages()
    hour = clock.now() + timedelta(seconds=5 + file.accepted / 300 if ahead else 0)
    campaign = make_campaign(file, now=hour + timedelta(minutes=1))
    freeze_audience(campaign.pk, now=clock.now())
    if ahead:
        signed = SignatureAhead.objects.filter(campaign_id=campaign.pk)
        while signed.count() < file.accepted:
            if clock.now() > hour:
                raise RuntimeError("Les signatures n’étaient pas faites à l’heure dite")
            time.sleep(0.2)
        # What a sender costs while it waits for the hour is not the price of a message.
        while clock.now() < hour:
            time.sleep(0.05)
    cpu = sum(sender.cpu_seconds() for sender in senders)
    seconds = seconds_to_send(campaign)
    cpu = sum(sender.cpu_seconds() for sender in senders) - cpu
    require_all_sent(campaign, sink, before)
    return Way(file.accepted / seconds, cpu / file.accepted * 1e6)


def _report(done: list[Round], *, recipients: int, senders: int, sink: str, say: Say) -> bool:
    of_bare = median(one.of_cores_used for one in done)
    of_unsigned = median(one.ahead.rate / one.unsigned.rate for one in done)
    met = of_bare >= LEAST_SHARE and of_unsigned >= LEAST_SHARE
    say(
        f"RSA à l’heure : {of_bare:.0%} des signatures nues des cœurs pris ;"
        f" signé d’avance : {of_unsigned:.0%} du débit sans signature ;"
        f" cible {LEAST_SHARE:.0%} pour chacun"
    )
    reported: dict[str, object] = {
        "bench": "email_signing",
        "recipients": recipients,
        "rounds": len(done),
        "senders": senders,
        "cores": os.cpu_count(),
        "sink": sink,
        "bare_signatures_per_second": round(median(one.bare for one in done)),
        "rsa_share_of_cores_used": round(of_bare, 3),
        "rsa_share_of_all_cores": round(median(one.rsa.rate / one.bare for one in done), 3),
        "ahead_share_of_unsigned": round(of_unsigned, 3),
        "met": met,
    }
    for name in ("unsigned", "edwards", "rsa", "ahead"):
        ways: list[Way] = [getattr(one, name) for one in done]
        reported[f"{name}_per_second"] = round(median(way.rate for way in ways))
        reported[f"{name}_cpu_us"] = round(median(way.cpu_us for way in ways), 1)
    say(json.dumps(reported, ensure_ascii=False))
    return met
