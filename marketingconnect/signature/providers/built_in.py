"""The platform's own authority as a signature provider: no network, unless timestamps are outside.

Keys are read once and stay loaded; a certificate for each signer is made on the fly and its key is
forgotten once it has signed.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from asn1crypto import cms, core
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import TimeStamper

from marketingconnect.signature.authority import keyring
from marketingconnect.signature.authority.certificates import (
    Credential,
    SignerIdentity,
    make_signer,
    revocation_list,
)
from marketingconnect.signature.authority.keyring import Keyring, KeyringError
from marketingconnect.signature.authority.policy import CURRENT
from marketingconnect.signature.authority.timestamps import OwnTimeStamper, TimestampAuthority
from marketingconnect.signature.cms import (
    CONTENT_TIMESTAMP,
    DATA,
    attribute,
    covered_by_signature,
    signed_data,
    signing_certificate,
)
from marketingconnect.signature.pades import ValidationData, sign_pdf
from marketingconnect.signature.providers.base import (
    Lacking,
    ProviderUnavailableError,
    Seal,
    SignedPdf,
    TrustMaterial,
)
from marketingconnect.signature.providers.outside_timestamps import OutsideTimestamps
from marketingconnect.signature.verification.certificates import Trust
from marketingconnect.signature.verification.errors import InvalidSignatureError
from marketingconnect.signature.verification.pdf import check_pdf

OWN_ROOM: Final = 2 * 6_144
OUTSIDE_ROOM: Final = 2 * 20_480
"""Hexadecimal digits kept for a signature: an outside token brings a chain of its own."""


@dataclass
class BuiltInProvider:
    """`may_create`: make the authority at first use, which only a demonstration should."""

    folder: Path
    passphrase: str = field(repr=False)
    name: str
    may_create: bool
    outside: OutsideTimestamps | None = None
    _keyring: Keyring | None = field(default=None, init=False, repr=False)

    def sign(self, pdf: bytes, who: SignerIdentity, *, reason: str, at: datetime) -> SignedPdf:
        """CGV II.3: sign with a certificate made on the fly; nothing comes out without a time."""
        keys = self._keys(at)
        return self._signed(pdf, make_signer(keys.root, who, at), keys, reason, at)

    def seal_pdf(self, pdf: bytes, *, reason: str, at: datetime) -> SignedPdf:
        """CGV B.1.6, II.3: sign the platform's own document with its seal, timestamped."""
        keys = self._keys(at)
        return self._signed(pdf, keys.seal, keys, reason, at)

    def _signed(
        self, pdf: bytes, signer: Credential, keys: Keyring, reason: str, at: datetime
    ) -> SignedPdf:
        trust = self.trust(at=at)
        content = asyncio.run(self._sign(pdf, signer, keys, trust, reason, at))
        try:
            checked = check_pdf(
                content, Trust(trust.root, trust.timestamp_roots, trust.revocation_lists)
            )
        except InvalidSignatureError as error:
            raise ProviderUnavailableError(Lacking.TIMESTAMP, str(error)) from error
        serial = f"{signer.certificate.serial_number:x}"
        return SignedPdf(content, checked.timestamp.at, serial, CURRENT.version, trust)

    async def _sign(
        self,
        pdf: bytes,
        signer: Credential,
        keys: Keyring,
        trust: TrustMaterial,
        reason: str,
        at: datetime,
    ) -> bytes:
        outside = self.outside
        validation = ValidationData(
            [*(outside.chain if outside else [keys.timestamps.der]), keys.root.der],
            trust.revocation_lists,
        )
        try:
            return await sign_pdf(
                pdf,
                signer=signer,
                root=keys.root,
                timestamper=self._timestamper(keys, at),
                validation=validation,
                reason=reason,
                at=at,
                bytes_reserved=OUTSIDE_ROOM if outside else OWN_ROOM,
            )
        except OSError as error:  # Those of pyHanko about timestamps, and of the network.
            raise ProviderUnavailableError(Lacking.TIMESTAMP, str(error)) from error
        except (SigningError, PdfError, ValueError) as error:
            raise ProviderUnavailableError(Lacking.CERTIFICATE, str(error)) from error

    def seal(self, content: bytes, *, at: datetime) -> Seal:
        """CGV II.3: the platform's seal, over a content and over the time it was seen at."""
        keys = self._keys(at)
        authority = TimestampAuthority(keys.timestamps, keys.root.der)
        timestamp = authority.stamp(content, at)
        digest = hashes.Hash(hashes.SHA256())
        digest.update(content)
        attributes = cms.CMSAttributes(
            [
                attribute("content_type", cms.ContentType(DATA)),
                attribute("message_digest", core.OctetString(digest.finalize())),
                signing_certificate(keys.seal.der),
                attribute(CONTENT_TIMESTAMP, cms.ContentInfo.load(timestamp)),
            ]
        )
        signature = keys.seal.key.sign(covered_by_signature(attributes), ec.ECDSA(hashes.SHA256()))
        sealed = signed_data(
            kind=DATA,
            content=None,
            certificates=(keys.seal.der, keys.root.der),
            signer=keys.seal.der,
            signed_attributes=attributes,
            signature=signature,
        )
        return Seal(timestamp, sealed)

    def trust(self, *, at: datetime) -> TrustMaterial:
        """The root, and a revocation list of this very instant."""
        keys = self._keys(at)
        own = revocation_list(keys.root, at).public_bytes(Encoding.DER)
        outside = self.outside
        return TrustMaterial(
            root=keys.root.der,
            timestamp_roots=outside.roots if outside else (),
            revocation_lists=(own, *(outside.revocation_lists if outside else ())),
        )

    def _timestamper(self, keys: Keyring, at: datetime) -> TimeStamper:
        if self.outside:
            return self.outside.timestamper()
        authority = TimestampAuthority(keys.timestamps, keys.root.der)
        return OwnTimeStamper(authority, at=lambda: at)

    def _keys(self, at: datetime) -> Keyring:
        try:
            if self._keyring is None:
                self._keyring = self._loaded(at)
            if not keyring.is_current(self._keyring, at):
                self._keyring = keyring.renew(
                    self.folder, self.passphrase, self._keyring, name=self.name, now=at
                )
        except (KeyringError, OSError) as error:
            raise ProviderUnavailableError(Lacking.CERTIFICATE, str(error)) from error
        return self._keyring

    def _loaded(self, at: datetime) -> Keyring:
        if self.may_create and not self.folder.exists():
            keyring.create(self.folder, self.passphrase, name=self.name, now=at)
        return keyring.load(self.folder, self.passphrase)
