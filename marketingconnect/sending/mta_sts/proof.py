"""How a connection that had to be proved went, and the words for it. Pure."""

import ssl
from enum import StrEnum
from typing import Final


class Proof(StrEnum):
    """Names of RFC 8460 (4.3) for what failed, so that they can be reported one day."""

    PROVED = "proved"
    NO_STARTTLS = "starttls-not-supported"
    EXPIRED = "certificate-expired"
    OTHER_NAME = "certificate-host-mismatch"
    NOT_TRUSTED = "certificate-not-trusted"
    FAILED = "validation-failure"
    NOT_NAMED = "mx-mismatch"
    """The policy does not name this server; RFC 8460 has no word of its own for it."""


# Codes of OpenSSL (X509_V_ERR_…).
_BY_CODE: Final = {
    9: Proof.EXPIRED,
    10: Proof.EXPIRED,
    18: Proof.NOT_TRUSTED,
    19: Proof.NOT_TRUSTED,
    20: Proof.NOT_TRUSTED,
    21: Proof.NOT_TRUSTED,
    62: Proof.OTHER_NAME,
}
_WORDS: Final = {
    Proof.NO_STARTTLS: "ne propose pas de chiffrer (STARTTLS)",
    Proof.EXPIRED: "présente un certificat hors de ses dates",
    Proof.OTHER_NAME: "présente un certificat à un autre nom",
    Proof.NOT_TRUSTED: "présente un certificat qu’aucune autorité reconnue n’a signé",
    Proof.FAILED: "ne mène pas le chiffrement à son terme",
    Proof.NOT_NAMED: "n’est pas de ceux que le domaine nomme",
}


def proof_of(error: OSError) -> Proof:
    """What a TLS connection that failed says of the server."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _BY_CODE.get(error.verify_code, Proof.FAILED)
    return Proof.FAILED


def fault_of(host: str, proof: Proof) -> str:
    """What a server does not do, or does wrong."""
    return f"le serveur {host} {_WORDS[proof]}"


def words_of(host: str, proof: Proof) -> str:
    """Why nothing is given to a server."""
    return f"chiffrement prouvé exigé, et {fault_of(host, proof)}"
