"""A timestamp authority (RFC 3161) that signs with an elliptic-curve key and stays loaded."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final

from asn1crypto import cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.sign.timestamps import TimeStamper

from marketingconnect.signature.authority.certificates import Credential
from marketingconnect.signature.authority.policy import CURRENT, SignaturePolicy
from marketingconnect.signature.cms import (
    TIMESTAMP_INFO,
    attribute,
    covered_by_signature,
    signed_data,
    signing_certificate,
)

Clock = Callable[[], datetime]
_SERIAL_BITS: Final = 126


class TimestampAuthority:
    """Answers requests; asks nothing of the network and keeps nothing but its key."""

    def __init__(
        self, credential: Credential, root: bytes, policy: SignaturePolicy = CURRENT
    ) -> None:
        self._credential = credential
        self._certificates = (credential.der, root)
        self._policy = policy

    def answer(self, request: tsp.TimeStampReq, at: datetime) -> tsp.TimeStampResp:
        """A granted response, or a refusal of a digest that is no SHA-256."""
        imprint = request["message_imprint"]
        if imprint["hash_algorithm"]["algorithm"].native != "sha256":
            return tsp.TimeStampResp({"status": {"status": "rejection", "fail_info": {"bad_alg"}}})
        token = self._token(imprint, request["nonce"], at)
        return tsp.TimeStampResp(
            {"status": {"status": "granted"}, "time_stamp_token": cms.ContentInfo.load(token)}
        )

    def stamp(self, content: bytes, at: datetime) -> bytes:
        """The token, in DER, of a content of our own."""
        digest = hashlib.sha256(content).digest()
        imprint = tsp.MessageImprint(
            {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
        )
        return self._token(imprint, None, at)

    def _token(
        self, imprint: tsp.MessageImprint, nonce: core.Integer | None, at: datetime
    ) -> bytes:
        information = {
            "version": "v1",
            "policy": self._policy.oid,
            "message_imprint": imprint,
            "serial_number": secrets.randbits(_SERIAL_BITS),
            "gen_time": at,
            "accuracy": {"seconds": 1},
            "tsa": x509.GeneralName(
                name="directory_name",
                value=x509.Certificate.load(self._credential.der).subject,
            ),
        }
        if nonce is not None and nonce.native is not None:
            information["nonce"] = nonce
        return self._sign(tsp.TSTInfo(information).dump())

    def _sign(self, information: bytes) -> bytes:
        attributes = cms.CMSAttributes(
            [
                attribute("content_type", cms.ContentType(TIMESTAMP_INFO)),
                attribute("message_digest", core.OctetString(hashlib.sha256(information).digest())),
                signing_certificate(self._credential.der),
            ]
        )
        signature = self._credential.key.sign(
            covered_by_signature(attributes), ec.ECDSA(hashes.SHA256())
        )
        return signed_data(
            kind=TIMESTAMP_INFO,
            content=information,
            certificates=self._certificates,
            signer=self._credential.der,
            signed_attributes=attributes,
            signature=signature,
        )


class OwnTimeStamper(TimeStamper):
    """What pyHanko asks; its own local one knows RSA only."""

    def __init__(self, authority: TimestampAuthority, at: Clock) -> None:
        super().__init__(include_nonce=True)  # type: ignore[no-untyped-call]
        self._authority = authority
        self._at = at

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Answered in the process itself."""
        return self._authority.answer(req, self._at())
