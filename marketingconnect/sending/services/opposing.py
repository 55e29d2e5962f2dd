"""Close the lists of one recipient, whether its address is still there or erased (CGV B.5)."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.sending.models import Campaign, Recipient, ReturnEvent
from marketingconnect.sending.states import ReturnKind, ReturnSource
from marketingconnect.suppression.models import Channel, Scope
from marketingconnect.suppression.sealed import SealedAddress, suppress_sealed
from marketingconnect.suppression.services import suppress


class ClosedScope(NamedTuple):
    """Who must not write to an address any more: the client `company_id`, or 0 for others."""

    scope: Scope
    company_id: int


def scopes_to_close(campaign: Campaign) -> tuple[ClosedScope, ...]:
    """CGV B.5: whose lists the address of somebody who complains about a campaign is put on.

    The client's; the operator's too, when the address came from its base.
    """
    own = ClosedScope(Scope.CLIENT, campaign.company_id)
    return (own, ClosedScope(Scope.OPERATOR, 0)) if campaign.to_base else (own,)


@transaction.atomic
def oppose(
    campaign_id: int, position: int, lists: Iterable[ClosedScope], *, reason: str, at: datetime
) -> bool:
    """CGV B.5: put a recipient on these lists; True when one of them is new. Safe to repeat.

    An address that cannot be spelled cannot be opposed, nor written to. An erased one is opposed
    by the digests that it left.
    """
    recipient = Recipient.objects.filter(campaign_id=campaign_id, position=position).first()
    if recipient is None:
        return False
    if recipient.email:
        news = [_oppose_address(recipient.email, one, reason, at) for one in lists]
        return any(news)
    sealed = sealed_address(recipient)
    if sealed is None:
        return False
    news = [suppress_sealed(sealed, **one._asdict(), reason=reason, at=at) for one in lists]
    return any(news)


def remember_leaving(campaign_id: int, position: int, *, at: datetime) -> None:
    """What a campaign is judged by: who left it by its link, once each. Safe to repeat."""
    ReturnEvent.objects.get_or_create(
        event_key=f"unsubscribe:{campaign_id}:{position}",
        defaults={
            "campaign_id": campaign_id,
            "position": position,
            "kind": ReturnKind.UNSUBSCRIBE,
            "source": ReturnSource.LINK,
            "at": at,
            "received_at": at,
        },
    )


def sealed_address(recipient: Recipient) -> SealedAddress | None:
    """What its erased address left; None while it is there, or when it never had any."""
    if recipient.digests is None or recipient.key_version is None:
        return None
    campaign = Campaign.objects.get(pk=recipient.campaign_id)
    return SealedAddress(
        channel=Channel.EMAIL,
        company_id=campaign.company_id,
        to_base=campaign.to_base,
        digests=bytes(recipient.digests),
        key_version=recipient.key_version,
    )


def _oppose_address(email: str, closed: ClosedScope, reason: str, at: datetime) -> bool:
    try:
        return suppress(
            channel=Channel.EMAIL, address=email, **closed._asdict(), reason=reason, at=at
        )
    except InvalidValueError:
        return False
