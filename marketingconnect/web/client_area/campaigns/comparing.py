"""Up to four campaigns side by side, and what their differences are worth."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.queries import campaigns_of
from marketingconnect.sending.queries import Figures, figures
from marketingconnect.statistics.comparing import Rate, told
from marketingconnect.statistics.exports import harmless
from marketingconnect.statistics.visits.queries import visits_of
from marketingconnect.web.keys import number_in

MOST: Final = 4


@dataclass(frozen=True)
class Compared:
    """One campaign of the comparison."""

    campaign: EmailCampaign
    figures: Figures
    clickers: int | None
    """People who clicked; None where clicks were not counted."""
    words: tuple[str, ...]
    """What differs from the first one."""

    @property
    def undelivered(self) -> Rate:
        return Rate(self.figures.undelivered, self.figures.sent)

    @property
    def clicks(self) -> Rate:
        return Rate(self.clickers or 0, self.figures.delivered)

    @property
    def undelivered_percent(self) -> float:
        return round(self.undelivered.share * 100, 1)

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
    """A line a campaign, as spreadsheets here read them."""
    titles = ["Campagne", "Commandées", "Envoyés", "Aboutis", "Non aboutis"]
    yield "\ufeff" + _line([*titles, "Personnes qui ont cliqué"])
    for row in rows:
        found = row.figures
        clickers = "" if row.clickers is None else row.clickers
        counts = [found.sold, found.sent, found.delivered, found.undelivered]
        yield _line([harmless(row.campaign.name), *counts, clickers])


def _row(campaign: EmailCampaign) -> Compared:
    sending_id = campaign.sending_id or 0
    clickers = visits_of(sending_id).clicks.people if campaign.tracks_clicks else None
    return Compared(campaign, figures(sending_id), clickers, ())


def _beside(first: Compared, row: Compared) -> Compared:
    words = [told("Non aboutis", first.undelivered, row.undelivered)]
    if first.clickers is not None and row.clickers is not None:
        words.append(told("Clics", first.clicks, row.clicks))
    return Compared(row.campaign, row.figures, row.clickers, tuple(words))


def _line(cells: Sequence[object]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(cells)
    return out.getvalue()
