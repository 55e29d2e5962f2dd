"""The schedule of an invoice in French, for its pages and for the machine that reads them."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from marketingconnect.kernel.money import Money

_MONTHS: Final = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


def date_fr(day: date) -> str:
    """`24 novembre 2026`, `1er mars 2026`; spaces do not break."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}\u00a0{_MONTHS[day.month - 1]}\u00a0{day.year}"


def schedule_in_words(planned: Sequence[tuple[date, Money]]) -> str:
    """`Échéancier : 120,00 € le 23 décembre 2026 ; 120,00 € le 23 janvier 2027.`"""
    parts = "\u00a0; ".join(f"{amount} le {date_fr(day)}" for day, amount in planned)
    return f"Échéancier\u00a0: {parts}."


def shown_schedule(planned: Sequence[tuple[date, Money]], *, paid: Money) -> list[dict[str, str]]:
    """A row an instalment, with what of it came before the invoice, the oldest first."""
    rows, left = [], paid
    for day, amount in planned:
        received = min(amount, left)
        left = left - received
        rows.append(
            {
                "day": date_fr(day),
                "amount": str(amount),
                "received": str(received) if received.cents else "",
            }
        )
    return rows
