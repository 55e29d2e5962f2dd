"""Ask the name servers of the machine, or one named, with dnspython."""

from typing import Any, Final

import dns.exception
import dns.resolver

from marketingconnect.dns.base import UNKNOWN, Answer, Found, RecordType

_SECONDS: Final = 5.0
"""For one question, every server and retry included."""


class LiveResolver:
    """Answers are kept as long as the zones say."""

    def __init__(self, server: str = "", port: int = 53) -> None:
        self._resolver = dns.resolver.Resolver(configure=not server)
        if server:
            self._resolver.nameservers = [server]
            self._resolver.port = port
        self._resolver.lifetime = _SECONDS
        self._resolver.cache = dns.resolver.LRUCache(50_000)

    def ask(self, name: str, kind: RecordType) -> Answer:
        """What the servers say; UNKNOWN when none answers in time, or all fail."""
        try:
            answer = self._resolver.resolve(name, kind.value, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return Answer(Found.NO)
        except (dns.exception.DNSException, OSError):
            return UNKNOWN
        return Answer(Found.YES, tuple(sorted(shown(record) for record in answer)))


def shown(record: Any) -> str:
    """A record of dnspython in our form: the strings of a TXT are one text (RFC 7208, 3.3)."""
    strings = getattr(record, "strings", None)
    if strings is not None:
        return b"".join(strings).decode("utf-8", "replace")
    return str(record.to_text())
