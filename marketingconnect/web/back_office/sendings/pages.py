"""What the sendings pages show: campaigns at work, their figures, their doubtful recipients."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404

from marketingconnect.sending import queries
from marketingconnect.sending.models import Campaign, DoubtDecision
from marketingconnect.sending.queries import PAGE, ListedRecipient
from marketingconnect.sending.states import CampaignState, Outcome
from marketingconnect.statistics.queries import Totals, totals_of
from marketingconnect.web.keys import position_in

STATES: Final = {
    CampaignState.PREPARING: ("Liste en préparation", "info"),
    CampaignState.SCHEDULED: ("Programmée", "info"),
    CampaignState.RUNNING: ("En cours", "progress"),
    CampaignState.PAUSED: ("En pause", "warning"),
    CampaignState.SENT_OUT: ("Envoyée", "success"),
    CampaignState.FROZEN: ("Chiffres définitifs", "success"),
    CampaignState.STOPPED: ("Arrêtée", "error"),
}
VERBS: Final = {
    CampaignState.PREPARING: ("arreter",),
    CampaignState.SCHEDULED: ("arreter",),
    CampaignState.RUNNING: ("pause", "arreter"),
    CampaignState.PAUSED: ("reprendre", "arreter"),
}
DECISIONS: Final = {
    "considered_sent": "Considéré comme envoyé",
    "not_resent": "Ne pas renvoyer",
}


@dataclass(frozen=True)
class SendingRow:
    """A campaign of any client, as staff see it."""

    campaign: Campaign
    state: str
    kind: str
    totals: Totals

    @property
    def pending(self) -> int:
        known = self.totals.sent + self.totals.uncertain + self.totals.not_sent
        return max(0, self.campaign.sold_quantity - known)


@dataclass(frozen=True)
class Doubt:
    """A doubtful recipient, its address masked (empty once erased), and what was decided."""

    recipient: ListedRecipient
    masked: str
    decision: DoubtDecision | None
    label: str


def sending_rows() -> list[SendingRow]:
    """Campaigns not frozen yet, the next to leave first."""
    campaigns = list(queries.campaigns_in_progress()[: 2 * PAGE])
    totals = totals_of(one.pk for one in campaigns)
    return [_row(one, totals.get(one.pk, Totals())) for one in campaigns]


def sending_page(campaign_id: int, *, after: str) -> dict[str, Any]:
    """Context of one campaign. Raises Http404."""
    campaign = Campaign.objects.select_related("company").filter(pk=campaign_id).first()
    if campaign is None:
        raise Http404
    start = position_in(after)
    doubtful = queries.recipients_with(
        campaign_id, outcomes=[Outcome.UNCERTAIN], after=start, limit=PAGE + 1
    )
    return {
        "row": _row(campaign, totals_of([campaign_id]).get(campaign_id, Totals())),
        "campaign": campaign,
        "figures": queries.figures(campaign_id),
        "verbs": VERBS.get(CampaignState(campaign.state), ()),
        "doubts": _doubts(campaign, doubtful[:PAGE]),
        "following": doubtful[PAGE - 1].position if len(doubtful) > PAGE else None,
    }


def masked(email: str) -> str:
    """`z…@example.org`: staff do not need the addresses of a client's file."""
    local, _, domain = email.partition("@")
    return f"{local[:1]}…@{domain}"


def _row(campaign: Campaign, totals: Totals) -> SendingRow:
    label, kind = STATES[CampaignState(campaign.state)]
    return SendingRow(campaign, label, kind, totals)


def _doubts(campaign: Campaign, recipients: list[ListedRecipient]) -> list[Doubt]:
    decisions = DoubtDecision.objects.filter(
        campaign=campaign, position__in=[one.position for one in recipients]
    ).select_related("decided_by")
    by_position = {one.position: one for one in decisions}
    return [_doubt(one, by_position.get(one.position)) for one in recipients]


def _doubt(recipient: ListedRecipient, decision: DoubtDecision | None) -> Doubt:
    label = DECISIONS[decision.decision] if decision else ""
    address = masked(recipient.email) if recipient.email else ""
    return Doubt(recipient, address, decision, label)
