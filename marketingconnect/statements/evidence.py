"""Put a statement and its proofs in one sealed archive."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from importlib import resources

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from marketingconnect.catalogue.queries import operator_on
from marketingconnect.clock import paris_date
from marketingconnect.signature.archive import pack
from marketingconnect.signature.providers.base import SignatureProvider
from marketingconnect.statements.facts import Facts, journal_of_campaign
from marketingconnect.statements.verification import FORMAT, JOURNAL, PDF, SEALED, SHEET, VERSION


def build_archive(
    facts: Facts,
    provider: SignatureProvider,
    *,
    pdf: bytes,
    sheet: bytes,
    sealed: str,
    at: datetime,
) -> bytes:
    """CGV B.1.6: what a stranger needs to count again; `sealed` is what the journal hashed.

    Raises ProviderUnavailableError when it cannot be sealed.
    """
    campaign = facts.campaign
    trust = provider.trust(at=at)
    files = {
        "LISEZMOI.txt": resources.files(__package__).joinpath("LISEZMOI.txt").read_bytes(),
        PDF: pdf,
        SHEET: sheet,
        SEALED: sealed.encode(),
        JOURNAL: _json(journal_of_campaign(campaign)),
        "message/objet.txt": campaign.subject.encode(),
        "message/message.html": campaign.html.encode(),
        "message/message.txt": campaign.text.encode(),
        "authority/root.pem": x509.load_der_x509_certificate(trust.root).public_bytes(Encoding.PEM),
        "authority/revocation-1.crl": trust.revocation_lists[0],
    }
    manifest = _manifest(facts, files, at)
    seal = provider.seal(manifest, at=at)
    return pack(
        files
        | {
            "manifest.json": manifest,
            "manifest.tst": seal.timestamp,
            "manifest.p7s": seal.signature,
        }
    )


def _manifest(facts: Facts, files: dict[str, bytes], at: datetime) -> bytes:
    campaign, operator = facts.campaign, operator_on(paris_date(at))
    return _json(
        {
            "format": FORMAT,
            "format_version": VERSION,
            "number": facts.number,
            "made_at": _instant(at),
            "operator": {"name": operator.legal_name, "siret": operator.siret},
            "client": {"name": facts.client.legal_name, "siret": facts.client.siret},
            "campaign": {
                "id": campaign.pk,
                "name": campaign.name,
                "order": campaign.order_reference,
                "content_sha256": campaign.content_sha256,
                "started_at": _instant(campaign.started_at),
                "finished_at": _instant(campaign.finished_at),
                "window_ended": _instant(facts.window_ended),
                "frozen_at": _instant(facts.frozen_at),
                "recipients": "file" if campaign.contact_file_id else "base",
            },
            "figures": facts.figures.as_facts(),
            "files": {
                name: {"sha256": sha256(files[name]).hexdigest(), "bytes": len(files[name])}
                for name in sorted(files)
            },
        }
    )


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _instant(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat()
