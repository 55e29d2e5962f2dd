"""Who leaves by a signed link, and whose mailings: the same for the page and for the service."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from marketingconnect.sending.message.tokens import InvalidTokenError, recipient_of_link
from marketingconnect.sending.models import Campaign, Recipient
from marketingconnect.suppression.models import Scope
from marketingconnect.suppression.services import suppress

ONE_CLICK = "unsubscribe_one_click"
PAGE = "unsubscribe_page"


class NoLeaverError(LookupError):
    """The link was not made by us, or names nobody."""


def masked(email: str) -> str:
    """`z…@example.org`: enough to recognise oneself, not enough to learn an address."""
    local, _, domain = email.partition("@")
    return f"{local[:1]}…@{domain}"


@dataclass(frozen=True)
class Leaver:
    """The recipient named by a link, and whose mailings they leave."""

    email: str
    company_id: int
    company_name: str
    from_base: bool = False
    """Whether the address was rented: they leave the operator's base as well."""

    @property
    def masked(self) -> str:
        return masked(self.email)


def leaver_of(token: str) -> Leaver:
    """Raises NoLeaverError."""
    try:
        campaign_id, position = recipient_of_link(token)
        recipient = Recipient.objects.get(campaign_id=campaign_id, position=position)
    except (InvalidTokenError, Recipient.DoesNotExist) as error:
        raise NoLeaverError from error
    campaign = Campaign.objects.select_related("company").get(pk=campaign_id)
    if not recipient.email:
        raise NoLeaverError
    company = campaign.company
    return Leaver(recipient.email, company.pk, company.legal_name, campaign.to_base)


@transaction.atomic
def leave(leaver: Leaver, reason: str, *, now: datetime) -> None:
    """CGV B.5: oppose for good; committed when this returns, and safe to repeat.

    Who was reached through the base leaves the advertiser's mailings and the base, in one act.
    """
    scopes = [(Scope.CLIENT, leaver.company_id)]
    if leaver.from_base:
        scopes.append((Scope.OPERATOR, 0))
    for scope, company_id in scopes:
        suppress(
            channel="email",
            address=leaver.email,
            scope=scope,
            company_id=company_id,
            reason=reason,
            at=now,
        )
