"""Figures prepared for their page: shares, causes, chart, and the list behind each number."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse

from marketingconnect import clock
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.sending import queries
from marketingconnect.sending.causes import label_of
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.queries import PAGE, ListedRecipient
from marketingconnect.sending.rules import figures_freeze_at
from marketingconnect.sending.services.erasing import erasure_day
from marketingconnect.sending.states import ABOUTIS, CampaignState, Outcome
from marketingconnect.statements.queries import statement_of
from marketingconnect.statistics.exports import outcome_label
from marketingconnect.statistics.queries import activity_of
from marketingconnect.terms.queries import law
from marketingconnect.web.client_area.campaigns.domains import domains_card
from marketingconnect.web.client_area.campaigns.since_seal import since_seal
from marketingconnect.web.client_area.campaigns.tables import state_of
from marketingconnect.web.client_area.campaigns.testing import test_card
from marketingconnect.web.components import Series
from marketingconnect.web.keys import position_in

LISTS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "vendus": ("Adresses commandées", ()),
    "envoyes": ("E-mails envoyés", (*ABOUTIS, Outcome.UNDELIVERED)),
    "aboutis": ("E-mails aboutis", ABOUTIS),
    "non-aboutis": ("E-mails non aboutis", (Outcome.UNDELIVERED,)),
    "non-envoyes": ("Adresses non envoyées", (Outcome.NOT_SENT,)),
    "en-doute": ("Destinataires en doute", (Outcome.UNCERTAIN,)),
    "en-attente": ("En attente d’envoi", ()),
}
KINDS: Final = {
    Outcome.RELAYED: "success",
    Outcome.ACCEPTED: "success",
    Outcome.UNDELIVERED: "error",
    Outcome.UNCERTAIN: "warning",
    Outcome.NOT_SENT: "neutral",
}
_LIVE: Final = {CampaignState.PREPARING, CampaignState.SCHEDULED, CampaignState.RUNNING}


@dataclass(frozen=True)
class CauseRow:
    """A cause with its number and the list it opens."""

    label: str
    count: int
    share: Decimal | None
    """In percent."""
    href: str


@dataclass(frozen=True)
class RecipientRow:
    """A recipient in the words of the page."""

    recipient: ListedRecipient
    state: str
    kind: str
    cause: str


def figures_page(campaign: EmailCampaign, sending: Campaign) -> dict[str, Any]:
    """Context of the figures."""
    figures = queries.figures(sending.pk)
    activity = activity_of(sending.pk)
    label, kind = state_of(campaign)
    return {
        "campaign": campaign,
        "sending": sending,
        "figures": figures,
        "state": label,
        "state_kind": kind,
        "counted_at": clock.now(),
        "live": sending.state in _LIVE,
        "undelivered": _causes(campaign, "non-aboutis", figures.undelivered_by_cause, figures.sent),
        "not_sent": _causes(campaign, "non-envoyes", figures.not_sent_by_reason, figures.sold),
        "statement": statement_of(sending.pk),
        "since_seal": since_seal(sending, figures) if sending.figures_frozen_at else None,
        "activity": activity,
        "domains": domains_card(sending),
        "test": test_card(campaign, sending),
        "erases_on": _erases_on(sending),
        "series": [
            Series("Aboutis", activity.delivered),
            Series("Non aboutis", activity.undelivered),
        ],
        "settles_at": sending.finished_at
        and figures_freeze_at(
            finished_at=sending.finished_at, settling_hours=sending.settling_hours
        ),
    }


def _erases_on(sending: Campaign) -> date | None:
    """CGV B.5: told once the figures bind, while the list may still be taken away."""
    if sending.figures_frozen_at is None or sending.addresses_erased_at is not None:
        return None
    return erasure_day(sending, law(), clock.today())


def _causes(
    campaign: EmailCampaign, kind: str, by_cause: dict[str, int], total: int
) -> list[CauseRow]:
    page = reverse("client_area:campaign_list", args=[campaign.pk, kind])
    ranked = sorted(by_cause.items(), key=lambda item: -item[1])
    return [
        CauseRow(
            label_of(cause),
            count,
            Decimal(round(100 * count / total, 1)).quantize(Decimal("0.1")) if total else None,
            f"{page}?motif={cause}",
        )
        for cause, count in ranked
    ]


def list_page(sending: Campaign, kind: str, *, cause: str, after: str) -> dict[str, Any]:
    """Context of a list: 50 recipients after a position; rented addresses are not shown."""
    sending_id = sending.pk
    title, outcomes = LISTS[kind]
    start = position_in(after)
    if kind == "vendus":
        found = queries.all_recipients(sending_id, after=start, limit=PAGE + 1)
    elif kind == "en-attente":
        found = queries.pending_recipients(sending_id, after=start, limit=PAGE + 1)
    else:
        found = queries.recipients_with(
            sending_id, outcomes=outcomes, cause=cause, after=start, limit=PAGE + 1
        )
    return {
        "title": title,
        "cause": label_of(cause) if cause else "",
        "rows": [_row(one.hidden() if sending.to_base else one) for one in found[:PAGE]],
        "to_base": sending.to_base,
        "erased_at": sending.addresses_erased_at,
        "by_rank": sending.to_base or sending.addresses_erased_at is not None,
        "following": found[PAGE - 1].position if len(found) > PAGE else None,
        "started": start > 0,
    }


def _row(one: ListedRecipient) -> RecipientRow:
    kind = KINDS[Outcome(one.outcome)] if one.outcome else "info"
    cause = label_of(one.cause) if one.cause else ""
    return RecipientRow(one, outcome_label(one.outcome), kind, cause)
