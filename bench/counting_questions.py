"""Questions as people ask them: the same target, one criterion moved at each."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random

from marketingconnect.base.vocabulary import Channel, Population, Purpose
from marketingconnect.targeting.criteria import (
    All,
    AnyOf,
    Between,
    Condition,
    Criteria,
    Exclusions,
    Group,
    Near,
    Not,
    Quotas,
    Reachable,
    ValueIn,
    Within,
)

LYON = (842_000, 6_519_000)


def national(seed: int) -> Iterator[Criteria]:
    """Eight criteria on consumers of the whole country, the client's deliveries left out."""
    draw = Random(seed)  # noqa: S311 - chance of a measure, no secret
    while True:
        ages, incomes = _stretch(draw, 1, 13), _stretch(draw, 1, 10)
        yield _consumers(
            ValueIn("age_band", ages),
            ValueIn("sex", (draw.choice((1, 2)),)),
            ValueIn("housing", (1, 2)),
            ValueIn("income_band", incomes),
            ValueIn("tenure", (draw.choice((1, 2)),)),
            Not(ValueIn("departement", tuple(sorted(draw.sample(("75", "13", "59", "69"), 2))))),
            AnyOf((ValueIn("housing", (1,)), ValueIn("age_band", (draw.randrange(2, 12),)))),
            Reachable(draw.choice((Channel.EMAIL, Channel.PHONE, Channel.MOBILE))),
        )


def local(seed: int) -> Iterator[Criteria]:
    """The same kind of criteria around a town, in a département, or inside a drawn line."""
    draw = Random(seed)  # noqa: S311
    while True:
        yield _consumers(
            _place(draw),
            ValueIn("age_band", _stretch(draw, 1, 13)),
            ValueIn("sex", (draw.choice((1, 2)),)),
            ValueIn("housing", (draw.choice((1, 2)),)),
            ValueIn("income_band", _stretch(draw, 1, 10)),
            ValueIn("tenure", (1, 2)),
            Not(ValueIn("age_band", (0,))),
            Reachable(draw.choice((Channel.EMAIL, Channel.PHONE))),
        )


def establishments(seed: int) -> Iterator[Criteria]:
    """Eight criteria on establishments of the whole country."""
    draw = Random(seed)  # noqa: S311
    while True:
        first = date(draw.randrange(1980, 2015), 1 + draw.randrange(12), 1)
        where: tuple[Condition, ...] = (
            ValueIn("naf", tuple(sorted(draw.sample(("C", "F", "G", "H", "I", "J", "M"), 3)))),
            ValueIn("headcount", ("01", "02", "03", "11", "12")),
            ValueIn("legal_form", ("5",)),
            ValueIn("head_office", (True,)),
            ValueIn("has_trade_name", (draw.choice((True, False)),)),
            Between("created_on", first, None),
            Not(ValueIn("region", ("11",))),
            ValueIn("sole_trader", (False,)),
        )
        yield Criteria(
            Population.PROFESSIONALS,
            Channel.POST,
            Purpose.RENTAL,
            All(where),
            exclude=Exclusions(earlier_deliveries=True),
        )


def frozen() -> Criteria:
    """What the freeze of a million is measured on: a household each, quotas, exclusions."""
    by_region = ("11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84", "93")
    whole = _consumers(ValueIn("age_band", tuple(range(2, 13))), ValueIn("housing", (1, 2)))
    return replace(
        whole,
        one_per=Group.HOUSEHOLD,
        quotas=Quotas("region", tuple((code, 150_000) for code in by_region)),
    )


def _consumers(*where: Condition) -> Criteria:
    return Criteria(
        Population.CONSUMERS,
        Channel.POST,
        Purpose.RENTAL,
        All(where),
        exclude=Exclusions(earlier_deliveries=True),
    )


def _stretch(draw: Random, first: int, last: int) -> tuple[int, ...]:
    """Neighbouring values, as a slider with two ends gives."""
    start = draw.randrange(first, last)
    return tuple(range(start, min(last, start + draw.randrange(1, 6)) + 1))


def _place(draw: Random) -> Condition:
    x, y = LYON[0] + draw.randrange(-3000, 3000), LYON[1] + draw.randrange(-3000, 3000)
    shape = draw.randrange(4)
    if shape == 0:
        return Near(0, x, y, draw.randrange(2_000, 20_000))
    if shape == 1:
        reach = draw.randrange(3_000, 15_000)
        corners = ((-1, -1), (0, -1.4), (1, -0.8), (1.3, 0.2), (0.7, 1.1), (-0.4, 1.3), (-1.2, 0.4))
        return Within(0, tuple((x + round(a * reach), y + round(b * reach)) for a, b in corners))
    if shape == 2:
        return ValueIn("departement", (draw.choice(("69", "38", "01", "42")),))
    return ValueIn("commune", tuple(sorted({f"6938{n}" for n in draw.sample(range(1, 10), 4)})))
