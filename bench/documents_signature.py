"""Signatures: certificate, PAdES-B-LT, timestamp and check, beside pyHanko signing and no more.

The reference has a certificate already, asks for no timestamp, embeds nothing and checks nothing:
what is above it is the price of the proof. Time is that of the processor, in this process alone, so
that a busy machine changes little; the wall's is given beside.
"""

import io
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import typst
from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko_certvalidator.registry import SimpleCertificateStore

from bench.base import Figures, Say
from bench.documents import Times
from marketingconnect.signature.authority import keyring
from marketingconnect.signature.authority.certificates import SignerIdentity, make_signer
from marketingconnect.signature.providers.built_in import BuiltInProvider
from marketingconnect.signature.verification.certificates import Trust
from marketingconnect.signature.verification.pdf import check_pdf

TARGET_MS: Final = 100
AT: Final = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
WHO: Final = SignerIdentity(
    first_name="Alice",
    last_name="Essai",
    email="alice@example.org",
    company="Boulangerie Nadia",
    siren="900000019",
    reference="SIG-000001",
)
_PASSPHRASE: Final = "mesure"  # noqa: S105  of keys that live as long as the measure


def measure(*, count: int, say: Say) -> Figures:
    """Sign the same order form of three pages `count` times in each way, turn by turn."""
    pdf = _order_form()
    with tempfile.TemporaryDirectory() as folder:
        provider = BuiltInProvider(
            Path(folder) / "authority", _PASSPHRASE, "Atelier Postal", may_create=True
        )
        signed = provider.sign(pdf, WHO, reason="Bon pour accord", at=AT)
        bare = _bare_signer(provider.folder)
        trust = Trust(signed.trust.root, (), signed.trust.revocation_lists)
        ways: dict[str, Callable[[], object]] = {
            "signature": lambda: provider.sign(pdf, WHO, reason="Bon pour accord", at=AT),
            "seal": lambda: provider.seal(signed.content, at=AT),
            "check": lambda: check_pdf(signed.content, trust),
            "bare_pyhanko": lambda: bare(pdf),
        }
        cpu, wall = _timed(ways, max(count, 2))
    return _figures(cpu, wall, say)


def _timed(
    ways: dict[str, Callable[[], object]], rounds: int
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Seconds of the processor and of the wall; a first turn, for caches, is left out."""
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    wall: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            started, spent = time.perf_counter(), time.process_time()
            way()
            if number:
                cpu[name].append(time.process_time() - spent)
                wall[name].append(time.perf_counter() - started)
    return cpu, wall


def _figures(cpu: dict[str, list[float]], wall: dict[str, list[float]], say: Say) -> Figures:
    own = {name: Times.of(seconds) for name, seconds in cpu.items()}
    seen = {name: Times.of(seconds) for name, seconds in wall.items()}
    labels = {
        "signature": "signature complète",
        "seal": "cachet d’une preuve",
        "check": "vérification",
        "bare_pyhanko": "pyHanko seul",
    }
    say(f"{'':22}{'p50':>9}{'p95':>9}{'p50 au mur':>13}")
    for name, label in labels.items():
        say(f"{label:22}{own[name].p50:>6} ms{own[name].p95:>6} ms{seen[name].p50:>10} ms")
    rate = round(1000 / own["signature"].p50, 1)
    ratio = round(own["signature"].p50 / own["bare_pyhanko"].p50, 2)
    say(f"{rate} signatures par seconde sur un cœur, {ratio} fois pyHanko seul")
    met = own["signature"].p50 <= TARGET_MS
    missed = [] if met else [f"{own['signature'].p50} ms au lieu de {TARGET_MS} ms"]
    values = {
        "signatures_per_second": rate,
        "times_bare_pyhanko": ratio,
        "own_ms": {name: asdict(times) for name, times in own.items()},
        "wall_ms": {name: asdict(times) for name, times in seen.items()},
        "target_ms": TARGET_MS,
    }
    return Figures(values, met, missed)


def _order_form() -> bytes:
    source = b"= Bon de commande\n#lorem(1200)"
    made = typst.compile(source, ignore_system_fonts=True, pdf_standards=["a-3b"], timestamp=AT)
    assert isinstance(made, bytes)  # noqa: S101  one document, one file
    return made


def _bare_signer(folder: Path) -> Callable[[bytes], object]:
    """pyHanko as its own page of first steps has it, with a key of the same kind."""
    root = keyring.load(folder, _PASSPHRASE).root
    ready = make_signer(root, WHO, AT)
    key = ready.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    registry.register(x509.Certificate.load(root.der))
    signer = SimpleSigner(
        signing_cert=x509.Certificate.load(ready.der),
        signing_key=keys.PrivateKeyInfo.load(key),
        cert_registry=registry,
    )
    meta = PdfSignatureMetadata(
        field_name="Signature", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )

    def sign(pdf: bytes) -> object:
        return sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), meta, signer=signer)

    return sign
