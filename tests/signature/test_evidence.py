import io
import json
import random
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from marketingconnect.signature.archive import pack, unpack
from marketingconnect.signature.providers.built_in import BuiltInProvider
from marketingconnect.signature.queries import archived_evidence_of, evidence_of
from marketingconnect.signature.services import record_download
from marketingconnect.signature.states import DocumentKind
from marketingconnect.signature.verification.errors import InvalidSignatureError
from marketingconnect.signature.verification.evidence import check_evidence
from tests.signature.desk import Desk
from tests.signature.making import NOON, authority, trust_of
from tests.signature.openssl import signature_holds, timestamp_holds

pytestmark = pytest.mark.django_db
MUTATIONS = 300
"""Single bytes changed: half in the archive, half in a file of it that is packed anew."""
EVERY = 37
"""Of the seal, one byte in so many."""
SOON = NOON + timedelta(seconds=30)
LATER = NOON + timedelta(days=40)


@pytest.fixture
def proof(desk: Desk) -> bytes:
    return archived_evidence_of(desk.sign())


def manifest_of(archive: bytes) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(unpack(archive)["manifest.json"])
    return told


def sealed_again(
    files: dict[str, bytes], manifest: dict[str, Any], provider: BuiltInProvider
) -> bytes:
    """What a dishonest operator could do: any content, under its own true seal."""
    content = (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()
    seal = provider.seal(content, at=SOON)
    sealing = {"manifest.json": content, "manifest.tst": seal.timestamp}
    return pack({**files, **sealing, "manifest.p7s": seal.signature})


def changed_manifests(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    def copy() -> dict[str, Any]:
        fresh: dict[str, Any] = json.loads(json.dumps(told))
        return fresh

    for name, value in (
        ("sha256_before", "0" * 64),
        ("certificate_serial", "1"),
        ("signed_at", "2026-11-23T11:00:31+00:00"),
        ("byte_range", [0, 1, 2, 3]),
        ("wording", "Je signe."),
    ):
        manifest = copy()
        manifest["documents"][0][name] = value
        yield manifest
    for place, field, said in ((2, "mobile", "06 •• •• •• 13"), (2, "code", 0), (1, "email", "x")):
        manifest = copy()
        manifest["documents"][0]["events"][place]["detail"][field] = said
        yield manifest
    manifest = copy()
    events = manifest["documents"][0]["events"]
    events.insert(3, events[1])  # identified again after the code was sent
    manifest["documents"][0]["events"] = [{**one, "number": n} for n, one in enumerate(events, 1)]
    yield manifest
    for kind in ("identity_collected", "code_sent", "consent_given"):
        manifest = copy()
        events = manifest["documents"][0]["events"]
        kept = [event for event in events if event["kind"] != kind]
        manifest["documents"][0]["events"] = kept
        yield manifest
        for number, event in enumerate(kept, start=1):
            event["number"] = number
        yield manifest


def test_the_archived_evidence_proves_who_signed_what_and_when(desk: Desk, proof: bytes) -> None:
    found = check_evidence(proof)

    assert found.order == desk.order.reference
    assert found.client == "Boulangerie Nadia"
    assert [one.signer for one in found.documents] == ["Alice Essai"]
    assert found.documents[0].signed_at == SOON
    assert found.sealed_at == SOON


def test_the_manifest_tells_everything_but_the_code_and_the_whole_mobile(
    desk: Desk, proof: bytes
) -> None:
    told = manifest_of(proof)["documents"][0]

    assert told["signer"]["mobile"].replace("\u00a0", " ") == "06 •• •• •• 12"
    assert told["signer"]["position"] == "Gérante"
    kinds = [event["kind"] for event in told["events"]]
    assert kinds[:4] == ["proposed", "identity_collected", "code_sent", "consent_given"]
    consent = told["events"][3]
    assert consent["ip_address"] == "192.0.2.7"
    assert consent["user_agent"] == "Firefox d’essai"
    assert consent["detail"]["wording"] == told["wording"]
    assert told["policy"]["version"] == 1
    text = desk.texts()[0]
    assert text.to.encode() not in proof
    assert text.body.split()[3].encode() not in unpack(proof)["manifest.json"]


def test_any_program_opens_it(proof: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(proof)) as archive:
        assert archive.testzip() is None
        listed = json.loads(archive.read("manifest.json"))["files"]
        for name, facts in listed.items():
            assert sha256(archive.read(name)).hexdigest() == facts["sha256"]


def test_openssl_alone_checks_it_as_its_notice_says(proof: bytes, tmp_path: Path) -> None:
    files = unpack(proof)
    manifest = files["manifest.json"]
    told = json.loads(manifest)["documents"][0]
    _, length, _, rest = told["byte_range"]
    pdf = files["documents/1/signed.pdf"]
    covered, at = pdf[:length] + pdf[-rest:], int(SOON.timestamp())
    der = trust_root(files)

    assert signature_holds(tmp_path, manifest, files["manifest.p7s"], der, attime=at)
    assert timestamp_holds(tmp_path, manifest, files["manifest.tst"], der)
    message = files["documents/1/signature.p7s"]
    assert signature_holds(tmp_path, covered, message, der, attime=at)
    value, token = (files[f"documents/1/signature.{kind}"] for kind in ("bin", "tst"))
    assert timestamp_holds(tmp_path, value, token, der)
    assert not signature_holds(tmp_path, manifest + b" ", files["manifest.p7s"], der, attime=at)


def trust_root(files: dict[str, bytes]) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    root = x509.load_pem_x509_certificate(files["authority/root.pem"])
    return root.public_bytes(Encoding.DER)


def test_every_byte_counts(proof: bytes) -> None:
    chance, files, missed = random.Random(7), unpack(proof), []
    for number in range(MUTATIONS):
        name = chance.choice(sorted(files))
        changed = bytearray(files[name] if number % 2 else proof)
        place = chance.randrange(len(changed))
        changed[place] ^= chance.randrange(1, 256)
        archive = pack({**files, name: bytes(changed)}) if number % 2 else bytes(changed)
        try:
            check_evidence(archive)
        except InvalidSignatureError:
            continue
        missed.append((name if number % 2 else "the archive", place))

    assert missed == []


def test_bytes_added_or_cut_count_too(proof: bytes) -> None:
    for changed in (proof + b"\0", proof[:-1], b"\0" + proof, b"", proof[: len(proof) // 2]):
        with pytest.raises(InvalidSignatureError):
            check_evidence(changed)


def test_the_seal_is_of_one_form(proof: bytes) -> None:
    """The few hundred bytes that no fingerprint covers: some are changed in turn."""
    files = unpack(proof)
    seal, missed = files["manifest.p7s"], []
    for place in range(3, len(seal), EVERY):
        changed = bytearray(seal)
        changed[place] ^= 1
        try:
            check_evidence(pack({**files, "manifest.p7s": bytes(changed)}))
        except InvalidSignatureError:
            continue
        missed.append(place)

    assert missed == []


def test_a_file_added_or_taken_away_is_noticed(proof: bytes) -> None:
    files = unpack(proof)
    without = {name: content for name, content in files.items() if name != "LISEZMOI.txt"}

    for changed in ({**files, "documents/1/autre.pdf": b"%PDF"}, without):
        with pytest.raises(InvalidSignatureError):
            check_evidence(pack(changed))


def test_a_true_seal_on_a_false_story_is_refused(provider: BuiltInProvider, proof: bytes) -> None:
    files = unpack(proof)
    told = json.loads(files["manifest.json"])
    assert check_evidence(sealed_again(files, told, provider))

    for manifest in changed_manifests(told):
        with pytest.raises(InvalidSignatureError):
            check_evidence(sealed_again(files, manifest, provider))


def test_another_authority_seals_nothing_of_ours(proof: bytes, tmp_path: Path) -> None:
    other = authority(tmp_path / "other")
    files = unpack(proof)

    with pytest.raises(InvalidSignatureError):
        check_evidence(sealed_again(files, json.loads(files["manifest.json"]), other))
    assert sha256(trust_of(other).root).hexdigest() not in check_evidence(proof).authorities


def test_the_evidence_of_an_order_holds_all_its_documents_and_what_came_after(desk: Desk) -> None:
    form = desk.sign()
    now = NOON + timedelta(minutes=10)
    mandate = desk.identify(desk.propose(DocumentKind.MANDATE, now), now)
    desk.type(mandate, desk.ask(mandate, now), now)
    record_download(form.pk, what="document", visitor=desk.alice, now=LATER)

    whole = evidence_of(desk.order, at=LATER)

    assert whole is not None
    assert len(check_evidence(whole).documents) == 2
    told = manifest_of(whole)["documents"][0]["events"]
    assert told[-1]["kind"] == "downloaded"


def test_the_command_writes_what_the_other_verifies(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "preuve.zip"
    with pytest.raises(CommandError, match="signé"):
        call_command("export_evidence", desk.order.reference, out=out)
    with pytest.raises(CommandError, match="Aucune commande"):
        call_command("export_evidence", "BC-2026-999999", out=out)
    desk.sign()

    call_command("export_evidence", desk.order.reference, out=out)

    assert desk.order.reference in capsys.readouterr().out
    assert check_evidence(out.read_bytes()).order == desk.order.reference
