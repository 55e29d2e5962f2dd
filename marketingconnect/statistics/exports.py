"""The recipients of a campaign as rows for a spreadsheet, 5,000 read at a time."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice
from typing import Final

from marketingconnect import clock
from marketingconnect.kernel.calendar import format_date_fr
from marketingconnect.kernel.spreadsheets import csv_lines
from marketingconnect.sending.causes import label_of
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.queries import ListedRecipient, all_recipients
from marketingconnect.sending.states import Outcome
from marketingconnect.statistics.hours import with_season

COLUMNS: Final = (
    "Rang",
    "Adresse",
    "État",
    "Motif",
    "Code SMTP",
    "Réponse du serveur",
    "Date et heure (Paris)",
)
OUTCOME_LABELS: Final = {
    Outcome.RELAYED: "Abouti",
    Outcome.ACCEPTED: "Abouti",
    Outcome.UNDELIVERED: "Non abouti",
    Outcome.UNCERTAIN: "En doute",
    Outcome.NOT_SENT: "Non envoyé",
    "": "En attente",
}
_BATCH: Final = 5_000


def outcome_label(outcome: str) -> str:
    """The client's word for an outcome; no outcome yet is *en attente*."""
    return OUTCOME_LABELS[Outcome(outcome) if outcome else ""]


def export_rows(campaign_id: int) -> Iterator[list[str | int]]:
    """A row a recipient, in the order of the file; of the base, the rank stands for the address.

    Once addresses are erased, each says when.
    """
    campaign, after = Campaign.objects.get(pk=campaign_id), 0
    erased = erased_words(campaign)
    while batch := all_recipients(campaign_id, after=after, limit=_BATCH):
        for one in batch:
            yield _row(one.hidden() if campaign.to_base else one, erased)
        after = batch[-1].position


def erased_words(campaign: Campaign) -> str:
    """« effacée le jeudi 24 décembre 2026 », for the column of the addresses; empty before."""
    if campaign.addresses_erased_at is None:
        return ""
    return f"effacée le {format_date_fr(clock.paris_date(campaign.addresses_erased_at))}"


def csv_chunks(campaign_id: int) -> Iterator[bytes]:
    """A CSV that French spreadsheets open, 5,000 lines at a time."""
    lines = csv_lines(chain([COLUMNS], export_rows(campaign_id)))
    while chunk := "".join(islice(lines, _BATCH)):
        yield chunk.encode()


def _row(one: ListedRecipient, erased: str) -> list[str | int]:
    return [
        one.position,
        one.email or erased,
        outcome_label(one.outcome),
        label_of(one.cause) if one.cause else "",
        one.smtp_code or "",
        one.reply,
        _written(one.at),
    ]


def _written(at: datetime | None) -> str:
    return with_season(f"{at.astimezone(clock.PARIS):%d/%m/%Y %H:%M:%S}", at) if at else ""
