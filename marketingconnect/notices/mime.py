"""A notice as the bytes of an e-mail."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Final

from django.conf import settings

from marketingconnect import storage
from marketingconnect.notices.models import Notice

_POLICY: Final = SMTP.clone(cte_type="7bit")


def message_bytes(notice: Notice, *, at: datetime) -> bytes:
    """Text and HTML alternatives, attachments, and headers that replies and filters expect.

    The Message-ID stays the same from one attempt to the next, so that a mailbox can tell a
    repetition. Raises storage.UnknownFileError when an attachment is gone.
    """
    message = EmailMessage(policy=_POLICY)
    sender = _address(settings.NOTICES_FROM)
    headers = {
        "Subject": notice.subject,
        "From": sender,
        "To": Address(addr_spec=notice.to_email),
        "Reply-To": sender,
        "Date": format_datetime(at),
        "Message-ID": notice.message_id,
        "Auto-Submitted": "auto-generated",
        **notice.headers,
    }
    for name, value in headers.items():
        message[name] = value
    message.set_content(notice.text, cte="quoted-printable")
    message.add_alternative(notice.html, subtype="html", cte="quoted-printable")
    for attachment in notice.attachments:
        _attach(message, attachment)
    return message.as_bytes()


def _attach(message: EmailMessage, attachment: dict[str, str]) -> None:
    main, _, sub = attachment["type"].partition("/")
    with storage.open(attachment["path"]) as stream:
        message.add_attachment(
            stream.read(), maintype=main, subtype=sub, filename=attachment["name"]
        )


def _address(text: str) -> Address:
    name, address = parseaddr(text)
    return Address(display_name=name, addr_spec=address)
