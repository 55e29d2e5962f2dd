"""Ask the counting desk, and put its answers in the words of the screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from marketingconnect.catalogue.queries import NoPriceError, current_price_list, price_of
from marketingconnect.clock import paris_date
from marketingconnect.geography import commune
from marketingconnect.kernel.money import Money
from marketingconnect.targeting.criteria import (
    Channel,
    Criteria,
    Group,
    InvalidCriteriaError,
    Population,
    Use,
)
from marketingconnect.targeting.desk import DeskError
from marketingconnect.targeting.queries import CLOSE, CountResult, count_for
from marketingconnect.web.targeting.breakdowns import breakdowns_of, dimensions_of, step_rows
from marketingconnect.web.targeting.choices import CHANNELS, area_name
from marketingconnect.web.targeting.fields import CHANNEL_USES
from marketingconnect.web.targeting.figures import (
    TOO_FEW,
    ChannelRow,
    CountView,
    DetailsView,
    area_rows,
    legend_of,
    source_line,
)

_CODES: Final = {
    ("consumers", "post"): ("list.consumer_address",),
    ("consumers", "phone"): ("list.consumer_address", "list.phone"),
    ("professionals", "post"): ("list.professional_address",),
    ("professionals", "phone"): ("list.professional_address", "list.phone"),
    ("consumers", "mobile"): ("sms.base",),
    ("professionals", "mobile"): ("sms.base",),
    ("consumers", "email"): ("email.base",),
    ("professionals", "email"): ("email.base",),
}
_UNITS: Final = {
    Group.HOUSEHOLD: "foyer,foyers",
    Group.ADDRESS: "adresse,adresses",
    Group.COMPANY: "entreprise,entreprises",
}
_UNREADABLE: Final = (
    "Cette cible a été écrite par une version plus récente : elle ne peut pas être comptée ici."
)
_CLOSE_HEADLINE: Final = "Trop proche d’un autre comptage"
_CLOSE_WHY: Final = (
    "La différence tiendrait à quelques foyers, que l’on pourrait reconnaître. Élargissez le "
    "ciblage, ou changez plus nettement un critère."
)


@dataclass(frozen=True, slots=True)
class Who:
    """For whom one counts, and when."""

    company_id: int
    user_id: int
    now: datetime

    @property
    def today(self) -> date:
        return paris_date(self.now)


@dataclass(frozen=True, slots=True)
class Counted:
    """Numbers asked together, or why there are none."""

    numbers: tuple[int | None, ...] = ()
    source: str = ""
    refusal: str = ""


def count_view(criteria: Criteria | None, who: Who) -> CountView:
    """How many, on each channel, and at what price."""
    if criteria is None:
        return CountView(headline="Pas de comptage", unavailable=_UNREADABLE)
    try:
        results = {
            channel: _count(on_channel(criteria, channel), who)
            for channel in _chosen_first(criteria.channel)
        }
    except (DeskError, InvalidCriteriaError) as error:
        return CountView(headline="Pas de comptage", unavailable=_said(error))
    chosen = results[criteria.channel]
    headline, why = _refused(chosen.refusal)
    return CountView(
        number=chosen.count,
        unit=unit_of(criteria),
        source=_source(criteria.population, chosen, who.now),
        headline=headline,
        refusal=why,
        channels=tuple(_row(criteria, Channel(one.value), results, who) for one in CHANNELS),
    )


def details_view(criteria: Criteria | None, who: Who, *, departement: str = "") -> DetailsView:
    """The figures by area and by kind, and what each criterion takes away."""
    if criteria is None:
        return DetailsView()
    areas = "commune" if departement else "departement"
    wanted = (areas, *dimensions_of(criteria.population))
    try:
        told = _count(criteria, who, by=wanted, steps=True)
    except (DeskError, InvalidCriteriaError):
        return DetailsView()
    if told.refusal:
        return DetailsView()
    counts = _inside(told.by[areas], departement)
    return DetailsView(
        areas=area_rows(areas, counts),
        areas_title=f"Communes : {area_name('departement', departement)}"
        if departement
        else "Par département",
        area_word=areas.replace("departement", "département").capitalize(),
        areas_note=f"« {TOO_FEW} » : le nombre est trop petit pour être donné."
        if None in counts.values()
        else "",
        legend=legend_of(counts),
        breakdowns=breakdowns_of(told.by, criteria.population),
        steps=step_rows(told.steps, criteria),
    )


def counted_numbers(asked: Sequence[Criteria], who: Who) -> Counted:
    """How many each of several criteria give; None for one that is not told."""
    try:
        results = [_count(criteria, who) for criteria in asked]
    except (DeskError, InvalidCriteriaError) as error:
        return Counted(refusal=_said(error))
    source = _source(asked[0].population, results[0], who.now)
    return Counted(tuple(result.count for result in results), source)


def price_for(
    population: Population, channel: Channel, quantity: int, *, on: date
) -> tuple[Money, Decimal] | None:
    """What a quantity costs on a channel, its options included, and the price of a thousand."""
    try:
        tariff = current_price_list(on)
        lines = [price_of(tariff, code, quantity) for code in _CODES[population, channel]]
    except NoPriceError:
        return None
    total = sum((line.net for line in lines), Money(0))
    return total, sum((line.unit_price for line in lines), Decimal(0))


def on_channel(criteria: Criteria, channel: Channel) -> Criteria:
    """The same people on another channel, for the use that it has."""
    return replace(criteria, channel=channel, use=Use(CHANNEL_USES[channel.value]))


def unit_of(criteria: Criteria) -> str:
    """What the count counts: `foyer,foyers`."""
    if criteria.one_per in _UNITS:
        return _UNITS[criteria.one_per]
    consumers = criteria.population == Population.CONSUMERS
    return "personne,personnes" if consumers else "établissement,établissements"


def _count(
    criteria: Criteria, who: Who, *, by: tuple[str, ...] = (), steps: bool = False
) -> CountResult:
    return count_for(
        criteria,
        company_id=who.company_id,
        user_id=who.user_id,
        today=who.today,
        now=who.now,
        by=by,
        steps=steps,
    )


def _chosen_first(channel: Channel) -> list[Channel]:
    """The channel that was chosen is counted first: it is compared with what was told before."""
    return [channel, *(other for other in Channel if other is not channel)]


def _refused(refusal: str) -> tuple[str, str]:
    """A refusal as a headline and its reason."""
    if not refusal:
        return "", ""
    if refusal == CLOSE:
        return _CLOSE_HEADLINE, _CLOSE_WHY
    headline, _, why = refusal.partition("\u00a0: ")
    return headline, f"{why[:1].upper()}{why[1:]}" if why else refusal


def _said(error: DeskError | InvalidCriteriaError) -> str:
    """Why nothing is counted, for a person."""
    return error.message if isinstance(error, InvalidCriteriaError) else str(error)


def _row(
    criteria: Criteria, channel: Channel, results: Mapping[Channel, CountResult], who: Who
) -> ChannelRow:
    shown = next(one for one in CHANNELS if one.value == channel.value)
    result = results[channel]
    price = None
    if result.count:
        price = price_for(criteria.population, channel, result.count, on=who.today)
    return ChannelRow(
        value=shown.value,
        label=shown.label,
        icon=shown.icon,
        is_chosen=channel is criteria.channel,
        count=result.count,
        words=TOO_FEW if result.refusal else "",
        price=price[0] if price else None,
        unit_price=price[1] if price else None,
    )


def _source(population: Population, result: CountResult, now: datetime) -> str:
    is_sirene = population == Population.PROFESSIONALS
    vintage = result.vintage if is_sirene else None
    return source_line(as_of=result.as_of, vintage=vintage, counted_at=now)


def _inside(counts: Mapping[str, int | None], departement: str) -> Mapping[str, int | None]:
    """The communes of one département."""
    if not departement:
        return counts
    return {code: count for code, count in counts.items() if _is_in(code, departement)}


def _is_in(code: str, departement: str) -> bool:
    try:
        return commune(code).departement == departement
    except KeyError:
        return code.startswith(departement)
