"""Where the mail of a domain goes (RFC 5321, 5.1): its exchangers, or the domain itself."""

import random

from marketingconnect.dns.base import UNKNOWN, Answer, Found, RecordType, Resolver


def mail_servers(domain: str, resolver: Resolver) -> Answer:
    """Names of the servers, best first; those of one preference in an order drawn by lot.

    A domain with no MX but an address is its own server; NO when it has neither, or when its MX
    is `.`: it takes no mail (RFC 7505).
    """
    exchangers = resolver.ask(domain, RecordType.MX)
    if exchangers.found is Found.YES:
        hosts = _by_preference(exchangers.records)
        return Answer(Found.NO) if hosts == (".",) else Answer(Found.YES, hosts)
    if exchangers.found is Found.UNKNOWN:
        return UNKNOWN
    own = addresses(domain, resolver)
    return Answer(own.found, (domain,) if own.found is Found.YES else ())


def addresses(host: str, resolver: Resolver) -> Answer:
    """IPv4 first, then IPv6; UNKNOWN when there is none and a question had no answer."""
    answers = [resolver.ask(host, kind) for kind in (RecordType.A, RecordType.AAAA)]
    records = tuple(record for answer in answers for record in answer.records)
    if records:
        return Answer(Found.YES, records)
    return UNKNOWN if UNKNOWN in answers else Answer(Found.NO)


def _by_preference(records: tuple[str, ...]) -> tuple[str, ...]:
    ranked = []
    for record in records:
        preference, _, host = record.partition(" ")
        ranked.append((int(preference), random.random(), host))  # noqa: S311
    return tuple(host if host == "." else host.rstrip(".").lower() for _, _, host in sorted(ranked))
