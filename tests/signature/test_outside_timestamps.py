"""Another timestamp authority, over HTTP, with roots of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives.serialization import Encoding

from marketingconnect.signature.authority import keyring
from marketingconnect.signature.authority.certificates import revocation_list
from marketingconnect.signature.authority.timestamps import TimestampAuthority
from marketingconnect.signature.providers.base import ProviderUnavailableError
from marketingconnect.signature.providers.built_in import BuiltInProvider
from marketingconnect.signature.providers.outside_timestamps import outside_timestamps
from marketingconnect.signature.verification.certificates import Trust
from marketingconnect.signature.verification.errors import InvalidSignatureError
from marketingconnect.signature.verification.pdf import check_pdf
from tests.signature.making import ALICE, NOON, PASSPHRASE, order_form
from tests.signature.openssl import pem

ELSEWHERE = NOON + timedelta(seconds=3)
"""The time of the other authority, which is the one that counts."""
REJECTION = bytes.fromhex("30053003020102")
"""A response whose status is 2, and which holds no token."""


@contextmanager
def listening(answer: bytes | TimestampAuthority) -> Iterator[str]:
    """The address of an authority, or of a server that says something else."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            body = answer if isinstance(answer, bytes) else _answer(answer, asked)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def _answer(authority: TimestampAuthority, asked: bytes) -> bytes:
    answer: bytes = authority.answer(tsp.TimeStampReq.load(asked), ELSEWHERE).dump()
    return answer


@pytest.fixture
def other(tmp_path: Path) -> keyring.Keyring:
    folder = tmp_path / "other"
    keyring.create(folder, PASSPHRASE, name="Horlogers Réunis", now=NOON)
    keys = keyring.load(folder, PASSPHRASE)
    trust = tmp_path / "trust"
    trust.mkdir()
    (trust / "roots.pem").write_bytes(pem(keys.root.der))
    (trust / "chain.pem").write_bytes(pem(keys.timestamps.der))
    listed = revocation_list(keys.root, NOON).public_bytes(Encoding.DER)
    (trust / "today.crl").write_bytes(listed)
    return keys


def provider(tmp_path: Path, url: str) -> BuiltInProvider:
    outside = outside_timestamps(url, tmp_path / "trust")
    return BuiltInProvider(
        tmp_path / "authority", PASSPHRASE, "Atelier Postal", may_create=True, outside=outside
    )


def test_the_time_of_the_other_authority_is_taken_and_checked(
    tmp_path: Path, other: keyring.Keyring
) -> None:
    with listening(TimestampAuthority(other.timestamps, other.root.der)) as url:
        made = provider(tmp_path, url).sign(order_form(), ALICE, reason="", at=NOON)

    assert made.signed_at == ELSEWHERE
    assert [sha256(one).digest() for one in made.trust.timestamp_roots] == [
        sha256(other.root.der).digest()
    ]
    trust = Trust(made.trust.root, made.trust.timestamp_roots, made.trust.revocation_lists)
    assert "Horlogers" in check_pdf(made.content, trust).timestamp.authority
    with pytest.raises(InvalidSignatureError):
        check_pdf(made.content, Trust(trust.root, (), trust.revocation_lists))


@pytest.mark.parametrize("answer", [b"", b"<html>", REJECTION])
def test_an_answer_that_is_no_timestamp_signs_nothing(
    tmp_path: Path, other: keyring.Keyring, answer: bytes
) -> None:
    with listening(answer) as url, pytest.raises(ProviderUnavailableError) as refused:
        provider(tmp_path, url).sign(order_form(), ALICE, reason="", at=NOON)

    assert refused.value.lacking == "timestamp"


def test_an_authority_that_is_not_the_one_expected_signs_nothing(
    tmp_path: Path, other: keyring.Keyring
) -> None:
    keyring.create(tmp_path / "third", PASSPHRASE, name="Inconnus", now=NOON)
    third = keyring.load(tmp_path / "third", PASSPHRASE)

    with (
        listening(TimestampAuthority(third.timestamps, third.root.der)) as url,
        pytest.raises(ProviderUnavailableError) as refused,
    ):
        provider(tmp_path, url).sign(order_form(), ALICE, reason="", at=NOON)

    assert refused.value.lacking == "timestamp"
