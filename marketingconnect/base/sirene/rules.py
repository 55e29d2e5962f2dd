"""When a stock of the register may be loaded, and which activity codes the law of a day uses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from marketingconnect.base.rules import sirene_due_on
from marketingconnect.terms.law import Fact, value_on
from marketingconnect.terms.parameters import TermsParameters


class Nomenclature(StrEnum):
    """The list of activities (nomenclature d’activités) in force."""

    NAF_REV2 = "NAFRev2"
    NAF_2025 = "NAF2025"


class LoadRefusal(StrEnum):
    """Why a stock may not be loaded."""

    IN_THE_FUTURE = "in_the_future"
    DELIVERED_BEFORE_ITS_DATE = "delivered_before_its_date"
    OLDER_THAN_LOADED = "older_than_loaded"
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True)
class StockDates:
    """What is told of a stock: the state it describes, the day INSEE gave it."""

    vintage: date
    delivered_on: date


def load_refusal(
    stock: StockDates, *, loaded: date | None, today: date, terms: TermsParameters
) -> LoadRefusal | None:
    """CGV CL.5: a delivery of INSEE is loaded within 30 days, and never after a more recent one.

    `loaded` is the latest vintage that was loaded: the latest choice of each business counts, so
    an older stock would bring back some that asked to be left alone since. The same one may be
    loaded again.
    """
    if max(stock.vintage, stock.delivered_on) > today:
        return LoadRefusal.IN_THE_FUTURE
    if stock.delivered_on < stock.vintage:
        return LoadRefusal.DELIVERED_BEFORE_ITS_DATE
    if loaded is not None and stock.vintage < loaded:
        return LoadRefusal.OLDER_THAN_LOADED
    if today > sirene_due_on(delivered_on=stock.delivered_on, terms=terms):
        return LoadRefusal.TOO_LATE
    return None


def activity_nomenclature(on: date, law: Sequence[Fact]) -> Nomenclature:
    """CGV CL.4: the client chooses activities in the list that the law of the day uses.

    NAF rév. 2 until 31 December 2026, NAF 2025 from the next day; releases hold both.
    """
    return Nomenclature(value_on("activity_nomenclature", on, law, str))
