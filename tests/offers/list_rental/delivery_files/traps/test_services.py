from dataclasses import replace
from datetime import date

import pytest

from marketingconnect.audit.models import JournalEntry
from marketingconnect.base.vocabulary import Population
from marketingconnect.offers.list_rental.delivery_files.register import open_trace
from marketingconnect.offers.list_rental.delivery_files.traps.queries import identify_trap
from marketingconnect.offers.list_rental.delivery_files.traps.services import (
    MOST_AT_ONE_ADDRESS,
    NoTrapError,
    register_trap_person,
    reserve_traps,
    withdraw_trap_person,
)
from marketingconnect.offers.list_rental.models import TrapVariant
from tests.offers.list_rental.delivery_files.made import (
    NOW,
    STAFF,
    TODAY,
    spec,
    trap_fields,
    trap_people,
)

pytestmark = pytest.mark.django_db


def reserve(
    delivery: int, count: int, *communes: str, population: Population = Population.CONSUMERS
) -> list[TrapVariant]:
    return reserve_traps(
        open_trace(spec(delivery, population=population), now=NOW),
        count=count,
        communes=frozenset(communes),
        departements=frozenset(commune[:2] for commune in communes),
        on=TODAY,
    )


def test_a_second_call_gives_the_same_traps() -> None:
    trap_people()

    assert reserve(1, 3, "69266") == reserve(1, 3, "69266")
    assert reserve(1, 5, "69266")[:3] == reserve(1, 3, "69266")


def test_no_two_deliveries_ever_share_a_name() -> None:
    trap_people(2)

    for delivery in range(1, 21):
        reserve(delivery, 10, "69266")

    assert TrapVariant.objects.values("identity").distinct().count() == 200


def test_people_of_the_town_come_first_then_of_the_departement() -> None:
    trap_people(4)

    first, second, _ = reserve(1, 3, "69266")

    assert {first.person.commune, second.person.commune} == {"69266", "69204"}
    assert first.person.commune == "69266"


def test_when_those_nearby_are_too_few_others_are_asked() -> None:
    trap_people(4)

    traps = reserve(1, 8, "69266")

    used = [trap.person_id for trap in traps]
    assert max(used.count(person) for person in used) <= MOST_AT_ONE_ADDRESS


def test_who_no_longer_agrees_is_left_out() -> None:
    people = trap_people(2)
    withdraw_trap_person(people[0].pk, actor=STAFF, on=TODAY, now=NOW)

    assert {trap.person_id for trap in reserve(1, 4)} == {people[1].pk}
    assert JournalEntry.objects.filter(action="trap_person.withdrawn").count() == 1


def test_who_agrees_later_is_not_used_before() -> None:
    later = replace(trap_fields(0), agreed_on=date(2026, 12, 1))
    register_trap_person(later, actor=STAFF, now=NOW)

    with pytest.raises(NoTrapError):
        reserve(1, 2)


def test_companies_have_names_of_companies() -> None:
    trap_people(3, Population.PROFESSIONALS)

    traps = reserve(1, 6, population=Population.PROFESSIONALS)

    assert {trap.first_name for trap in traps} == {""}
    assert len({trap.last_name for trap in traps}) == 6


@pytest.mark.parametrize("typed", ["{first} {last}, {street} {code}", "{code} {last} mme {first}"])
def test_an_envelope_names_its_delivery(typed: str) -> None:
    trap_people()
    (trap, *_), _ = reserve(1, 2), reserve(2, 2)
    text = typed.format(
        first=trap.first_name.title(),
        last=trap.last_name.lower(),
        street=trap.person.line4.replace("AVENUE", "av."),
        code=trap.person.postal_code,
    )

    (found,) = identify_trap(text)

    assert (found.delivery, found.certain) == (1, "{street}" in typed)


def test_a_letter_to_somebody_else_names_nobody() -> None:
    trap_people()
    reserve(1, 2)

    assert identify_trap("Madame Nadia BENALI 12 rue du Four 69003 LYON") == []
