"""The register of traps: who agreed, and which name each bears in which delivery."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.base.vocabulary import Population
from marketingconnect.offers.list_rental.delivery_files.fingerprint import drawn
from marketingconnect.offers.list_rental.delivery_files.spelling import name_form, words_of
from marketingconnect.offers.list_rental.delivery_files.traps.names import (
    company_names,
    person_names,
)
from marketingconnect.offers.list_rental.errors import RentalError
from marketingconnect.offers.list_rental.models import DeliveryTrace, TrapPerson, TrapVariant

MOST_AT_ONE_ADDRESS: Final = 3
"""Names at one address in one file before somebody further away is asked, if there is anybody."""


class NoTrapError(RentalError):
    """The register has nobody, or no name is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrapFields:
    """Who agreed, where the mail comes, and where the agreement is kept."""

    population: Population
    civility: int = 0
    first_name: str = ""
    last_name: str
    line2: str = ""
    line3: str = ""
    line4: str = ""
    line5: str = ""
    postal_code: str
    town: str
    commune: str
    departement: str
    phone: str = ""
    siret: str = ""
    agreed_on: date
    agreement: str


@transaction.atomic
def register_trap_person(fields: TrapFields, *, actor: Actor, now: datetime) -> TrapPerson:
    """CGV CL.2: add a consenting address to the register."""
    person = TrapPerson.objects.create(**asdict(fields))
    _journal("trap_person.registered", person, actor, now, after={"agreed_on": fields.agreed_on})
    return person


@transaction.atomic
def withdraw_trap_person(person_id: int, *, actor: Actor, on: date, now: datetime) -> None:
    """CGV CL.2: the person no longer agrees: new deliveries leave the address out."""
    person = TrapPerson.objects.select_for_update().get(pk=person_id)
    if person.withdrawn_on is None:
        TrapPerson.objects.filter(pk=person_id).update(withdrawn_on=on)
        _journal("trap_person.withdrawn", person, actor, now, after={"withdrawn_on": on})


@transaction.atomic
def reserve_traps(
    trace: DeliveryTrace,
    *,
    count: int,
    communes: frozenset[str],
    departements: frozenset[str],
    on: date,
) -> list[TrapVariant]:
    """CGV CL.2: the traps of a delivery, each under a name that no other delivery has.

    Those of the file's communes first, then of its départements. A second call gives the same ones.
    Raises NoTrapError.
    """
    DeliveryTrace.objects.select_for_update().get(pk=trace.pk)
    kept = list(trace.traps.select_related("person").order_by("rank")[:count])
    if len(kept) == count:
        return kept
    people = _people_for(trace, count, communes, departements, on)
    for rank in range(len(kept) + 1, count + 1):
        kept.append(_named(trace, people[(rank - 1) % len(people)], rank))
    return kept


def _people_for(
    trace: DeliveryTrace,
    count: int,
    communes: frozenset[str],
    departements: frozenset[str],
    on: date,
) -> Sequence[TrapPerson]:
    """The nearest people of the register, as many as keep names apart; drawn among equals."""
    draw = drawn(bytes(trace.secret), "trap-person")

    def distance(person: TrapPerson) -> tuple[int, int]:
        near = 1 if person.departement in departements else 2
        return (0 if person.commune in communes else near, draw(person.pk))

    agreed = TrapPerson.objects.filter(population=trace.population, agreed_on__lte=on)
    people = sorted(agreed.exclude(withdrawn_on__lte=on), key=distance)
    if not people:
        raise NoTrapError(
            "Le registre des adresses pièges n’a personne pour cette population : "
            "ajoutez-y des personnes d’accord avant de livrer.",
            article="CL.2",
        )
    near = sum(distance(person)[0] < 2 for person in people)
    return people[: max(near, -(-count // MOST_AT_ONE_ADDRESS))]


def _named(trace: DeliveryTrace, person: TrapPerson, rank: int) -> TrapVariant:
    for first, last in _names(person, drawn(bytes(trace.secret), f"trap-name-{person.pk}-{rank}")):
        identity = identity_of(f"{first} {last}", person.postal_code)
        variant, is_new = TrapVariant.objects.get_or_create(
            identity=identity,
            defaults={
                "person": person,
                "trace": trace,
                "rank": rank,
                "first_name": first,
                "last_name": last,
            },
        )
        if is_new:
            return variant
    raise NoTrapError(
        f"L’adresse piège de {person} a servi sous tous ses noms : ajoutez d’autres personnes.",
        article="CL.2",
    )


def _names(person: TrapPerson, draw: Callable[[int], int]) -> Iterator[tuple[str, str]]:
    if person.population == Population.PROFESSIONALS:
        return company_names(person.last_name, draw)
    return person_names(person.civility, person.last_name, draw)


def identity_of(name: str, postal_code: str) -> str:
    """What two traps never share: the one form of the name, and the postal code."""
    return f"{name_form(words_of(name))}|{postal_code}"


def _journal(
    action: str, person: TrapPerson, actor: Actor, now: datetime, *, after: dict[str, object]
) -> None:
    record(
        action=action,
        actor=actor,
        company_id=None,
        subject=f"trap_person:{person.pk}",
        at=now,
        after=after,
    )
