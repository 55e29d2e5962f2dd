import io
import random
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from marketingconnect.signature.providers.base import ProviderUnavailableError
from marketingconnect.signature.providers.built_in import BuiltInProvider
from marketingconnect.signature.providers.outside_timestamps import OutsideTimestamps
from marketingconnect.signature.verification.certificates import Trust, load_certificate
from marketingconnect.signature.verification.errors import InvalidSignatureError
from marketingconnect.signature.verification.pdf import check_pdf, parts_of
from tests.signature.making import ALICE, NOON, PASSPHRASE, authority, order_form, trust_of
from tests.signature.openssl import signature_holds, timestamp_holds

MUTATIONS = 400
"""Single bytes changed: half of them anywhere, half in the signature, for another digit."""
HEXADECIMAL = b"0123456789ABCDEFabcdef"


def judged_by_pyhanko(pdf: bytes, root: bytes) -> PdfSignatureStatus:
    """With what the document carries and nothing else, at the time of its timestamp."""
    (embedded,) = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
    return validate_pdf_signature(
        embedded,
        signer_validation_context=_context(pdf, root),
        ts_validation_context=_context(pdf, root),
    )


def _context(pdf: bytes, root: bytes) -> ValidationContext:
    store = DocumentSecurityStore.read_dss(PdfFileReader(io.BytesIO(pdf)))
    return store.as_validation_context(
        {
            "trust_roots": [x509.Certificate.load(root)],
            "moment": NOON,
            "revocation_mode": "require",
            "allow_fetching": False,
        }
    )


def test_our_own_check_finds_who_signed_and_when(provider: BuiltInProvider, signed: bytes) -> None:
    found = check_pdf(signed, trust_of(provider))

    assert "Alice Essai" in found.signer.subject.rfc4514_string()
    assert found.timestamp.at == NOON
    assert "Horodatage" in found.timestamp.authority


def test_pyhanko_accepts_it_with_what_the_document_carries(
    provider: BuiltInProvider, signed: bytes
) -> None:
    status = judged_by_pyhanko(signed, trust_of(provider).root)

    assert status.bottom_line
    assert status.trusted
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert status.modification_level == ModificationLevel.NONE
    assert status.timestamp_validity is not None
    assert status.timestamp_validity.trusted
    assert status.timestamp_validity.timestamp == NOON


def test_openssl_alone_accepts_the_signature_and_its_time(
    provider: BuiltInProvider, signed: bytes, tmp_path: Path
) -> None:
    parts, root, at = parts_of(signed), trust_of(provider).root, int(NOON.timestamp())
    spoilt = bytes([parts.covered[0] ^ 1]) + parts.covered[1:]

    assert signature_holds(tmp_path, parts.covered, parts.message, root, attime=at)
    assert timestamp_holds(tmp_path, parts.signature, parts.timestamp, root)
    assert not signature_holds(tmp_path, spoilt, parts.message, root, attime=at)


def test_the_document_stays_whole_and_readable(signed: bytes) -> None:
    assert signed.startswith(order_form())
    with pikepdf.open(io.BytesIO(signed)) as document:
        assert len(document.pages) == 1
        assert [str(field.T) for field in document.Root.AcroForm.Fields] == ["Signature"]
        assert len(document.Root.DSS.CRLs) == 1
        assert len(document.Root.DSS.Certs) == 3


def test_every_byte_counts(provider: BuiltInProvider, signed: bytes) -> None:
    trust, chance = trust_of(provider), random.Random(23)
    _, start, end, _ = parts_of(signed).byte_range
    missed = []
    for number in range(MUTATIONS):
        changed = bytearray(signed)
        if number % 2:
            place = chance.randrange(len(signed))
            changed[place] ^= chance.randrange(1, 256)
        else:
            place = chance.randrange(start, end)
            changed[place] = chance.choice([one for one in HEXADECIMAL if one != signed[place]])
        try:
            check_pdf(bytes(changed), trust)
        except InvalidSignatureError:
            continue
        missed.append(place)

    assert missed == []


def test_a_certificate_without_a_positive_number_is_refused(
    provider: BuiltInProvider, signed: bytes
) -> None:
    """The library that reads certificates lets it pass with a warning."""
    certificate = bytearray(parts_of(signed).certificates[0])
    number = certificate.index(bytes.fromhex("a003020102")) + 7
    certificate[number] |= 0x80

    with pytest.raises(InvalidSignatureError, match="certificat"):
        load_certificate(bytes(certificate))


def test_what_is_added_or_cut_counts_too(provider: BuiltInProvider, signed: bytes) -> None:
    trust = trust_of(provider)

    for changed in (signed + b"\n", signed[:-1], b"\n" + signed, order_form(), b""):
        with pytest.raises(InvalidSignatureError):
            check_pdf(changed, trust)


def test_pyhanko_refuses_a_changed_document(provider: BuiltInProvider, signed: bytes) -> None:
    changed = bytearray(signed)
    changed[200] ^= 1

    status = judged_by_pyhanko(bytes(changed), trust_of(provider).root)

    assert not status.bottom_line
    assert not status.intact


def test_another_authority_vouches_for_nothing(signed: bytes, tmp_path: Path) -> None:
    with pytest.raises(InvalidSignatureError):
        check_pdf(signed, trust_of(authority(tmp_path)))


def test_a_list_of_another_day_does_not_cover_the_signature(
    provider: BuiltInProvider, signed: bytes
) -> None:
    for day in (NOON + timedelta(days=1), NOON - timedelta(days=8)):
        with pytest.raises(InvalidSignatureError, match="liste"):
            check_pdf(signed, trust_of(provider, day))
    assert check_pdf(signed, trust_of(provider, NOON - timedelta(days=6)))
    with pytest.raises(InvalidSignatureError, match="liste"):
        check_pdf(signed, Trust(trust_of(provider).root))


def test_without_an_outside_timestamp_nothing_is_signed(tmp_path: Path) -> None:
    unreachable = OutsideTimestamps("http://127.0.0.1:9/", (), (), ())
    provider = BuiltInProvider(
        tmp_path / "authority", PASSPHRASE, "Atelier Postal", may_create=True, outside=unreachable
    )

    with pytest.raises(ProviderUnavailableError) as refused:
        provider.sign(order_form(), ALICE, reason="Lu et approuvé", at=NOON)

    assert refused.value.lacking == "timestamp"
