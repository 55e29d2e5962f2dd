"""Refusals written for people: how mail servers say in sentences that a mail did not arrive."""

import re
from dataclasses import dataclass
from typing import Final

from marketingconnect.sending.bounces.mail import Mail
from marketingconnect.sending.bounces.replies import is_auto_reply
from marketingconnect.sending.bounces.reports import ADDRESS, address_in

_SENDERS: Final = re.compile(
    r"mailer-?daemon|postmaster|mail ?delivery|delivery (?:sub)?system|mdaemon|double-?bounce",
    re.I,
)
_SUBJECTS: Final = re.compile(
    r"undeliver|non[ -]?remis|non distribu|non[ -]délivr|returned (?:mail|to sender)"
    r"|(?:mail|delivery|message).{0,20}(?:fail|status|error|problem)|failure notice"
    r"|delivery.{0,20}(?:impossible|échec)|échec de (?:la )?(?:remise|livraison|distribution)"
    r"|message non|could ?n[o']t be delivered|undeliverable|n['’]a pas pu être (?:remis|envoyé)"
    r"|retour de courrier|rapport de non[ -]remise|^warning\b|delayed|retardé",
    re.I,
)
_DELAYS: Final = re.compile(
    r"\bwarning\b.{0,60}(?:could not send|delayed|not (?:yet )?been delivered)"
    r"|delay(?:ed)?\b.{0,30}(?:notification|mail|delivery)|delivery.{0,20}(?:has been )?delayed"
    r"|will (?:be retried|keep trying|continue)|still being retried|retardé|nouvelle tentative",
    re.I,
)
_GIVEN_UP: Final = re.compile(
    r"fail(?:ed|ure)|permanent|giv(?:e|ing|en) up|could not be delivered|rejected|returned", re.I
)
_STILL_TRIED: Final = re.compile(
    r"attempts will continue|will continue to try|will be retried|still being retried"
    r"|warning only|no action is required on your part|has been postponed|not yet been delivered",
    re.I,
)
_FAILURES: Final = re.compile(
    r"could ?n[o']t (?:be )?deliver|(?:was|were|been) (?:not delivered|(?:automatically )?rejected)"
    r"|(?:unable|n[o']t able) to deliver|undeliverable|did not reach|can(?:not|'t) be delivered"
    r"|deliver(?:y|ing)\b.{0,60}\bfailed|failed recipient|following addresses? failed"
    r"|could not deliver|pas pu [eê]tre (?:d[eé]livr|remis|distribu|achemin|livr)"
    r"|not a valid user|delivery\b.{0,40}\bpostponed|n'est pas parvenu",
    re.I | re.S,
)
_LISTS_OF_FAILED: Final = re.compile(
    r"did not reach the following|following (?:recipient|address|destination)"
    r"|failed recipient|destinataires? suivant|adresses? suivante",
    re.I,
)
_FIELDS: Final = re.compile(
    r"^(?:To|Cc|From|Subject|Sent|Date|Message-ID|Content-[a-z-]+|À|Objet|De)\s*:", re.I
)
_STATUS: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY: Final = re.compile(r"(?<![\d.])([45]\d\d)(?:[ \-]|$)")
_EMPTY_PATHS: Final = {"<>", "<MAILER-DAEMON>"}
_MOST_WORDS: Final = 600


@dataclass(frozen=True)
class Prose:
    """What the sentences give: one recipient, the codes, and the words of the refusal."""

    status: str
    code: int
    words: str
    recipient: str


def looks_returned(mail: Mail) -> bool:
    """Whether a program wrote it to say that another mail did not arrive."""
    if mail.header("X-Failed-Recipients"):
        return True
    # Answers of programs have an empty return path as well (RFC 3834, 4): it tells nothing there.
    empty_path = mail.header("Return-Path") in _EMPTY_PATHS and not is_auto_reply(mail)
    report = mail.parameter("report-type") == "delivery-status"
    signs = (
        empty_path or report or bool(_SENDERS.search(mail.header("From"))),
        bool(_SUBJECTS.search(mail.header("Subject"))),
        bool(_FAILURES.search(mail.text()[:2500])),
    )
    return sum(signs) >= 2


def is_only_late(mail: Mail) -> bool:
    """A warning: the server goes on trying."""
    told = f"{mail.header('Subject')}\n{mail.text()[:1500]}"
    if _STILL_TRIED.search(told):
        return True
    return bool(_DELAYS.search(told)) and not _GIVEN_UP.search(mail.header("Subject"))


def prose_of(mail: Mail) -> Prose:
    """Read the part that stands before our own mail is quoted."""
    text = _told_in(mail)
    words = _refusal_in(text)
    status, code = _STATUS.search(words) or _STATUS.search(text), _REPLY.search(words)
    failed = mail.header("X-Failed-Recipients") or mail.header("X-Original-To")
    return Prose(
        status=status[1] if status else "",
        code=int(code[1]) if code else 0,
        words=words,
        recipient=address_in(failed) or _recipient_in(words, text, _addressees(mail)),
    )


def sayings_of(mail: Mail) -> list[str]:
    """Each line with the next, without fields: where a reason may hide when no code tells it."""
    lines = [line.strip() for line in _told_in(mail)[:6000].splitlines()]
    lines = [line for line in lines if line and not _FIELDS.match(line)]
    return [" ".join(lines[place : place + 2]) for place in range(len(lines))]


def _told_in(mail: Mail) -> str:
    """What it says before our own mail; after its list of recipients begins, when it has one."""
    text = _before_our_mail(mail.text())
    listed = _LISTS_OF_FAILED.search(text)
    rest = text[listed.start() :] if listed else ""
    return rest if ADDRESS.search(rest) else text


def _addressees(mail: Mail) -> set[str]:
    """Ours: the addresses that the report itself was sent to."""
    names = ("To", "Delivered-To", "Envelope-To", "Return-Path", "Sender")
    return {address_in(mail.header(name)) for name in names}


def _before_our_mail(text: str) -> str:
    cut = re.search(
        r"^-{2,}.{0,40}(?:original|returned|headers|below this line|copy of|message d).*$"
        r"|^(?:Return-Path|Received|Message-ID):|^.{0,20}(?:Original message headers|En-têtes)",
        text,
        re.I | re.M,
    )
    return text[: cut.start()] if cut and cut.start() > 40 else text


def _refusal_in(text: str) -> str:
    """The lines with a code, or those after the address: what the other server said."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for place, line in enumerate(lines):
        if _STATUS.search(line) or re.search(r"\b[45]\d\d[ \-]\D", line):
            return " ".join(lines[place : place + 3])[:_MOST_WORDS]
    for place, line in enumerate(lines):
        if (found := ADDRESS.search(line)) and not found[0].lower().startswith("postmaster@"):
            return " ".join(lines[place : place + 4])[:_MOST_WORDS]
    return " ".join(lines[:8])[:_MOST_WORDS]


def _recipient_in(words: str, text: str, ours: set[str]) -> str:
    """An address alone on its line or between angles first; never one of a server, or ours."""
    bracketed = r"<([^\s<>@]{1,64}@[^\s<>]{1,190})>"
    alone = re.findall(r"^\s*([^\s<>@]{1,64}@[^\s<>:]{1,190})\s*:?\s*$", text, re.M)
    found = (*re.findall(bracketed, words), *re.findall(bracketed, text), *alone)
    for candidate in (*found, *ADDRESS.findall(words), *ADDRESS.findall(text)):
        address = address_in(candidate)
        servers = re.match(r"(?:postmaster|mailer-daemon|abuse)@", address)
        if address and not servers and address not in ours:
            return address
    return ""
