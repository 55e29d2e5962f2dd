"""Why a message was refused, read from the server's reply, in words a client understands. Pure."""

import re
from enum import StrEnum
from typing import Final

from marketingconnect.sending.providers import refusal_of


class Cause(StrEnum):
    """Cause of a *non abouti*."""

    MAILBOX_UNKNOWN = "mailbox_unknown"
    MAILBOX_FULL = "mailbox_full"
    MAILBOX_DISABLED = "mailbox_disabled"
    DOMAIN_UNKNOWN = "domain_unknown"
    CONTENT_REFUSED = "content_refused"
    BLOCKED = "blocked"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    OTHER = "other"


class NotSentReason(StrEnum):
    """Why an address sold was not written to."""

    SUPPRESSED = "suppressed"
    INVALID = "invalid"
    STOPPED = "stopped"


LABELS: Final[dict[str, str]] = {
    Cause.MAILBOX_UNKNOWN: "Adresse inconnue",
    Cause.MAILBOX_FULL: "Boîte pleine",
    Cause.MAILBOX_DISABLED: "Boîte désactivée",
    Cause.DOMAIN_UNKNOWN: "Domaine inexistant ou injoignable",
    Cause.CONTENT_REFUSED: "Contenu refusé par le serveur",
    Cause.BLOCKED: "Envoi bloqué par le serveur",
    Cause.TOO_LARGE: "Message trop volumineux",
    Cause.TOO_MANY: "Limite de débit du serveur dépassée",
    Cause.OTHER: "Autre refus du serveur",
    NotSentReason.SUPPRESSED: "Destinataire désinscrit ou opposé",
    NotSentReason.INVALID: "Adresse inutilisable",
    NotSentReason.STOPPED: "Campagne arrêtée avant son tour",
}

_BY_STATUS: Final[tuple[tuple[str, Cause], ...]] = (
    (r"\.1\.[016]\b|\.1\.3\b|\.1\.10\b", Cause.MAILBOX_UNKNOWN),
    (r"\.1\.2\b|\.4\.[0-7]\b", Cause.DOMAIN_UNKNOWN),
    (r"\.2\.2\b|\.2\.22\b", Cause.MAILBOX_FULL),
    (r"\.2\.1\b", Cause.MAILBOX_DISABLED),
    (r"\.[23]\.[34]\b", Cause.TOO_LARGE),
    (r"\.6\.\d", Cause.CONTENT_REFUSED),
    (r"\.7\.28\b", Cause.TOO_MANY),
)
_BY_WORDS: Final[tuple[tuple[str, Cause], ...]] = (
    (
        r"too many|rate limit|throttl|trop de (?:connexions|messages)|exceeded the.*(?:rate|limit)",
        Cause.TOO_MANY,
    ),
    (
        r"over ?quota|quota (?:exceeded|full|d[ée]pass)|mailbox (?:is )?full|insufficient storage"
        r"|bo[iî]te.{0,20} pleine",
        Cause.MAILBOX_FULL,
    ),
    (
        r"(?:account|mailbox|user|recipient)\b.{0,30}\b(?:disabled|suspended|inactive|deactivated)"
        r"|compte.{0,20}(?:inactif|d[ée]sactiv|suspendu)",
        Cause.MAILBOX_DISABLED,
    ),
    (
        r"(?:user|mailbox|recipient|account|address|adresse|destinataire|utilisateur)\b.{0,60}"
        r"\b(?:unknown|not (?:found|exist|known|available|active)|does ?n[o']t exist|invalid"
        r"|rejected"
        r"|inconnue?|inexistante?|introuvable|invalide)"
        r"|unknown (?:user|recipient|mailbox|address)|no such (?:user|recipient|mailbox|person)"
        r"|n'existe pas|unrouteable",
        Cause.MAILBOX_UNKNOWN,
    ),
    (
        r"(?:domain|host)\b.{0,30}\b(?:not found|unknown|does ?n[o']t exist)"
        r"|relay(?:ing)? (?:access )?denied"
        r"|domaine inconnu|no mx",
        Cause.DOMAIN_UNKNOWN,
    ),
    (
        r"message.{0,20}(?:too (?:large|big)|size exceeds)|size limit|trop volumineux",
        Cause.TOO_LARGE,
    ),
    (
        r"block(?:ed|list)|black ?list|reputation|spamhaus|barracuda|listed (?:in|at|by)"
        r"|denied by policy"
        r"|not allowed|refus[ée] par.{0,20}(?:politique|r[ée]putation)|access denied|bloqu[ée]",
        Cause.BLOCKED,
    ),
    (
        r"spam|virus|malware|phish|content|contenu|junk|dmarc|dkim|spf|unsolicited|ind[ée]sirable",
        Cause.CONTENT_REFUSED,
    ),
)
_STATUS: Final = re.compile(r"\b[245](\.\d{1,3}\.\d{1,3})\b")


def cause_of(code: int, reply: str) -> Cause:
    """The cause of a refusal, from its enhanced status (RFC 3463) and its words.

    What large providers are known to write comes first; then the words, which win over a vague
    status: nearly everything is a `5.7.1`.
    """
    if theirs := refusal_of(reply):
        return Cause(theirs.cause)
    words = reply.lower()
    for pattern, cause in _BY_WORDS:
        if re.search(pattern, words):
            return cause
    if status := _STATUS.search(reply):
        for pattern, cause in _BY_STATUS:
            if re.match(pattern, status.group(1)):
                return cause
        if status.group(1).startswith(".7."):
            return Cause.BLOCKED
    return {552: Cause.MAILBOX_FULL, 553: Cause.MAILBOX_UNKNOWN}.get(code, Cause.OTHER)


_HARD: Final = {Cause.MAILBOX_UNKNOWN, Cause.MAILBOX_DISABLED, Cause.DOMAIN_UNKNOWN}
_SOFT: Final = {Cause.MAILBOX_FULL, Cause.TOO_MANY}


def is_hard(cause: Cause, status: str) -> bool | None:
    """Whether the address itself will never work; None when the refusal says nothing of it.

    A message that is refused for what it is, or for who sends it, tells nothing of the address.
    """
    if cause in _HARD:
        return not status.startswith("4")
    if cause in _SOFT or status.startswith("4"):
        return False
    return None if cause is Cause.OTHER else False


def label_of(cause: str) -> str:
    """The client's words for a cause or a reason."""
    return LABELS.get(cause, LABELS[Cause.OTHER])
