"""Signed data (CMS, RFC 5652) in one form only: what we write, and all that we accept back.

Bytes around a signature that no signature covers (versions, names of algorithms, order) could
otherwise be changed without notice. Here they follow from the rest, so that a reader builds them
again and compares.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

from asn1crypto import algos, cms, core, tsp, x509

TIMESTAMP_INFO: Final = "tst_info"
DATA: Final = "data"
CONTENT_TIMESTAMP: Final = "1.2.840.113549.1.9.16.2.20"
"""CAdES content-time-stamp (ETSI EN 319 122-1): a timestamp of the content, itself signed."""
# The library has no name for it. An object identifier is written and read the same either way.
cms.CMSAttributeType._map.setdefault(CONTENT_TIMESTAMP, "content_time_stamp")
cms.CMSAttribute._oid_specs.setdefault("content_time_stamp", cms.SetOfContentInfo)


def attribute(kind: str, *values: core.Asn1Value) -> cms.CMSAttribute:
    """One attribute; `kind` is a name of asn1crypto or an object identifier."""
    return cms.CMSAttribute({"type": cms.CMSAttributeType(kind), "values": list(values)})


def signing_certificate(certificate: bytes) -> cms.CMSAttribute:
    """signing-certificate-v2 (RFC 5035), without which another certificate could be put instead."""
    loaded = x509.Certificate.load(certificate)
    issuer = [x509.GeneralName(name="directory_name", value=loaded.issuer)]
    identifier = tsp.ESSCertIDv2(
        {
            "cert_hash": hashlib.sha256(certificate).digest(),
            "issuer_serial": {"issuer": issuer, "serial_number": loaded.serial_number},
        }
    )
    return attribute("signing_certificate_v2", tsp.SigningCertificateV2({"certs": [identifier]}))


def signed_data(
    *,
    kind: str,
    content: bytes | None,
    certificates: Iterable[bytes],
    signer: bytes,
    signed_attributes: cms.CMSAttributes,
    signature: bytes,
    unsigned: cms.CMSAttributes | None = None,
) -> bytes:
    """The DER of one ECDSA-with-SHA-256 signature. `content` is None when it is kept elsewhere."""
    loaded = x509.Certificate.load(signer)
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
    identifier = {"issuer": loaded.issuer, "serial_number": loaded.serial_number}
    information = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            "issuer_and_serial_number", cms.IssuerAndSerialNumber(identifier)
        ),
        "digest_algorithm": sha256,
        "signed_attrs": signed_attributes,
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signature": signature,
    }
    if unsigned is not None:
        information["unsigned_attrs"] = unsigned
    inner: dict[str, object] = {"content_type": kind}
    if content is not None:
        inner["content"] = cms.ParsableOctetString(content)
    body = cms.SignedData(
        {
            "version": "v3" if kind != DATA else "v1",
            "digest_algorithms": [sha256],
            "encap_content_info": inner,
            "certificates": [x509.Certificate.load(one) for one in certificates],
            "signer_infos": [cms.SignerInfo(information)],
        }
    )
    container: bytes = cms.ContentInfo({"content_type": "signed_data", "content": body}).dump()
    return container


def covered_by_signature(attributes: cms.CMSAttributes) -> bytes:
    """The bytes that a signature is made over: a SET, whatever tag the message gives it."""
    covered: bytes = attributes.untag().dump()
    return covered
