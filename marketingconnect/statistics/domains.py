"""What arrived and who clicked, mailbox provider by mailbox provider, from what is kept aside."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import Final

from marketingconnect.kernel.spreadsheets import csv_lines
from marketingconnect.sending.causes import Cause, label_of
from marketingconnect.statistics.domain_counting import OTHERS
from marketingconnect.statistics.models import DomainCount

_TITLES: Final = (
    "Domaine",
    "Envoyés",
    "Aboutis",
    "Non aboutis",
    "Aboutis (%)",
    "Personnes qui ont cliqué",
    "Personnes qui ont cliqué (% des aboutis)",
    *(f"Non aboutis : {label_of(cause)}" for cause in Cause),
)


@dataclass(frozen=True)
class DomainRow:
    """One domain; an empty `domain` stands for all the others together."""

    domain: str
    delivered: int
    undelivered: int
    causes: dict[str, int] | None = field(default_factory=dict)
    """Of those undelivered; None where it was not counted."""
    clickers: int | None = 0
    """People, no machines; None where it was not counted."""

    @property
    def name(self) -> str:
        return self.domain or "Autres domaines"

    @property
    def sent(self) -> int:
        return self.delivered + self.undelivered

    @property
    def delivered_percent(self) -> Decimal | None:
        """Of those sent, to a tenth."""
        return _percent(self.delivered, self.sent)

    @property
    def undelivered_percent(self) -> Decimal | None:
        return _percent(self.undelivered, self.sent)

    @property
    def clickers_percent(self) -> Decimal | None:
        """Of those delivered, to a tenth; some who clicked may have refused the message later."""
        return None if self.clickers is None else _percent(self.clickers, self.delivered)

    @property
    def causes_told(self) -> list[tuple[str, int]]:
        """The client's words for each cause, the most frequent first."""
        ranked = sorted((self.causes or {}).items(), key=lambda one: (-one[1], one[0]))
        return [(label_of(cause), n) for cause, n in ranked if n]


def domains_of(campaign_id: int) -> list[DomainRow]:
    """The largest first, the others last; empty before it was counted."""
    rows = DomainCount.objects.filter(campaign_id=campaign_id)
    found = [
        DomainRow(row.domain, row.delivered, row.undelivered, row.causes, row.clickers)
        for row in rows
        if row.delivered or row.undelivered or row.clickers
    ]
    return sorted(found, key=lambda row: (row.domain == OTHERS, -row.sent, row.domain))


def domains_csv(rows: Iterable[DomainRow], *, clicks_counted: bool) -> Iterator[str]:
    """A line a domain, with decimal commas; what was not counted is left empty."""
    lines = (_cells(row, clicks_counted=clicks_counted) for row in rows)
    yield from csv_lines(chain([_TITLES], lines))


def _cells(row: DomainRow, *, clicks_counted: bool) -> list[object]:
    clicks = [row.clickers, _written(row.clickers_percent)] if clicks_counted else [None, None]
    causes = row.causes
    return [
        row.name,
        row.sent,
        row.delivered,
        row.undelivered,
        _written(row.delivered_percent),
        *clicks,
        *(None if causes is None else causes.get(cause, 0) for cause in Cause),
    ]


def _percent(part: int, whole: int) -> Decimal | None:
    return Decimal(100 * part / whole).quantize(Decimal("0.1")) if whole else None


def _written(percent: Decimal | None) -> str | None:
    return None if percent is None else str(percent).replace(".", ",")
