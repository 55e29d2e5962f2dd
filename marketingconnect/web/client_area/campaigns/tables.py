"""Rows of the lists of campaigns, each with its state in the client's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from typing import Final

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from marketingconnect import clock
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.queries import campaigns_of
from marketingconnect.sending.states import CampaignState
from marketingconnect.statistics.queries import Totals, totals_of
from marketingconnect.web.keys import number_in

PAGE: Final = 50
STATES: Final = {
    CampaignState.PREPARING: ("Programmée", "info"),
    CampaignState.SCHEDULED: ("Programmée", "info"),
    CampaignState.RUNNING: ("En cours d’envoi", "progress"),
    CampaignState.PAUSED: ("En pause", "warning"),
    CampaignState.SENT_OUT: ("Envoyée", "success"),
    CampaignState.FROZEN: ("Envoyée, chiffres définitifs", "success"),
    CampaignState.STOPPED: ("Arrêtée", "error"),
}


@dataclass(frozen=True)
class CampaignRow:
    """A campaign in a list."""

    campaign: EmailCampaign
    state: str
    kind: str
    at: datetime | None
    totals: Totals | None


def campaign_rows(
    company_id: int, *, before: str = "", only_launched: bool = False
) -> tuple[list[CampaignRow], int | None]:
    """A page of campaigns, the latest first, and the key of the next page."""
    campaigns = campaigns_of(company_id)
    if only_launched:
        campaigns = campaigns.filter(sending__isnull=False)
    if (key := number_in(before)) is not None:
        campaigns = campaigns.filter(pk__lt=key)
    page = list(campaigns[: PAGE + 1])
    totals = totals_of(one.sending_id for one in page if one.sending_id)
    rows = [row_of(one, totals.get(one.sending_id or 0)) for one in page[:PAGE]]
    return rows, page[PAGE - 1].pk if len(page) > PAGE else None


def row_of(campaign: EmailCampaign, totals: Totals | None = None) -> CampaignRow:
    """One campaign with its state for people."""
    label, kind = state_of(campaign)
    at = campaign.sending.scheduled_for if campaign.sending else campaign.send_at
    return CampaignRow(campaign, label, kind, at, totals)


def state_of(campaign: EmailCampaign) -> tuple[str, str]:
    """The state's words and the kind of its badge."""
    if campaign.sending is None:
        return "En préparation", "neutral"
    return STATES[CampaignState(campaign.sending.state)]


def months_of(company_id: int) -> list[tuple[date, Sequence[CampaignRow]]]:
    """Campaigns from this month on, by month, in the order in which they leave."""
    first = clock.today().replace(day=1)
    rows = [row_of(campaign) for campaign in leaving_since(company_id, first)[:PAGE]]
    return [(month, list(group)) for month, group in groupby(rows, key=_month)]


def leaving_since(
    company_id: int, first: date, *, before: date | None = None
) -> QuerySet[EmailCampaign]:
    """What leaves from a day on, in order: at the hour handed over, else at the one chosen."""
    leaves_at = Coalesce("sending__scheduled_for", "send_at")
    dated = campaigns_of(company_id).annotate(leaves_at=leaves_at)
    leaving = dated.filter(leaves_at__gte=start_of(first)).order_by("leaves_at", "pk")
    return leaving if before is None else leaving.filter(leaves_at__lt=start_of(before))


def start_of(day: date) -> datetime:
    """Midnight in Paris."""
    return datetime.combine(day, time(), tzinfo=clock.PARIS)


def day_of(row: CampaignRow) -> date:
    """The civil day on which a campaign leaves."""
    assert row.at is not None  # noqa: S101  only campaigns with a date are asked for
    return clock.paris_date(row.at)


def _month(row: CampaignRow) -> date:
    return day_of(row).replace(day=1)
