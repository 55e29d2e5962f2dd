"""Which domains receive mail, asked of the domain name system, many at a time."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from marketingconnect.dns import Found, RecordType, Resolver

_AT_ONCE: Final = 32
_NULL_MX: Final = "0 ."
"""A domain that says it receives no mail (RFC 7505)."""


def receives_mail(domain: str, resolver: Resolver) -> bool | None:
    """Whether mail for a domain has somewhere to go (RFC 5321, 5.1); None when nobody can tell."""
    exchangers = resolver.ask(domain, RecordType.MX)
    if exchangers.found is Found.UNKNOWN:
        return None
    if exchangers.found is Found.YES:
        return exchangers.records != (_NULL_MX,)
    hosts = [resolver.ask(domain, kind).found for kind in (RecordType.A, RecordType.AAAA)]
    if Found.YES in hosts:
        return True
    return None if Found.UNKNOWN in hosts else False


def which_receive_mail(domains: Iterable[str], resolver: Resolver) -> dict[str, bool | None]:
    """The same of many domains, each asked once."""
    asked = list(dict.fromkeys(domains))
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="dns") as pool:
        found = pool.map(lambda domain: receives_mail(domain, resolver), asked)
        return dict(zip(asked, found, strict=True))
