"""Certificates: who vouches for whom at an instant, and what is revoked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Final

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from marketingconnect.signature.verification.errors import (
    UNREADABLE,
    InvalidSignatureError,
    refusing_the_unreadable,
)

LONGEST_CHAIN: Final = 5


@dataclass(frozen=True, slots=True)
class Trust:
    """What a check starts from: the authority's root, outside timestamp roots, lists; DER each."""

    root: bytes
    timestamp_roots: Sequence[bytes] = ()
    revocation_lists: Sequence[bytes] = field(default=(), repr=False)


def load_certificate(der: bytes) -> x509.Certificate:
    """One certificate, in the one encoding that it may have."""
    with refusing_the_unreadable("un certificat"):
        if asn1_x509.Certificate.load(der, strict=True).serial_number <= 0:
            raise ValueError("no serial number")  # The other library only warns of it, for now.
        certificate = x509.load_der_x509_certificate(der)
        if certificate.public_bytes(Encoding.DER) != der:
            raise ValueError("not its own encoding")
    return certificate


def check_chain(
    leaf: x509.Certificate, others: Iterable[bytes], roots: Sequence[bytes], at: datetime
) -> tuple[x509.Certificate, ...]:
    """From the leaf to one of the roots, each valid at that instant; InvalidSignatureError."""
    known = [load_certificate(one) for one in (*others, *roots)]
    chain = [leaf]
    while len(chain) <= LONGEST_CHAIN:
        if not _holds(chain[-1], at):
            raise InvalidSignatureError("un certificat n’était pas valable à ce moment")
        if chain[-1].public_bytes(Encoding.DER) in roots:
            return tuple(chain)
        chain.append(_issuer_of(chain[-1], known))
    raise InvalidSignatureError("la chaîne de certificats n’a pas de fin")


def check_none_is_idle(certificates: Iterable[bytes], chain: Sequence[x509.Certificate]) -> None:
    """A message of ours carries the certificates of its chain, and not one byte more."""
    useful = {one.public_bytes(Encoding.DER) for one in chain}
    if not set(certificates) <= useful:
        raise InvalidSignatureError("la signature porte un certificat qui ne sert à rien")


def check_not_revoked(
    chain: Sequence[x509.Certificate], lists: Sequence[bytes], at: datetime
) -> None:
    """Each certificate but the root is in no list of its issuer, and one such list covers `at`."""
    read = [_load_list(one) for one in lists]
    for certificate, issuer in pairwise(chain):
        own = [one for one in read if one.issuer == issuer.subject and _is_signed(one, issuer)]
        if not any(_covers(one, at) for one in own):
            raise InvalidSignatureError("aucune liste de révocation ne couvre ce moment")
        for one in own:
            entry = one.get_revoked_certificate_by_serial_number(certificate.serial_number)
            if entry is not None and entry.revocation_date_utc <= at:
                raise InvalidSignatureError("le certificat était révoqué")


def check_usage(certificate: x509.Certificate, *, timestamps: bool) -> None:
    """A timestamp authority signs nothing else, and nothing else signs timestamps."""
    try:
        extension = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        stamps = False
    else:
        stamps = extension.critical and list(extension.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    if stamps is not timestamps:
        raise InvalidSignatureError("le certificat n’est pas fait pour cet usage")


def _issuer_of(
    certificate: x509.Certificate, known: Sequence[x509.Certificate]
) -> x509.Certificate:
    for one in known:
        if one.subject == certificate.issuer and _may_issue(one) and _issued(one, certificate):
            return one
    raise InvalidSignatureError("un certificat n’a pas été émis par l’autorité attendue")


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except UNREADABLE:
        return False
    return True


def _may_issue(certificate: x509.Certificate) -> bool:
    try:
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except x509.ExtensionNotFound:
        return False
    return basic.value.ca


def _holds(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _load_list(der: bytes) -> x509.CertificateRevocationList:
    with refusing_the_unreadable("une liste de révocation"):
        return x509.load_der_x509_crl(der)


def _is_signed(one: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    try:
        return one.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
    except UNREADABLE:
        return False


def _covers(one: x509.CertificateRevocationList, at: datetime) -> bool:
    until = one.next_update_utc
    return one.last_update_utc <= at and (until is None or at <= until)
