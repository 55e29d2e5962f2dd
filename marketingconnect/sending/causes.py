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
    NOT_SECURE = "not_secure"
    OTHER = "other"


class NotSentReason(StrEnum):
    """Why an address sold was not written to."""

    SUPPRESSED = "suppressed"
    INVALID = "invalid"
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"
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
    Cause.NOT_SECURE: "Chiffrement exigé par le domaine et impossible à prouver",
    Cause.OTHER: "Autre refus du serveur",
    NotSentReason.SUPPRESSED: "Destinataire désinscrit ou opposé",
    NotSentReason.INVALID: "Adresse inutilisable",
    NotSentReason.WITHDRAWN: "Personne retirée ou opposée depuis la commande",
    NotSentReason.DUPLICATE: "Adresse partagée avec un autre destinataire",
    NotSentReason.STOPPED: "Campagne arrêtée avant son tour",
}

_BY_STATUS: Final[tuple[tuple[str, Cause], ...]] = (
    (r"\.1\.[016]\b|\.1\.3\b|\.1\.10\b", Cause.MAILBOX_UNKNOWN),
    (r"\.1\.2\b|\.4\.[0-7]\b", Cause.DOMAIN_UNKNOWN),
    (r"\.2\.2\b|\.2\.22\b", Cause.MAILBOX_FULL),
    (r"\.2\.1\b", Cause.MAILBOX_DISABLED),
    (r"\.[23]\.[34]\b", Cause.TOO_LARGE),
    (r"\.6\.\d", Cause.CONTENT_REFUSED),
    (r"\.1\.[78]\b", Cause.BLOCKED),
    (r"\.7\.28\b", Cause.TOO_MANY),
)
_BY_WORDS: Final[tuple[tuple[str, Cause], ...]] = (
    (r"mta-sts|starttls|(?:encryption|tls)\b.{0,20}\b(?:needed|required)", Cause.NOT_SECURE),
    (
        r"too many (?!hops)|rate limit|throttl|trop de (?:connexions|messages)"
        r"|exceeded the.*(?:rate|limit)|(?:too quickly|at a rate that)",
        Cause.TOO_MANY,
    ),
    (
        r"over ?quota|quota (?:exceeded|full|d[ée]pass)|mailbox (?:is )?full|insufficient storage"
        r"|exceed(?:s|ed|ing)?\b.{0,30}\bquota|quota (?:violation|limit)|disk quota"
        r"|(?:reached|hit).{0,20}\bquota|full mailbox|(?:mail ?folder|folder|inbox) (?:is )?full"
        r"|(?:mail ?box|storage) space|out of (?:storage|space)"
        r"|not enough (?:disk |storage )?space|bo[iî]te.{0,20} pleine",
        Cause.MAILBOX_FULL,
    ),
    # Our own address, name or server is refused: it says nothing of the recipient's.
    (
        r"sender(?: e-?mail)?(?: address)? (?:rejected|denied|refused|verif|blocked|unknown)"
        r"|(?:client host|helo command|ehlo command|sender|mail from)\b.{0,40}\brejected"
        r"|(?:of|invalid|bad) sender|sender (?:account|domain)\b"
        r"|your (?:account|ip|domain|server)\b.{0,40}"
        r"\b(?:suspended|disabled|banned|rejected|denied)"
        r"|ip address\b.{0,60}\b(?:reverse|ptr|host ?name)",
        Cause.BLOCKED,
    ),
    (
        r"(?:account|mailbox|user|recipient)\b.{0,30}\b(?:disabled|suspended|inactive|deactivated)"
        r"|compte.{0,20}(?:inactif|d[ée]sactiv|suspendu)",
        Cause.MAILBOX_DISABLED,
    ),
    (
        r"(?:user|mailbox|recipient|account|address|adresse|destinataire|utilisateur)\b.{0,60}"
        r"\b(?:unknown|not (?:found|exist|known|available|active)|does ?n[o']t exist|invalid"
        r"|inconnue?|inexistante?|introuvable|invalide)"
        # With a reason behind it, the reason decides: policies and lists refuse in these words.
        r"|(?:user|mailbox|recipient|account)(?: address)? (?:is |was |has been )?rejected\b"
        r"(?!\s*(?::|\(|by\b|due\b|because\b|as\b|for\b))"
        r"|invalid (?:recipient|user|mailbox)"
        r"|unknown (?:user|recipient|mailbox|address)|no such (?:user|recipient|mailbox|person)"
        r"|n'existe pas|non recens[ée]|unrouteable address|no mailbox here|mailbox unavailable"
        r"|(?:recipient|addressee|user|userid).{0,20}\bnot recogni[sz]ed|addressee unknown"
        r"|(?:recipients?|users?)\b.{0,30}\bnot (?:a )?(?:valid|listed)"
        r"|does ?n[o']t have an? .{0,60}account"
        r"|not listed in .{0,20}directory|invalid (?:final delivery )?userid"
        r"|no longer (?:valid|in use|works? here|with us)|bad destination mailbox",
        Cause.MAILBOX_UNKNOWN,
    ),
    (
        r"(?:domain|host)\b.{0,30}\b(?:not found|unknown|does ?n[o']t exist)"
        r"|(?:unknown|no such|bad destination) (?:host|domain)|name service error|nxdomain"
        r"|unrouteable mail domain|could(?:n't| not) find any host|domaine (?:inconnu|inexistant)"
        r"|no mx|null mx|connection (?:timed out|refused|to mail exchanger failed)"
        r"|establish an smtp connection|retry time(?:out)? (?:not reached|exceeded)",
        Cause.DOMAIN_UNKNOWN,
    ),
    (
        r"message.{0,20}(?:too (?:large|big)|size exceeds)"
        r"|(?:maximum|max).{0,20} message size|size limit|trop volumineux",
        Cause.TOO_LARGE,
    ),
    (
        r"block(?:ed|list)|black ?list|reputation|spamhaus|barracuda|listed (?:in|at|by)"
        r"|denied by policy|not accepting (?:mail|messages) from|relay(?:ing)? (?:access )?denied"
        r"|relay(?:ing)? (?:is )?(?:not permitted|prohibited)"
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


_HARD: Final = {Cause.MAILBOX_UNKNOWN, Cause.MAILBOX_DISABLED}
_SOFT: Final = {Cause.MAILBOX_FULL, Cause.TOO_MANY}


_NO_DOMAIN: Final = re.compile(
    r"\b5\.1\.(?:2|10)\b|unknown|not (?:found|exist)|n[o']t exist|no such|nxdomain|no mx|null mx"
    r"|bad destination|unrouteable|find any host|inconnu|inexistant",
    re.I,
)

_LATER: Final = re.compile(r"try again|temporar|timed out|réessay", re.I)


def is_hard(cause: Cause, status: str, words: str = "") -> bool | None:
    """Whether the address itself will never work; None when the refusal says nothing of it.

    `status` is the enhanced one or, without it, the reply code. A message that is refused for what
    it is, or for who sends it, tells nothing of the address; nor does a server out of reach.
    """
    if cause in _HARD:
        return not status.startswith("4")
    if cause is Cause.DOMAIN_UNKNOWN:
        told = f"{status} {words}"
        later = status.startswith("4") or bool(_LATER.search(told))
        return bool(_NO_DOMAIN.search(told)) and not later
    if cause in _SOFT or status.startswith("4"):
        return False
    return None if cause is Cause.OTHER else False


def status_in(reply: str) -> str:
    """The enhanced status that a reply carries; empty without one."""
    found = _STATUS.search(reply)
    return found[0] if found else ""


def label_of(cause: str) -> str:
    """The client's words for a cause or a reason."""
    return LABELS.get(cause, LABELS[Cause.OTHER])
