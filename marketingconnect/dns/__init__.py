"""The domain name system behind one small interface; nobody is asked unless a setting says whom."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from marketingconnect.dns.base import Answer, Found, NoResolver, RecordType, Resolver
from marketingconnect.dns.live import LiveResolver
from marketingconnect.dns.mail import addresses, mail_servers
from marketingconnect.dns.zone_file import ZoneFileResolver

__all__ = [
    "Answer",
    "Found",
    "RecordType",
    "Resolver",
    "addresses",
    "current_resolver",
    "mail_servers",
    "resolver_of",
]


def current_resolver() -> Resolver:
    """The one of the setting DNS."""
    return resolver_of(settings.DNS)


@lru_cache(maxsize=8)
def resolver_of(words: str) -> Resolver:
    """`none`, `system` (the machine's own), `zone:FILE`, or a server: `192.0.2.53`, `[::1]:5353`.

    Raises ValueError for other words, OSError or DNSException for a zone that cannot be read.
    """
    if words in {"", "none"}:
        return NoResolver()
    if words == "system":
        return LiveResolver()
    if words.startswith("zone:"):
        return ZoneFileResolver(Path(words.removeprefix("zone:")))
    host, port = _host_and_port(words)
    return LiveResolver(host, port)


def _host_and_port(words: str) -> tuple[str, int]:
    if words.startswith("["):
        host, _, rest = words[1:].partition("]")
        return host, int(rest.removeprefix(":") or 53)
    host, _, port = words.partition(":")
    return host, int(port or 53)
