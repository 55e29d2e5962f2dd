"""Up to four campaigns side by side, and what their differences are worth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from marketingconnect.kernel.spreadsheets import csv_lines
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.queries import campaigns_of
from marketingconnect.sending.queries import Figures, complaints_about, figures, unsubscribed_by
from marketingconnect.statistics.comparing import Rate, told
from marketingconnect.statistics.visits.queries import visits_of
from marketingconnect.web.keys import number_in

MOST: Final = 4
_TITLES: Final = (
    "Campagne",
    "Commandées",
    "Envoyés",
    "Aboutis",
    "Aboutis (% des envoyés)",
    "Non aboutis",
    "Non aboutis (% des envoyés)",
    "Personnes qui ont cliqué",
    "Personnes qui ont cliqué (% des aboutis)",
    "Désinscrits par le lien",
    "Désinscrits par le lien (% des aboutis)",
    "Plaintes",
    "Plaintes (% des aboutis)",
)


@dataclass(frozen=True)
class Compared:
    """One campaign of the comparison."""

    campaign: EmailCampaign
    figures: Figures
    clickers: int | None
    """People who clicked; None where clicks were not counted."""
    unsubscribed: int
    """Recipients who left by the link of the message."""
    complaints: int
    """Recipients who reported the message as unwanted."""
    words: tuple[str, ...]
    """What differs from the first one."""

    @property
    def undelivered(self) -> Rate:
        return Rate(self.figures.undelivered, self.figures.sent)

    @property
    def clicks(self) -> Rate:
        return Rate(self.clickers or 0, self.figures.delivered)

    @property
    def delivered_percent(self) -> float:
        return round(Rate(self.figures.delivered, self.figures.sent).share * 100, 1)

    @property
    def undelivered_percent(self) -> float:
        return round(self.undelivered.share * 100, 1)

    @property
    def unsubscribed_percent(self) -> Decimal:
        return _fine_percent(Rate(self.unsubscribed, self.figures.delivered))

    @property
    def complaint_percent(self) -> Decimal:
        return _fine_percent(Rate(self.complaints, self.figures.delivered))

    @property
    def click_percent(self) -> float | None:
        return None if self.clickers is None else round(self.clicks.share * 100, 1)


def compared(company_id: int, ids: Sequence[str]) -> list[Compared]:
    """The campaigns asked for that are this company's and have left, in the order asked."""
    keys = dict.fromkeys(map(number_in, ids))
    wanted = [key for key in keys if key is not None][:MOST]
    known = campaigns_of(company_id).filter(sending__isnull=False).in_bulk(wanted)
    rows = [_row(known[one]) for one in wanted if one in known]
    return [_beside(rows[0], row) if place else row for place, row in enumerate(rows)]


def comparison_csv(rows: Sequence[Compared]) -> Iterator[str]:
    """A line a campaign."""
    yield from csv_lines([_TITLES, *([row.campaign.name, *_counts(row)] for row in rows)])


def _counts(row: Compared) -> list[object]:
    found = row.figures
    return [
        found.sold,
        found.sent,
        found.delivered,
        _percent(row.delivered_percent, found.sent),
        found.undelivered,
        _percent(row.undelivered_percent, found.sent),
        "" if row.clickers is None else row.clickers,
        _percent(row.click_percent, found.delivered),
        row.unsubscribed,
        _percent(row.unsubscribed_percent, found.delivered),
        row.complaints,
        _percent(row.complaint_percent, found.delivered),
    ]


def _fine_percent(rate: Rate) -> Decimal:
    """Two decimals: mailbox providers judge a sender by thousandths."""
    return Decimal(rate.share * 100).quantize(Decimal("0.01"))


def _percent(value: float | Decimal | None, whole: int) -> str:
    """As spreadsheets here read it; nothing of nothing is no rate."""
    return "" if value is None or not whole else str(value).replace(".", ",")


def _row(campaign: EmailCampaign) -> Compared:
    sending_id = campaign.sending_id or 0
    clickers = visits_of(sending_id).clicks.people if campaign.tracks_clicks else None
    left, complaints = unsubscribed_by(sending_id), complaints_about(sending_id)
    return Compared(campaign, figures(sending_id), clickers, left, complaints, ())


def _beside(first: Compared, row: Compared) -> Compared:
    words = [told("Non aboutis", first.undelivered, row.undelivered)]
    if first.clickers is not None and row.clickers is not None:
        words.append(told("Clics", first.clicks, row.clicks))
    return replace(row, words=tuple(words))
