"""Whether a claim, or the time to make one, still needs the addresses of a campaign."""

from datetime import date

from marketingconnect.claims.guarantee_queries import guarantee_claims, prospect_of
from marketingconnect.claims.states import GuaranteeState
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.orders.queries import order_line_of

_OPEN = [GuaranteeState.RECEIVED, GuaranteeState.CHECKED]


def claim_holds(campaign_id: int, today: date) -> str:
    """CGV B.3, B.5: why the addresses stay, in French; empty when no claim may look at them."""
    item = EmailCampaign.objects.filter(sending_id=campaign_id).values_list("pk", flat=True).first()
    if item is None:
        return ""
    claims = guarantee_claims().filter(line__offer="email", line__item_id=item)
    if claims.filter(state__in=_OPEN).exists():
        return "Une réclamation est ouverte."
    # Decided once and for all: no other may follow.
    if claims.exclude(state=GuaranteeState.INADMISSIBLE).exists():
        return ""
    return "Le délai de réclamation court encore." if _may_claim(item, today) else ""


def _may_claim(item_id: int, today: date) -> bool:
    line = order_line_of("email", item_id)
    prospect = prospect_of(line) if line else None
    return prospect is not None and prospect.lot.is_rented and not prospect.is_late(today)
