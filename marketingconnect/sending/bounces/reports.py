"""Mails made for programs: delivery status (RFC 3464) and complaints (RFC 5965)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Final

from marketingconnect.sending.bounces.mail import Mail, text_of

ADDRESS: Final = re.compile(r"[^\s<>\"'()\[\],;:]{1,64}@[A-Za-z0-9\-.]{1,190}[A-Za-z0-9]")
_MESSAGE_ID: Final = re.compile(r"^message-id:\s*(<[^\s<>]{1,300}>)", re.I | re.M)


@dataclass(frozen=True)
class Status:
    """What a server says became of one recipient."""

    action: str
    """`failed`, `delayed`, `delivered`, `relayed` or `expanded`."""
    status: str
    diagnostic: str
    recipient: str


def statuses_of(mail: Mail) -> list[Status]:
    """One a recipient, as the machine-readable part says; empty when there is no such part."""
    found = []
    for part in mail.parts("message/delivery-status", "message/global-delivery-status"):
        found += [_status(group) for group in _groups(part)]
    return [one for one in found if one.action or one.status or one.recipient]


def _groups(part: "Message[str, str]") -> Iterator[dict[str, str]]:
    """Its blocks of fields; the first one is about the message, and has no recipient."""
    inner = part.get_payload()
    blocks = [str(one) for one in inner] if isinstance(inner, list) else [text_of(part)]
    for block in "\n\n".join(blocks).split("\n\n"):
        unfolded = re.sub(r"\n[ \t]+", " ", block)
        fields: dict[str, str] = {}
        for line in unfolded.splitlines():
            name, colon, value = line.partition(":")
            if colon:
                fields.setdefault(name.strip().lower(), value.strip())
        if {"final-recipient", "original-recipient", "action"} & fields.keys():
            yield fields


def _status(fields: dict[str, str]) -> Status:
    recipient = fields.get("original-recipient") or fields.get("final-recipient") or ""
    told, action = fields.get("status", ""), fields.get("action", "").split(" ")[0].lower()
    code = re.search(r"[245]\.\d{1,3}\.\d{1,3}", told)
    diagnostic = fields.get("diagnostic-code", "")
    return Status(
        action="failed" if action in {"failure", "error", "fail"} else action,
        status=code[0] if code else "",
        # Some servers write their reply where a status should stand.
        diagnostic=diagnostic.partition(";")[2].strip() or diagnostic or ("" if code else told),
        recipient=address_in(recipient.partition(";")[2] or recipient),
    )


@dataclass(frozen=True)
class Complaint:
    """Somebody pressed the button that says *spam*."""

    recipient: str


def complaint_of(mail: Mail) -> Complaint | None:
    """A feedback report, or the plain forms of large providers that say the same."""
    for part in mail.parts("message/feedback-report"):
        inner = part.get_payload()
        text = "\n".join(str(one) for one in inner) if isinstance(inner, list) else text_of(part)
        told = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in text.splitlines())
        }
        if told.get("feedback-type", "abuse").lower() in {
            "abuse",
            "fraud",
            "other",
            "miscategorized",
        }:
            asked = told.get("original-rcpt-to") or told.get("removal-recipient") or ""
            return Complaint(address_in(asked) or returned_header(mail, "To"))
    loop = mail.header("X-HmXmrOriginalRecipient") or returned_header(
        mail, "X-HmXmrOriginalRecipient"
    )
    if loop:
        return Complaint(address_in(loop))
    return None


def returned_message(mail: Mail) -> "Message[str, str] | None":
    """The mail of ours that was joined, or its headers."""
    for part in mail.parts("message/rfc822", "message/global"):
        inner = part.get_payload()
        if isinstance(inner, list) and inner and isinstance(inner[0], Message):
            return inner[0]
    return None


def returned_header(mail: Mail, name: str) -> str:
    """A header of the mail of ours that comes back; empty when it cannot be found."""
    if (ours := returned_message(mail)) is not None and ours.get(name):
        return " ".join(str(ours.get(name)).split())
    for part in mail.parts("text/rfc822-headers", "message/rfc822-headers"):
        found = re.search(rf"^{re.escape(name)}:\s*(.+(?:\n[ \t]+.+)*)", text_of(part), re.I | re.M)
        if found:
            return " ".join(found[1].split())
    return ""


def message_id_of(mail: Mail) -> str:
    """Of the mail of ours, wherever it was written."""
    if (told := returned_header(mail, "Message-ID")) and (found := re.search(r"<\S+>", told)):
        return found[0]
    if found := _MESSAGE_ID.search(mail.text()):
        return found[1]
    replied = mail.header("In-Reply-To") or mail.header("References").split(" ")[-1]
    return replied if re.fullmatch(r"<\S+>", replied) else ""


def address_in(text: str) -> str:
    """The first address of a text, in lower case; empty when there is none."""
    found = ADDRESS.search(text)
    return found[0].lower() if found else ""
