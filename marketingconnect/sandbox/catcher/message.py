"""One caught message, taken apart for reading."""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage, MIMEPart


@dataclass(frozen=True)
class Attachment:
    """A file that came with the message."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class CaughtMessage:
    """``headers`` in their order and decoded; ``text`` and ``html`` are None when absent."""

    raw: bytes
    headers: list[tuple[str, str]]
    text: str | None
    html: str | None
    attachments: list[Attachment]

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


def parse(raw: bytes) -> CaughtMessage:
    """Take a message apart; a malformed one still gives what can be read of it."""
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    if not isinstance(parsed, EmailMessage):
        raise TypeError(type(parsed))
    return CaughtMessage(
        raw=raw,
        headers=[(name, str(value)) for name, value in parsed.items()],
        text=_body(parsed, "plain"),
        html=_body(parsed, "html"),
        attachments=[_attachment(part) for part in parsed.iter_attachments()]
        if parsed.is_multipart()
        else [],
    )


def _body(parsed: EmailMessage, kind: str) -> str | None:
    part = parsed.get_body(preferencelist=(kind,))
    return None if part is None else _content(part)


def _content(part: MIMEPart) -> str:
    try:
        text = str(part.get_content())
    except (LookupError, UnicodeDecodeError):
        payload = part.get_payload(decode=True)
        text = payload.decode("latin-1") if isinstance(payload, bytes) else ""
    return text.replace("\r\n", "\n")


def _attachment(part: MIMEPart) -> Attachment:
    payload = part.get_payload(decode=True)
    return Attachment(
        name=part.get_filename() or "sans-nom",
        content_type=part.get_content_type(),
        content=payload if isinstance(payload, bytes) else part.as_bytes(),
    )
