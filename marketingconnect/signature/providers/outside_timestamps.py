"""An outside timestamp authority: its address, and its certificates and lists kept in a folder.

`roots.pem` holds the certificates that are trusted, `chain.pem` those in between and the
authority's own, `*.crl` its revocation lists (DER). Whoever runs the platform keeps them fresh.
"""

from dataclasses import dataclass
from pathlib import Path

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper

TIMEOUT_SECONDS = 10


class _Asked(RequestsHTTPTimeStamper):
    """An answer that cannot be read is one more way of not answering."""

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        try:
            answer = await super().async_request_tsa_response(req)
            answer.native  # noqa: B018  read whole, now
        except (ValueError, TypeError) as error:
            raise TimestampRequestError("the answer cannot be read") from error
        return answer


@dataclass(frozen=True, slots=True)
class OutsideTimestamps:
    """Where to ask, and what to put into documents for their later readers; DER each."""

    url: str
    roots: tuple[bytes, ...]
    chain: tuple[bytes, ...]
    revocation_lists: tuple[bytes, ...]

    def timestamper(self) -> TimeStamper:
        """A new one each time: nothing of an earlier answer serves again."""
        return _Asked(self.url, timeout=TIMEOUT_SECONDS)  # type: ignore[no-untyped-call]


def outside_timestamps(url: str, folder: Path) -> OutsideTimestamps:
    """Read the folder. Raises OSError or ValueError when it lacks `roots.pem`."""
    chain = folder / "chain.pem"
    roots = _certificates(folder / "roots.pem")
    return OutsideTimestamps(
        url=url,
        roots=roots,
        chain=(*(_certificates(chain) if chain.exists() else ()), *roots),
        revocation_lists=tuple(path.read_bytes() for path in sorted(folder.glob("*.crl"))),
    )


def _certificates(path: Path) -> tuple[bytes, ...]:
    loaded = x509.load_pem_x509_certificates(path.read_bytes())
    return tuple(one.public_bytes(Encoding.DER) for one in loaded)
