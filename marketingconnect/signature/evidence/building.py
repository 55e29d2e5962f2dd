"""Put together the evidence of the documents that one order had signed."""

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from importlib import resources
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from marketingconnect import storage
from marketingconnect.catalogue.queries import operator_on
from marketingconnect.clock import paris_date
from marketingconnect.signature.archive import pack
from marketingconnect.signature.authority.policy import POLICIES
from marketingconnect.signature.models import SignatureEvent, SignatureRequest
from marketingconnect.signature.providers.base import SignatureProvider
from marketingconnect.signature.rules import masked_mobile
from marketingconnect.signature.verification.pdf import Parts, parts_of

FORMAT: Final = "marketingconnect-evidence"
FORMAT_VERSION: Final = 1
CLOCK: Final = "Horloge du serveur de la plateforme, en temps universel (UTC)"


def build_evidence(
    requests: Sequence[SignatureRequest], provider: SignatureProvider, *, at: datetime
) -> bytes:
    """CGV II.3: the evidence file of signed documents of one order: a sealed archive.

    Raises ProviderUnavailableError when it cannot be sealed.
    """
    files: dict[str, bytes] = {"LISEZMOI.txt": _read_me()}
    documents = []
    for number, request in enumerate(requests, start=1):
        folder = f"documents/{number}"
        signed = _stored(request.signed_document)
        parts = parts_of(signed)
        files |= {
            f"{folder}/{name}": content
            for name, content in _files_of(request, signed, parts).items()
        }
        files[_terms_file(request)] = request.terms.text.encode()
        documents.append(_document(request, parts, folder))
    trust = provider.trust(at=at)
    files["authority/root.pem"] = _pem(trust.root)
    files["authority/revocation-1.crl"] = trust.revocation_lists[0]
    manifest = _manifest(requests[0], documents, files, at)
    sealed = provider.seal(manifest, at=at)
    files["manifest.json"] = manifest
    files["manifest.tst"] = sealed.timestamp
    files["manifest.p7s"] = sealed.signature
    return pack(files)


def _manifest(
    request: SignatureRequest,
    documents: list[dict[str, Any]],
    files: dict[str, bytes],
    at: datetime,
) -> bytes:
    operator = operator_on(paris_date(at))
    content = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "made_at": _instant(at),
        "clock": CLOCK,
        "order": request.order.reference,
        "operator": {"name": operator.legal_name, "siret": operator.siret},
        "client": {"name": request.company.legal_name, "siret": request.company.siret},
        "documents": documents,
        "files": {
            name: {"sha256": sha256(files[name]).hexdigest(), "bytes": len(files[name])}
            for name in sorted(files)
        },
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _document(request: SignatureRequest, parts: Parts, folder: str) -> dict[str, Any]:
    policy = POLICIES[request.policy_version or 0]
    return {
        "folder": folder,
        "reference": request.reference,
        "kind": request.kind,
        "title": request.title,
        "sha256_before": request.sha256,
        "sha256_after": request.signed_sha256,
        "byte_range": list(parts.byte_range),
        "signed_at": _instant(request.signed_at),
        "certificate_serial": request.certificate_serial,
        "policy": {
            "version": policy.version,
            "oid": policy.oid,
            "format": policy.signature_format,
        },
        "terms": {
            "number": request.terms.number,
            "sha256": request.terms.sha256,
            "file": _terms_file(request),
        },
        "wording": request.wording,
        "signer": _signer(request),
        "events": [_event(event) for event in request.events.order_by("number")],
    }


def _signer(request: SignatureRequest) -> dict[str, str]:
    return {
        "first_name": request.first_name,
        "last_name": request.last_name,
        "position": request.position,
        "email": request.email,
        "mobile": masked_mobile(request.mobile),
        "account": request.signer.email,
    }


def _event(event: SignatureEvent) -> dict[str, Any]:
    return {
        "number": event.number,
        "kind": event.kind,
        "at": _instant(event.at),
        "actor": event.actor,
        "ip_address": event.ip_address,
        "user_agent": event.user_agent,
        "detail": event.detail,
    }


def _files_of(request: SignatureRequest, signed: bytes, parts: Parts) -> dict[str, bytes]:
    trust = {name: _bytes(value) for name, value in request.trust.items()}
    files = {
        "document.pdf": _stored(request.document),
        "signed.pdf": signed,
        "signature.p7s": parts.message,
        "signature.bin": parts.signature,
        "signature.tst": parts.timestamp,
        "certificates.pem": b"".join(_pem(one) for one in parts.certificates),
        "root.pem": _pem(trust["root"][0]),
    }
    if trust["timestamp_roots"]:
        files["timestamp-roots.pem"] = b"".join(_pem(one) for one in trust["timestamp_roots"])
    for number, one in enumerate(trust["revocation_lists"], start=1):
        files[f"revocation-{number}.crl"] = one
    return files


def _terms_file(request: SignatureRequest) -> str:
    return f"terms/version-{request.terms.number}.md"


def _read_me() -> bytes:
    return resources.files(__package__).joinpath("LISEZMOI.txt").read_bytes()


def _stored(path: str) -> bytes:
    with storage.open(path) as stream:
        return stream.read()


def _bytes(value: str | list[str]) -> list[bytes]:
    return [base64.b64decode(one) for one in ([value] if isinstance(value, str) else value)]


def _pem(der: bytes) -> bytes:
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)


def _instant(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat()
