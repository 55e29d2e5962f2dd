"""Sign a PDF as PAdES-B-LT with pyHanko.

The certificates and revocation lists that a reader will need (the DSS) are written before the
signature, which so covers the whole file but itself: no byte of it can change afterwards.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from asn1crypto import algos, crl, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from marketingconnect.signature.authority.certificates import Credential

FIELD: Final = "Signature"


@dataclass(frozen=True, slots=True)
class ValidationData:
    """What goes into the document for its later readers: certificates and lists, DER each."""

    certificates: Sequence[bytes]
    revocation_lists: Sequence[bytes]


class KeySigner(Signer):
    """Signs with a key object as it is, so that the key may live elsewhere than in memory."""

    def __init__(self, credential: Credential, chain: Sequence[bytes]) -> None:
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        registry.register_multiple([x509.Certificate.load(one) for one in chain])
        super().__init__(
            signing_cert=x509.Certificate.load(credential.der),
            cert_registry=registry,
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        )
        self._key = credential.key

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """The ECDSA signature of `data`."""
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


async def sign_pdf(
    pdf: bytes,
    *,
    signer: Credential,
    root: Credential,
    timestamper: TimeStamper,
    validation: ValidationData,
    reason: str,
    at: datetime,
    bytes_reserved: int,
) -> bytes:
    """The same PDF with one revision more. `bytes_reserved` counts hexadecimal digits."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        sig_contents=None,
        certs=[x509.Certificate.load(one) for one in (signer.der, *validation.certificates)],
        crls=[crl.CertificateList.load(one) for one in validation.revocation_lists],
    )
    session = PdfSigner(
        _metadata(reason), signer=KeySigner(signer, [root.der]), timestamper=timestamper
    ).init_signing_session(writer)
    session.system_time = at
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=bytes_reserved)
    digest, output = document.digest_tbs_document()
    signed = await document.perform_signature(
        document_digest=digest.document_digest,
        pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=at),
    )
    await signed.post_signature_processing(output)
    output.seek(0)
    content: bytes = output.read()
    return content


def _metadata(reason: str) -> PdfSignatureMetadata:
    return PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=reason,
    )
