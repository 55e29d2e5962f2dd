"""Who leaves by a signed link, and whose mailings: the same for the page and for the service."""

from dataclasses import dataclass
from datetime import datetime

from marketingconnect.sending.message.tokens import InvalidTokenError, recipient_of_link
from marketingconnect.sending.models import Campaign, Recipient
from marketingconnect.suppression.models import Scope
from marketingconnect.suppression.services import suppress

ONE_CLICK = "unsubscribe_one_click"
PAGE = "unsubscribe_page"


class NoLeaverError(LookupError):
    """The link was not made by us, or names nobody."""


@dataclass(frozen=True)
class Leaver:
    """The recipient named by a link, and whose mailings they leave."""

    email: str
    company_id: int
    company_name: str

    @property
    def masked(self) -> str:
        """`z…@example.org`: enough to recognise oneself, not enough to learn an address."""
        local, _, domain = self.email.partition("@")
        return f"{local[:1]}…@{domain}"


def leaver_of(token: str) -> Leaver:
    """Raises NoLeaverError."""
    try:
        campaign_id, position = recipient_of_link(token)
        recipient = Recipient.objects.get(campaign_id=campaign_id, position=position)
    except (InvalidTokenError, Recipient.DoesNotExist) as error:
        raise NoLeaverError from error
    campaign = Campaign.objects.select_related("company").get(pk=campaign_id)
    return Leaver(recipient.email, campaign.company_id, campaign.company.legal_name)


def leave(leaver: Leaver, reason: str, *, now: datetime) -> None:
    """CGV B.5: oppose for good; committed when this returns, and safe to repeat."""
    suppress(
        channel="email",
        address=leaver.email,
        scope=Scope.CLIENT,
        company_id=leaver.company_id,
        reason=reason,
        at=now,
    )
