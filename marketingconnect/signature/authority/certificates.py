"""X.509 certificates and revocation lists on P-256. Every instant is an argument, in UTC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from marketingconnect.signature.authority.policy import CURRENT, SignaturePolicy

_LONGEST_NAME: Final = 64  # X.520: the upper bound of every attribute used here.


@dataclass(frozen=True, slots=True)
class Credential:
    """A private key and its certificate. `key` may be any object that signs as a P-256 key does."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerIdentity:
    """Who signs, as the signer's certificate names it."""

    first_name: str
    last_name: str
    email: str
    company: str
    siren: str
    reference: str
    """Of the signature request: a certificate serves one document."""


def new_key() -> ec.EllipticCurvePrivateKey:
    """A fresh P-256 key, from the system's generator."""
    return ec.generate_private_key(ec.SECP256R1())


def make_root(name: str, now: datetime, policy: SignaturePolicy = CURRENT) -> Credential:
    """The authority itself: signs certificates and revocation lists, nothing else."""
    key = new_key()
    subject = _name({NameOID.COMMON_NAME: f"Autorité de signature {name}", _ORG: name})
    builder = _builder(subject, subject, key, now, policy.root_life, policy)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
    return Credential(key, builder.sign(key, hashes.SHA256()))


def make_timestamper(
    root: Credential, name: str, now: datetime, policy: SignaturePolicy = CURRENT
) -> Credential:
    """A certificate for timestamps alone: RFC 3161 wants that use critical and by itself."""
    key = new_key()
    subject = _name({NameOID.COMMON_NAME: f"Horodatage {name}", _ORG: name})
    builder = _leaf(subject, root, key, now, policy.service_life, policy)
    builder = builder.add_extension(_usage(digital_signature=True), critical=True)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    builder = builder.add_extension(usage, critical=True)
    return Credential(key, builder.sign(root.key, hashes.SHA256()))


def make_seal(
    root: Credential, name: str, now: datetime, policy: SignaturePolicy = CURRENT
) -> Credential:
    """The platform's own seal, for evidence files."""
    key = new_key()
    subject = _name({NameOID.COMMON_NAME: f"Cachet de preuve {name}", _ORG: name})
    builder = _leaf(subject, root, key, now, policy.service_life, policy)
    usage = _usage(digital_signature=True, content_commitment=True)
    return Credential(key, builder.add_extension(usage, critical=True).sign(root.key, _SHA256))


def make_signer(
    root: Credential, who: SignerIdentity, now: datetime, policy: SignaturePolicy = CURRENT
) -> Credential:
    """CGV II.3: a certificate made on the fly (à la volée), for one person and one document."""
    key = new_key()
    subject = _name(
        {
            NameOID.COMMON_NAME: f"{who.first_name} {who.last_name}",
            NameOID.GIVEN_NAME: who.first_name,
            NameOID.SURNAME: who.last_name,
            _ORG: who.company,
            NameOID.ORGANIZATION_IDENTIFIER: f"NTRFR-{who.siren}",
            NameOID.SERIAL_NUMBER: who.reference,
        }
    )
    builder = _leaf(subject, root, key, now, policy.signer_life, policy)
    builder = builder.add_extension(_usage(content_commitment=True), critical=True)
    addresses = x509.SubjectAlternativeName([x509.RFC822Name(who.email)])
    builder = builder.add_extension(addresses, critical=False)
    policies = [x509.PolicyInformation(x509.ObjectIdentifier(policy.oid), None)]
    builder = builder.add_extension(x509.CertificatePolicies(policies), critical=False)
    return Credential(key, builder.sign(root.key, hashes.SHA256()))


def revocation_list(
    root: Credential,
    now: datetime,
    revoked: Sequence[tuple[int, datetime]] = (),
    policy: SignaturePolicy = CURRENT,
) -> x509.CertificateRevocationList:
    """What is revoked as of `now`, as (serial number, since). Its number grows with the time."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.certificate.subject)
        .last_update(now - timedelta(seconds=1))
        .next_update(now + policy.revocation_list_life)
        .add_extension(_issuer_key(root), critical=False)
        .add_extension(x509.CRLNumber(int(now.timestamp() * 1_000_000)), critical=False)
    )
    for serial, since in revoked:
        one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        builder = builder.add_revoked_certificate(one.build())
    return builder.sign(root.key, hashes.SHA256())


_SHA256: Final = hashes.SHA256()
_ORG: Final = NameOID.ORGANIZATION_NAME


def _name(parts: Mapping[x509.ObjectIdentifier, str]) -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COUNTRY_NAME, "FR")]
    attributes += [
        x509.NameAttribute(oid, value.strip()[:_LONGEST_NAME])
        for oid, value in parts.items()
        if value.strip()
    ]
    return x509.Name(attributes)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    life: timedelta,
    policy: SignaturePolicy,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - policy.clock_tolerance)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _leaf(
    subject: x509.Name,
    root: Credential,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    life: timedelta,
    policy: SignaturePolicy,
) -> x509.CertificateBuilder:
    builder = _builder(subject, root.certificate.subject, key, now, life, policy)
    builder = builder.add_extension(_issuer_key(root), critical=False)
    return builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)


def _issuer_key(root: Credential) -> x509.AuthorityKeyIdentifier:
    identifier = root.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier.value)


def _usage(**wanted: bool) -> x509.KeyUsage:
    every = dict.fromkeys(
        (
            *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
            *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
        ),
        False,
    )
    return x509.KeyUsage(**{**every, **wanted})
