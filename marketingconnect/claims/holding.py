"""Whether a claim, or the time to make one, still needs the addresses of a campaign."""

from datetime import date

from marketingconnect.claims.guarantee_queries import guarantee_claims_of_line, prospect_of
from marketingconnect.claims.models import GuaranteeClaim
from marketingconnect.claims.states import GuaranteeState
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.orders.queries import order_line_of

_OPEN = [GuaranteeState.RECEIVED, GuaranteeState.CHECKED]


def claim_holds(campaign_id: int, today: date) -> str:
    """CGV B.3, B.5: why the addresses stay, in French; empty when no claim may look at them."""
    item = EmailCampaign.objects.filter(sending_id=campaign_id).values_list("pk", flat=True).first()
    line = order_line_of("email", item) if item is not None else None
    if line is None:
        return ""
    claims = guarantee_claims_of_line(line)
    if claims.filter(state__in=_OPEN).exists():
        return "Une réclamation est ouverte."
    if _is_over(claims.first()):
        return ""
    prospect = prospect_of(line)
    if prospect is not None and prospect.lot.is_rented and not prospect.is_late(today):
        return "Le délai de réclamation court encore."
    return ""


def _is_over(claim: GuaranteeClaim | None) -> bool:
    """Decided once and for all: no other may follow."""
    return claim is not None and claim.state != GuaranteeState.INADMISSIBLE
