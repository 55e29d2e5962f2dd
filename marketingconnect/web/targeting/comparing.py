"""Two targets compared: each count, what both hold, what only one holds."""

from dataclasses import dataclass, replace
from typing import Any

from marketingconnect.base.vocabulary import Population
from marketingconnect.kernel.money import format_number_fr
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.web.targeting.choices import value_name
from marketingconnect.web.targeting.counting import Who, counted_numbers
from marketingconnect.web.targeting.figures import TOO_FEW
from marketingconnect.web.targeting.listing import in_words

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A part of the two targets; the width is of its bar."""

    label: str
    text: str
    width: int


@dataclass(frozen=True)
class Comparison:
    """What the page shows of two targets."""

    a: SavedTarget
    b: SavedTarget
    a_words: str
    b_words: str
    rows: tuple[ComparedRow, ...]
    source: str
    refusal: str
    channel: str
    unit: str


def comparison_of(a: SavedTarget, b: SavedTarget, who: Who) -> Comparison:
    """CGV CL.4: A, B, both, either, only A, only B; small groups are not told."""
    asked = [Criteria.from_json(each) for each in compared(a.criteria, b.criteria)]
    counted = counted_numbers(asked, who)
    shown = Comparison(
        a=a,
        b=b,
        a_words=in_words(a),
        b_words=in_words(b),
        rows=(),
        source=counted.source,
        refusal=counted.refusal,
        channel=value_name("channel", a.criteria["channel"]),
        unit=Population(a.population).label,
    )
    if counted.refusal:
        return shown
    return replace(shown, rows=_rows(a.name, b.name, *counted.numbers))


def compared(a: Json, b: Json) -> tuple[Json, Json, Json]:
    """The criteria of A, of B and of both, on the channel of A, whoever is drawn in the end."""
    left_out = {
        "earlier_deliveries": any(one["exclude"]["earlier_deliveries"] for one in (a, b)),
        "over_solicited": any(one["exclude"]["over_solicited"] for one in (a, b)),
        "file": a["exclude"]["file"] or b["exclude"]["file"],
        "records": [],
    }
    same = {name: a[name] for name in ("version", "population", "channel", "use")}
    both = {"all": [a["where"], b["where"]]}
    first, second, shared = (
        {**same, "where": where, "exclude": left_out} for where in (a["where"], b["where"], both)
    )
    return first, second, shared


def _rows(
    a_name: str, b_name: str, a: int | None, b: int | None, both: int | None
) -> tuple[ComparedRow, ...]:
    """Both counts; the rest only where no small group could be worked out from it."""
    numbers: list[tuple[str, int | None]] = [(a_name, a), (b_name, b)]
    if a is not None and b is not None and both is not None:
        numbers += [
            ("Dans les deux", both),
            ("Dans l’une ou l’autre", a + b - both),
            (f"Seulement dans « {a_name} »", a - both),
            (f"Seulement dans « {b_name} »", b - both),
        ]
    else:
        numbers.append(("Dans les deux", None))
    largest = max((number or 0 for _, number in numbers), default=0)
    return tuple(
        ComparedRow(
            label,
            TOO_FEW if number is None else format_number_fr(number),
            round(100 * number / largest) if number and largest else 0,
        )
        for label, number in numbers
    )
