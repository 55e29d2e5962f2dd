"""Every campaign and rented file of a company in one list, the latest begun first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Final

from django.urls import reverse

from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.queries import campaigns_of
from marketingconnect.offers.list_rental.models import ListRental
from marketingconnect.offers.list_rental.queries import rentals_of, stage_of
from marketingconnect.statistics.queries import Totals, totals_of
from marketingconnect.web.client_area.campaigns.tables import row_of
from marketingconnect.web.client_area.rentals.dossier import KINDS
from marketingconnect.web.components import Kind
from marketingconnect.web.keys import number_in

PAGE: Final = 50
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class WorkRow:
    """A campaign or a rented file, in the same words."""

    created_at: datetime
    offer: str
    icon: str
    name: str
    href: str
    state: str
    kind: Kind
    when: datetime | None
    number: int | None
    """E-mails delivered, or addresses delivered or counted."""
    number_href: str = ""


def work_rows(company_id: int, *, before: str = "") -> tuple[list[WorkRow], int | None]:
    """A page, the latest first, and the key of the next page: an instant in microseconds."""
    campaigns = campaigns_of(company_id).order_by("-created_at", "-pk")
    rentals = rentals_of(company_id).order_by("-created_at", "-pk")
    if (key := number_in(before)) is not None and key < 10**17:
        moment = _EPOCH + timedelta(microseconds=key)
        campaigns = campaigns.filter(created_at__lt=moment)
        rentals = rentals.filter(created_at__lt=moment)
    rows = merge(
        _of_campaigns(campaigns[: PAGE + 1]),
        _of_rentals(rentals[: PAGE + 1]),
        key=lambda row: row.created_at,
        reverse=True,
    )
    page = list(islice(rows, PAGE + 1))
    return page[:PAGE], _key(page[PAGE - 1]) if len(page) > PAGE else None


def _key(row: WorkRow) -> int:
    return (row.created_at - _EPOCH) // timedelta(microseconds=1)


def _of_campaigns(campaigns: Iterable[EmailCampaign]) -> list[WorkRow]:
    found = list(campaigns)
    totals = totals_of(one.sending_id for one in found if one.sending_id)
    return [_of_campaign(one, totals) for one in found]


def _of_campaign(campaign: EmailCampaign, totals: Mapping[int, Totals]) -> WorkRow:
    row = row_of(campaign)
    figures = totals.get(campaign.sending_id or 0, Totals())
    begun = campaign.sending is not None and campaign.sending.started_at is not None
    return WorkRow(
        created_at=campaign.created_at,
        offer="E-mail",
        icon="mail",
        name=campaign.name,
        href=reverse("client_area:campaign", args=[campaign.pk]),
        state=row.state,
        kind=row.kind,  # type: ignore[arg-type]
        when=row.at,
        number=figures.delivered if begun else None,
        number_href=reverse("client_area:campaign_figures", args=[campaign.pk]) if begun else "",
    )


def _of_rentals(rentals: Iterable[ListRental]) -> list[WorkRow]:
    return [
        WorkRow(
            created_at=rental.created_at,
            offer="Fichier loué",
            icon="contact",
            name=rental.name,
            href=reverse("client_area:rental", args=[rental.pk]),
            state=stage_of(rental),
            kind=KINDS[rental.state],
            when=None,
            number=rental.ordered_quantity or rental.counted,
        )
        for rental in rentals
    ]
