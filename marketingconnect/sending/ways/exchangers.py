"""Which servers take the mail of a domain, and where they are (RFC 5321, 5.1)."""

import random
from dataclasses import dataclass
from typing import Final

from marketingconnect.dns import Found, RecordType, Resolver

_MOST_TRIED: Final = 6


@dataclass(frozen=True, slots=True)
class Exchanger:
    """One server: its name, and an address of it."""

    host: str
    address: str


@dataclass(frozen=True, slots=True)
class Route:
    """Servers to try, best first; without any, `is_dead` says whether that is for good."""

    exchangers: tuple[Exchanger, ...]
    is_dead: bool = False


def route_to(domain: str, resolver: Resolver) -> Route:
    """The servers of a domain; those of one preference in an order drawn by lot.

    A domain with no MX is its own server; one whose MX is `.` takes no mail (RFC 7505).
    """
    answer = resolver.ask(domain, RecordType.MX)
    if answer.found is Found.UNKNOWN:
        return Route(())
    hosts = _by_preference(answer.records) if answer.found is Found.YES else [domain]
    if hosts == ["."]:
        return Route((), is_dead=True)
    found: list[Exchanger] = []
    unsure = False
    for host in hosts:
        addresses, sure = _addresses_of(host, resolver)
        unsure |= not sure
        found += [Exchanger(host, address) for address in addresses]
    return Route(tuple(found[:_MOST_TRIED]), is_dead=not found and not unsure)


def _by_preference(records: tuple[str, ...]) -> list[str]:
    ranked = []
    for record in records:
        preference, _, host = record.partition(" ")
        ranked.append((int(preference), random.random(), host))  # noqa: S311
    return [host if host == "." else host.rstrip(".").lower() for _, _, host in sorted(ranked)]


def _addresses_of(host: str, resolver: Resolver) -> tuple[list[str], bool]:
    """Its addresses, and whether nothing was left unanswered."""
    answers = [resolver.ask(host, kind) for kind in (RecordType.A, RecordType.AAAA)]
    sure = all(answer.found is not Found.UNKNOWN for answer in answers)
    return [record for answer in answers for record in answer.records], sure
