"""What becomes of each recipient: drawn from its address, with the words of its provider."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from marketingconnect.sending.providers import ProviderRefusal, provider_refusals
from marketingconnect.sending.ways.policies import destinations_of

_SAME: Final = {"Gmail": "Google", "Bouygues": "Bouygues Telecom"}
"""The table of refusals and that of destinations name a few providers differently."""


class Fate(StrEnum):
    """What the sink does with a recipient, each time or the first time."""

    TAKEN = "taken"
    REFUSED = "refused"
    """For good, at RCPT or after the text."""
    LATER = "later"
    """For a while: as often as the faults say, then taken."""
    DROPPED = "dropped"
    """Taken, and the connection cut without an answer."""


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares of recipients in a thousand, and how the sink misbehaves besides."""

    refused: int = 0
    later: int = 0
    dropped: int = 0
    times: int = 1
    """Refusals of a recipient that is to come later."""
    latency: float = 0.0
    """Seconds before each answer, at most; drawn."""
    connections: int = 0
    """At once, from one address; 421 beyond. 0 for no limit."""
    per_connection: int = 0
    """Messages of one connection; 421 beyond. 0 for no limit."""
    closed: frozenset[str] = frozenset()
    """Providers that answer 421 to everything."""
    closed_answers: int = 0
    """How often they do before they open; 0 for ever."""
    provider: str = ""
    """Whose words are used whatever the domain; empty, those of the domain's provider."""


_NONE: Final = Faults()


@dataclass(frozen=True, slots=True)
class Drawn:
    """The fate of a recipient and the reply it gets when it is not taken."""

    fate: Fate
    reply: str = ""
    after_text: bool = False


def fate_of(recipient: str, seed: int, faults: Faults) -> Drawn:
    """The same for ever for a recipient, a seed and faults."""
    octets = hashlib.blake2b(f"{seed}:{recipient}".encode(), digest_size=8).digest()
    draw, pick, late = int.from_bytes(octets[:4]) % 1000, int.from_bytes(octets[4:7]), octets[7] % 2
    provider = provider_of(recipient, faults)
    if draw < faults.refused:
        return Drawn(Fate.REFUSED, _one_of(provider, pick, hard=True), late == 1)
    if draw < faults.refused + faults.later:
        return Drawn(Fate.LATER, _one_of(provider, pick, hard=False))
    if draw < faults.refused + faults.later + faults.dropped:
        return Drawn(Fate.DROPPED)
    return Drawn(Fate.TAKEN)


@cache
def provider_of(recipient: str, faults: Faults = _NONE) -> str:
    """The one that the faults name, else that of `destinations.toml`; empty for nobody's domain."""
    if faults.provider:
        return faults.provider
    name = destinations_of().policy_of(recipient.rpartition("@")[2], ()).name
    return "" if name == destinations_of().default.name else name


@cache
def refusals_by_provider() -> Mapping[str, tuple[ProviderRefusal, ...]]:
    """Every shape that the product knows, by the provider that says it; all of them under ''."""
    found: dict[str, list[ProviderRefusal]] = {"": list(provider_refusals())}
    for one in provider_refusals():
        found.setdefault(_SAME.get(one.provider, one.provider), []).append(one)
    return {name: tuple(some) for name, some in found.items()}


def _one_of(provider: str, pick: int, *, hard: bool) -> str:
    table = refusals_by_provider()
    fits = [one.example for one in table.get(provider, ()) if (one.code >= 500) == hard]
    # 421 closes a session: as the answer to one recipient it would say nothing of it.
    fits = [words for words in fits if not words.startswith("421")]
    general = "550 5.1.1 User unknown" if hard else "451 4.7.1 Greylisted, please come back"
    words = fits[pick % len(fits)] if fits else general
    # The examples are one line each, some of them the first of several: here it is the last.
    return f"{words[:3]} {words[4:]}"
