"""Who leaves by a signed link, and whose mailings: the same for the page and for the service."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs

from marketingconnect.sending.message.tokens import InvalidTokenError, recipient_of_link
from marketingconnect.sending.models import Campaign, Recipient
from marketingconnect.sending.services.opposing import (
    ClosedScope,
    oppose,
    remember_leaving,
    scopes_to_close,
)

ONE_CLICK = "unsubscribe_one_click"
PAGE = "unsubscribe_page"


class NoLeaverError(LookupError):
    """The link was not made by us, or names nobody."""


def is_one_click(body: bytes) -> bool:
    """Whether a mail program asks, in either encoding (RFC 8058, 3.1), whatever it says of it."""
    form = parse_qs(body.decode("latin-1"))
    multipart = b'name="List-Unsubscribe"\r\n\r\nOne-Click' in body
    return form.get("List-Unsubscribe") == ["One-Click"] or multipart


def masked(email: str) -> str:
    """`z…@example.org`: enough to recognise oneself, not enough to learn an address."""
    local, _, domain = email.partition("@")
    return f"{local[:1]}…@{domain}"


@dataclass(frozen=True)
class Leaver:
    """The recipient named by a link, and whose mailings they leave."""

    campaign_id: int
    position: int
    lists: tuple[ClosedScope, ...]
    masked: str
    """Empty once the addresses of the campaign are erased: they leave by what they left."""
    company_name: str
    from_base: bool = False
    """Whether the address was rented: they leave the operator's base as well."""


def leaver_of(token: str) -> Leaver:
    """Raises NoLeaverError."""
    try:
        campaign_id, position = recipient_of_link(token)
        recipient = Recipient.objects.get(campaign_id=campaign_id, position=position)
    except (InvalidTokenError, Recipient.DoesNotExist) as error:
        raise NoLeaverError from error
    campaign = Campaign.objects.select_related("company").get(pk=campaign_id)
    if not recipient.email and recipient.digests is None:
        raise NoLeaverError
    return Leaver(
        campaign_id,
        position,
        scopes_to_close(campaign),
        masked(recipient.email) if recipient.email else "",
        campaign.company.legal_name,
        campaign.to_base,
    )


def leave(leaver: Leaver, reason: str, *, now: datetime) -> None:
    """CGV B.5: oppose for good; committed when this returns, and safe to repeat.

    Who was reached through the base leaves the advertiser's mailings and the base, in one act.
    The opposition is committed first: nothing that counts it may delay it.
    """
    oppose(leaver.campaign_id, leaver.position, leaver.lists, reason=reason, at=now)
    remember_leaving(leaver.campaign_id, leaver.position, at=now)
