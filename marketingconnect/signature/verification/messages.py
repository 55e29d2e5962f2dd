"""Signed data (CMS) taken apart: the signer, what is signed, and whether the signature holds."""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from marketingconnect.signature.cms import covered_by_signature, signed_data
from marketingconnect.signature.verification.certificates import load_certificate
from marketingconnect.signature.verification.errors import (
    UNREADABLE,
    InvalidSignatureError,
    refusing_the_unreadable,
)

_HASHES: Final = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


@dataclass(frozen=True, slots=True)
class Message:
    """One signature with its certificates; `content` is None when it is kept elsewhere."""

    kind: str
    content: bytes | None
    certificates: tuple[bytes, ...]
    signer: x509.Certificate
    signer_der: bytes
    attributes: dict[str, Any]
    """Name of each signed attribute -> its one value, of asn1crypto."""
    unsigned: dict[str, Any]
    signature: bytes
    information: Any

    def check(self, digest: bytes) -> None:
        """The signer signed this SHA-256 (or the digest its attributes name)."""
        with refusing_the_unreadable("le message signé"):
            self._check(digest)

    def _check(self, digest: bytes) -> None:
        if self.attributes["message_digest"].native != digest:
            raise InvalidSignatureError("le contenu n’est pas celui qui a été signé")
        if self.attributes["content_type"].native != self.kind:
            raise InvalidSignatureError("la signature porte sur un autre genre de contenu")
        _check_certificate_is_named(self.attributes, self.signer_der)
        algorithm = self.information["signature_algorithm"]
        covered = covered_by_signature(self.information["signed_attrs"])
        if not _verifies(self.signer, algorithm, covered, self.signature):
            raise InvalidSignatureError("la signature ne correspond pas au certificat")


def read(der: bytes, *, own_form: bool) -> Message:
    """Take a message apart. `own_form`: refuse any encoding but the one that we write."""
    with refusing_the_unreadable("le message signé"):
        message = _read(der)
        if own_form and _written_again(message) != der:
            raise InvalidSignatureError("le codage de la signature a été modifié")
    return message


def digest_of(message: Message, content: bytes) -> bytes:
    """The digest of a content, by the algorithm that the message names."""
    name = message.information["digest_algorithm"]["algorithm"].native
    if name not in _HASHES:
        raise InvalidSignatureError(f"l’empreinte {name} n’est pas admise")
    return hashlib.new(name, content).digest()


def _read(der: bytes) -> Message:
    container = cms.ContentInfo.load(der, strict=True)
    if container["content_type"].native != "signed_data":
        raise ValueError("no signed data")
    body = container["content"]
    (information,) = body["signer_infos"]
    certificates = tuple(one.chosen.dump() for one in body["certificates"])
    signer_der = _signer_among(certificates, information["sid"].chosen)
    inner = body["encap_content_info"]
    content = inner["content"]
    return Message(
        kind=inner["content_type"].native,
        content=None if content.native is None else bytes(content),
        certificates=certificates,
        signer=load_certificate(signer_der),
        signer_der=signer_der,
        attributes=_single_values(information["signed_attrs"]),
        unsigned=_single_values(information["unsigned_attrs"]),
        signature=information["signature"].native,
        information=information,
    )


def _signer_among(certificates: tuple[bytes, ...], identifier: Any) -> bytes:
    wanted = identifier["issuer"].dump(), identifier["serial_number"].native
    for der in certificates:
        one = asn1_x509.Certificate.load(der)
        if (one.issuer.dump(), one.serial_number) == wanted:
            return der
    raise InvalidSignatureError("le certificat du signataire manque")


def _single_values(attributes: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in attributes:
        name = one["type"].native
        if name in found or len(one["values"]) != 1:
            raise ValueError(f"{name} more than once")
        found[name] = one["values"][0]
    return found


def _written_again(message: Message) -> bytes:
    """The same message, as we would write it."""
    unsigned = message.information["unsigned_attrs"]
    return signed_data(
        kind=message.kind,
        content=message.content,
        certificates=message.certificates,
        signer=message.signer_der,
        signed_attributes=_loaded_again(message.information["signed_attrs"]),
        signature=message.signature,
        unsigned=_loaded_again(unsigned) if len(unsigned) else None,
    )


def _loaded_again(attributes: Any) -> cms.CMSAttributes:
    return cms.CMSAttributes.load(covered_by_signature(attributes))


def _check_certificate_is_named(attributes: dict[str, Any], der: bytes) -> None:
    """RFC 5035, or its elder RFC 2634 that some timestamp authorities still write."""
    if (named := attributes.get("signing_certificate_v2")) is not None:
        algorithm = named["certs"][0]["hash_algorithm"]["algorithm"].native
    elif (named := attributes.get("signing_certificate")) is not None:
        algorithm = "sha1"
    if named is None or named["certs"][0]["cert_hash"].native != _fingerprint(algorithm, der):
        raise InvalidSignatureError("le certificat n’est pas celui que la signature désigne")


def _fingerprint(algorithm: str, der: bytes) -> bytes:
    return hashlib.new(algorithm, der, usedforsecurity=False).digest()


def _verifies(certificate: x509.Certificate, algorithm: Any, data: bytes, signature: bytes) -> bool:
    key = certificate.public_key()
    try:
        digest = _HASHES[algorithm.hash_algo]
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(digest))
        elif isinstance(key, rsa.RSAPublicKey) and algorithm.signature_algo == "rsassa_pkcs1v15":
            key.verify(signature, data, padding.PKCS1v15(), digest)
        else:
            return False
    except UNREADABLE:
        return False
    return True
