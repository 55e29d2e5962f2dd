"""Answer from a zone file (RFC 1035), without any network: demonstrations and tests."""

from pathlib import Path

import dns.name
import dns.rdatatype
import dns.zone

from marketingconnect.dns.base import Answer, Found, RecordType
from marketingconnect.dns.live import shown


class ZoneFileResolver:
    """Knows what one file says, of any domain, and holds all other names to be absent."""

    def __init__(self, path: Path) -> None:
        """Raises OSError, or dns.exception.DNSException for a file that is no zone."""
        self._zone = dns.zone.from_file(
            str(path), origin=dns.name.root, relativize=False, check_origin=False
        )

    def ask(self, name: str, kind: RecordType) -> Answer:
        """What the file says; an alias (CNAME) is followed, as servers do."""
        found = dns.name.from_text(name)
        for _ in range(8):
            if records := self._zone.get_rdataset(found, kind.value):
                return Answer(Found.YES, tuple(sorted(shown(one) for one in records)))
            alias = self._zone.get_rdataset(found, dns.rdatatype.CNAME)
            if not alias:
                break
            found = alias[0].target
        return Answer(Found.NO)
