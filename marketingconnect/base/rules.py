"""Whether a record may be used: the supplier's right, the person's agreement, the age of both."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from marketingconnect.base.vocabulary import Channel, Population, Purpose
from marketingconnect.kernel.calendar import add_months, add_years
from marketingconnect.terms.law import Fact, UnknownLawError, value_on
from marketingconnect.terms.parameters import TermsParameters

_DAY: Final = timedelta(days=1)


class Ground(StrEnum):
    """Why a person may be written to (base légale)."""

    CONSENT = "consent"
    LEGITIMATE_INTEREST = "legitimate_interest"


class PhoneRegime(StrEnum):
    """What the law of the day asks before a private person is called."""

    OPPOSITION_LIST = "opposition_list"
    PRIOR_CONSENT = "prior_consent"


@dataclass(frozen=True, slots=True)
class Right:
    """A supplier's right of use, as the contract says it; both dates are included."""

    supplier: int
    population: Population
    channels: frozenset[Channel]
    purposes: frozenset[Purpose]
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of a person's agreement on one channel."""

    supplier: int
    ground: Ground
    collected_on: date


def right_covers(
    right: Right, *, population: Population, channel: Channel, purpose: Purpose, on: date
) -> bool:
    """CGV Def: the Base is used within the extent and the dates of the supplier's right."""
    return (
        right.population == population
        and channel in right.channels
        and purpose in right.purposes
        and right.starts_on <= on
        and (right.ends_on is None or on <= right.ends_on)
    )


def suppliers_in_force(
    rights: Iterable[Right],
    *,
    suspended: Collection[int],
    population: Population,
    channel: Channel,
    purpose: Purpose,
    on: date,
) -> frozenset[int]:
    """CGV Def: the suppliers whose right covers this use; a suspended one has none left."""
    return frozenset(
        right.supplier
        for right in rights
        if right.supplier not in suspended
        and right_covers(right, population=population, channel=channel, purpose=purpose, on=on)
    )


def phone_regime(on: date, law: Sequence[Fact]) -> PhoneRegime:
    """CGV CL.6: a private person is called if the law of the day allows it.

    Before 11 August 2026 the number had to be checked against the opposition list.
    """
    return PhoneRegime(value_on("consumer_phone_prospecting", on, law, str))


def ground_suffices(
    ground: Ground, *, population: Population, channel: Channel, on: date, law: Sequence[Fact]
) -> bool:
    """CGV CL.6: consumers agree beforehand to be called, and to e-mail and SMS; post needs less."""
    if population is Population.PROFESSIONALS or channel is Channel.POST:
        return True
    if channel is Channel.PHONE and phone_regime(on, law) is PhoneRegime.OPPOSITION_LIST:
        return True
    return ground is Ground.CONSENT


def oldest_usable_day(
    *, population: Population, channel: Channel, on: date, law: Sequence[Fact]
) -> date:
    """CGV B.5: the first day of collection that may still be used on that day.

    A prospect's data are kept three years after the last contact; consent to be called lasts
    twelve months. The anniversary itself is too late. A register has no age: the vintage has.
    """
    if population is Population.PROFESSIONALS and channel is Channel.POST:
        return date.min
    years = value_on("prospect_retention_years", on, law, int)
    oldest = add_years(on, -years) + _DAY
    if population is Population.CONSUMERS and channel is Channel.PHONE:
        months = _phone_consent_months(on, law)
        if months is not None:
            oldest = max(oldest, add_months(on, -months) + _DAY)
    return oldest


def _phone_consent_months(on: date, law: Sequence[Fact]) -> int | None:
    try:
        return value_on("consumer_phone_consent_months", on, law, int)
    except UnknownLawError:
        return None


def is_record_usable(
    proof: Proof,
    *,
    in_force: Collection[int],
    population: Population,
    channel: Channel,
    on: date,
    law: Sequence[Fact],
) -> bool:
    """CGV B.5: a record is used on a channel with a proof, of age, from a supplier in force."""
    oldest = oldest_usable_day(population=population, channel=channel, on=on, law=law)
    return (
        proof.supplier in in_force
        and oldest <= proof.collected_on <= on
        and ground_suffices(proof.ground, population=population, channel=channel, on=on, law=law)
    )


def last_usable_day(
    collected_on: date, *, population: Population, channel: Channel, on: date, law: Sequence[Fact]
) -> date:
    """CGV CL.6: the last day a proof can be relied on, under the law of the day `on`."""
    end = add_years(collected_on, value_on("prospect_retention_years", on, law, int)) - _DAY
    if population is Population.CONSUMERS and channel is Channel.PHONE:
        months = _phone_consent_months(on, law)
        if months is not None:
            end = min(end, add_months(collected_on, months) - _DAY)
    return end


def use_by_date(
    *,
    checked_on: date,
    oldest_consent_on: date | None,
    population: Population,
    terms: TermsParameters,
    law: Sequence[Fact],
) -> date:
    """CGV CL.6: a file of phones is used at most 30 days after its check (date limite).

    Sooner when a consent it holds ends sooner; `oldest_consent_on` is the earliest of the file.
    """
    limit = checked_on + timedelta(days=terms.phone_use_by_days)
    if oldest_consent_on is None:
        return limit
    expiry = last_usable_day(
        oldest_consent_on, population=population, channel=Channel.PHONE, on=checked_on, law=law
    )
    return max(checked_on, min(limit, expiry))


def vintage_age(*, delivered_on: date, on: date) -> int:
    """CGV CL.5: days since INSEE gave the stock in use."""
    return (on - delivered_on).days


def sirene_due_on(*, delivered_on: date, terms: TermsParameters) -> date:
    """CGV CL.5: the last day to load a delivery of INSEE, 30 days after it."""
    return delivered_on + timedelta(days=terms.sirene_max_age_days)


def sirene_alert_on(*, delivered_on: date, terms: TermsParameters, days_before: int) -> date:
    """CGV CL.5: the day staff are told, before the last one."""
    due = sirene_due_on(delivered_on=delivered_on, terms=terms)
    return max(delivered_on, due - timedelta(days=days_before))
