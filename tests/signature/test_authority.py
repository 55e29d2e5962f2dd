import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.core.management import CommandError, call_command
from pytest_django import Settings

from marketingconnect.signature.authority import keyring
from marketingconnect.signature.authority.certificates import make_signer, revocation_list
from marketingconnect.signature.authority.keyring import KeyringError
from marketingconnect.signature.authority.timestamps import TimestampAuthority
from marketingconnect.signature.providers.base import ProviderUnavailableError
from marketingconnect.signature.providers.built_in import BuiltInProvider
from marketingconnect.signature.verification.certificates import Trust
from marketingconnect.signature.verification.errors import InvalidSignatureError
from marketingconnect.signature.verification.timestamps import check_timestamp
from tests.signature.making import ALICE, NOON, PASSPHRASE, authority, trust_of
from tests.signature.openssl import timestamp_holds


def test_keys_are_kept_locked_and_read_by_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "authority"
    keyring.create(folder, PASSPHRASE, name="Atelier Postal", now=NOON)

    for name in (keyring.ROOT, keyring.TIMESTAMPS, keyring.SEAL):
        file = folder / f"{name}.pem"
        assert file.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
        assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(KeyringError):
        keyring.load(folder, "une autre phrase")
    assert keyring.load(folder, PASSPHRASE).root.key.curve.name == "secp256r1"


def test_an_authority_is_made_once(tmp_path: Path) -> None:
    folder = tmp_path / "authority"
    keyring.create(folder, PASSPHRASE, name="Atelier Postal", now=NOON)
    first = keyring.load(folder, PASSPHRASE).root.der

    keyring.create(folder, PASSPHRASE, name="Atelier Postal", now=NOON)

    assert keyring.load(folder, PASSPHRASE).root.der == first
    assert [path.name for path in tmp_path.iterdir()] == ["authority"]


def test_without_the_right_to_create_there_is_no_authority(tmp_path: Path) -> None:
    closed = BuiltInProvider(tmp_path / "none", PASSPHRASE, "Atelier Postal", may_create=False)

    with pytest.raises(ProviderUnavailableError) as refused:
        closed.sign(b"%PDF-1.7", ALICE, reason="", at=NOON)

    assert refused.value.lacking == "certificate"
    assert list(tmp_path.iterdir()) == []


def test_services_are_renewed_before_their_end_and_the_root_stays(tmp_path: Path) -> None:
    provider = authority(tmp_path)
    before = provider.seal(b"contenu", at=NOON)
    root = provider.trust(at=NOON).root
    later = NOON + timedelta(days=5 * 365 - 20)

    after = provider.seal(b"contenu", at=later)

    assert provider.trust(at=later).root == root
    assert check_timestamp(after.timestamp, b"contenu", trust_of(provider, later)).at == later
    lists = Trust(root, (), provider.trust(at=NOON).revocation_lists)
    assert check_timestamp(before.timestamp, b"contenu", lists).at == NOON


def test_a_certificate_made_on_the_fly_names_one_person_for_ten_minutes(tmp_path: Path) -> None:
    folder = tmp_path / "authority"
    keyring.create(folder, PASSPHRASE, name="Atelier Postal", now=NOON)
    root = keyring.load(folder, PASSPHRASE).root

    signer = make_signer(root, ALICE, NOON).certificate

    names = {one.oid: one.value for one in signer.subject}
    assert names[NameOID.COMMON_NAME] == "Alice Essai"
    assert names[NameOID.ORGANIZATION_IDENTIFIER] == "NTRFR-900000019"
    assert names[NameOID.SERIAL_NUMBER] == "SIG-2026-000001"
    assert signer.not_valid_after_utc == NOON + timedelta(minutes=10)
    usage = signer.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.content_commitment
    assert not usage.value.key_cert_sign
    signer.verify_directly_issued_by(root.certificate)


def test_a_timestamp_certificate_serves_for_nothing_else(provider: BuiltInProvider) -> None:
    keys = keyring.load(provider.folder, PASSPHRASE)
    usage = keys.timestamps.certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)

    assert usage.critical
    assert list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def test_openssl_accepts_our_timestamps(provider: BuiltInProvider, tmp_path: Path) -> None:
    keys = keyring.load(provider.folder, PASSPHRASE)
    token = TimestampAuthority(keys.timestamps, keys.root.der).stamp(b"contenu", NOON)

    assert timestamp_holds(tmp_path, b"contenu", token, keys.root.der)
    assert not timestamp_holds(tmp_path, b"autre contenu", token, keys.root.der)


def test_a_timestamp_of_another_authority_is_refused(
    provider: BuiltInProvider, tmp_path: Path
) -> None:
    other = authority(tmp_path).seal(b"contenu", at=NOON)

    with pytest.raises(InvalidSignatureError):
        check_timestamp(other.timestamp, b"contenu", trust_of(provider))


def test_a_seal_or_a_signer_stamps_no_time(provider: BuiltInProvider) -> None:
    keys = keyring.load(provider.folder, PASSPHRASE)
    token = TimestampAuthority(keys.seal, keys.root.der).stamp(b"contenu", NOON)

    with pytest.raises(InvalidSignatureError, match="usage"):
        check_timestamp(token, b"contenu", trust_of(provider))


def test_a_revoked_authority_stamps_no_time_from_then_on(provider: BuiltInProvider) -> None:
    keys = keyring.load(provider.folder, PASSPHRASE)
    token = TimestampAuthority(keys.timestamps, keys.root.der).stamp(b"contenu", NOON)
    serial = keys.timestamps.certificate.serial_number

    for since, is_refused in ((NOON, True), (NOON + timedelta(seconds=1), False)):
        lists = [revocation_list(keys.root, NOON, [(serial, since)])]
        trust = Trust(keys.root.der, (), [one.public_bytes(Encoding.DER) for one in lists])
        if is_refused:
            with pytest.raises(InvalidSignatureError, match="révoqué"):
                check_timestamp(token, b"contenu", trust)
        else:
            assert check_timestamp(token, b"contenu", trust).at == NOON


def test_a_request_for_a_weak_digest_is_refused(provider: BuiltInProvider) -> None:
    keys = keyring.load(provider.folder, PASSPHRASE)
    digest = hashlib.sha1(b"contenu", usedforsecurity=False).digest()
    request = tsp.TimeStampReq(
        {
            "version": 1,
            "message_imprint": {
                "hash_algorithm": {"algorithm": "sha1"},
                "hashed_message": digest,
            },
        }
    )

    answer = TimestampAuthority(keys.timestamps, keys.root.der).answer(request, NOON)

    assert answer["status"]["status"].native == "rejection"
    assert answer["time_stamp_token"].native is None


def test_the_command_makes_the_authority_once_and_gives_its_fingerprint(
    db: None, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.AUTHORITY_DIR, settings.AUTHORITY_PASSPHRASE = tmp_path / "authority", ""
    with pytest.raises(CommandError, match="PASSPHRASE"):
        call_command("make_authority")
    settings.AUTHORITY_PASSPHRASE = PASSPHRASE

    call_command("make_authority")
    call_command("make_authority")

    root = keyring.load(tmp_path / "authority", PASSPHRASE).root
    said = capsys.readouterr().out
    assert said.count(hashlib.sha256(root.der).hexdigest()) == 2
    settings.AUTHORITY_PASSPHRASE = "une autre phrase"
    with pytest.raises(CommandError, match="illisible"):
        call_command("make_authority")
