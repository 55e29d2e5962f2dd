"""Write to a saved target of the base: counted at that moment, refused in plain words."""

from typing import Final

from marketingconnect import clock
from marketingconnect.offers.email.errors import EmailCampaignError
from marketingconnect.offers.email.targets import choose_target
from marketingconnect.targeting.criteria import Channel, Criteria
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.web.access import ClientRequest, actor_of
from marketingconnect.web.client_area.targets.exact_count import Counted, counted
from marketingconnect.web.client_area.targets.forms import TargetForm

NOT_FOR_EMAIL: Final = (
    "Cette cible n’est pas faite pour l’e-mail : choisissez-y le canal « E-mail »."
)


class EmailTargetForm(TargetForm):
    """One of the company's targets that are made for e-mail."""

    def refusal_of(self, target: SavedTarget) -> str:
        return "" if target.criteria["channel"] == Channel.EMAIL else NOT_FOR_EMAIL


def target_refusal(request: ClientRequest, campaign_id: int, target: SavedTarget) -> str:
    """Count and keep the target; why not, or nothing."""
    criteria = Criteria.from_json(target.criteria)
    if criteria.channel is not Channel.EMAIL:
        return NOT_FOR_EMAIL
    who = {"company_id": request.company.pk, "user_id": request.user.pk}
    found = counted(criteria, now=clock.now(), **who)
    return found.refusal or _kept(request, campaign_id, criteria, found)


def _kept(request: ClientRequest, campaign_id: int, criteria: Criteria, found: Counted) -> str:
    try:
        choose_target(
            campaign_id,
            criteria=criteria,
            counted=found.number,
            release=found.release,
            actor=actor_of(request),
            now=clock.now(),
        )
    except EmailCampaignError as refusal:
        article = f" (art. {refusal.article})" if refusal.article else ""
        return f"{refusal.sentence.rstrip('.')}{article}."
    return ""
