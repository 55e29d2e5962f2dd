"""Which servers take the mail of a domain, and where they are (RFC 5321, 5.1)."""

from dataclasses import dataclass
from typing import Final

from marketingconnect.dns import Found, Resolver, addresses, mail_servers

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
    """The servers of a domain with their addresses, in the order in which they are to be tried."""
    servers = mail_servers(domain, resolver)
    located = [(host, addresses(host, resolver)) for host in servers.records]
    found = [Exchanger(host, one) for host, answer in located for one in answer.records]
    unsure = Found.UNKNOWN in {servers.found, *(answer.found for _, answer in located)}
    return Route(tuple(found[:_MOST_TRIED]), is_dead=not found and not unsure)
