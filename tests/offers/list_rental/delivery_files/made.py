"""People and companies made up for deliveries, as the extraction gives them."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final

from marketingconnect.audit.actors import Actor
from marketingconnect.base.vocabulary import Population
from marketingconnect.offers.list_rental.delivery_files.spec import DeliverySpec, Source
from marketingconnect.offers.list_rental.delivery_files.traps.services import (
    TrapFields,
    register_trap_person,
)
from marketingconnect.offers.list_rental.models import TrapPerson
from marketingconnect.targeting.context import ChannelRight
from marketingconnect.targeting.files.batches import Batch, batches_of
from marketingconnect.terms.law import shipped_law
from marketingconnect.terms.parameters import TermsParameters

NOW: Final = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
TODAY: Final = date(2026, 11, 25)
PHONE_DAY: Final = (date(2026, 6, 1) - date(2000, 1, 1)).days
STAFF: Final = Actor.system("essai")
_LAST: Final = (
    "MARTIN BERNARD THOMAS PETIT ROBERT RICHARD DURAND DUBOIS MOREAU LAURENT SIMON MICHEL LEFEBVRE "
    "LEROY ROUX DAVID BERTRAND MOREL FOURNIER GIRARD BONNET DUPONT LAMBERT FONTAINE ROUSSEAU"
)
_FIRST: Final = (
    "Jean Marie Pierre Jeanne Louis Françoise Paul Hélène Luc Inès Zoé Noël Gaël Anne-Laure Léo"
)
_STREETS: Final = (
    "AVENUE JEAN JAURES|RUE DE LA GARE|BOULEVARD VOLTAIRE|CHEMIN DES VIGNES|PLACE SAINT BRUNO|"
    "IMPASSE DU MOULIN|ROUTE DE LYON|RUE DU DOCTEUR ROUX|ALLEE DES TILLEULS|RUE STE CATHERINE|"
    "AV FOCH|RUE VICTOR HUGO|BD DU GENERAL LECLERC|RUE DES ECOLES"
)
_TOWNS: Final = (
    ("01004", "01", "01500", "AMBERIEU EN BUGEY"),
    ("38185", "38", "38000", "GRENOBLE"),
    ("69204", "69", "69230", "SAINT GENIS LAVAL"),
    ("69266", "69", "69100", "VILLEURBANNE"),
)


def consumers(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """As many different people, in the order of the base."""
    drawn = random.Random(seed)
    people = [_consumer(number, drawn) for number in range(count)]
    return sorted(people, key=lambda row: (row["departement"], row["commune"], row["record_key"]))


def _place(drawn: random.Random) -> dict[str, Any]:
    commune, departement, postal_code, town = drawn.choice(_TOWNS)
    return {
        "line2": drawn.choice(["", "", f"Appartement {drawn.randrange(90)}"]),
        "line3": "",
        "line4": f"{drawn.randrange(1, 180)} {drawn.choice(_STREETS.split('|'))}",
        "line5": "",
        "postal_code": postal_code,
        "town": town,
        "departement": departement,
        "commune": commune,
        "iris": "",
    }


def _consumer(number: int, drawn: random.Random) -> dict[str, Any]:
    has_phone = number % 3 == 0
    return {
        "record_key": 10_000 + number,
        "civility": drawn.choice([0, 1, 1, 2, 2]),
        "first_name": drawn.choice(_FIRST.split()),
        "last_name": f"{drawn.choice(_LAST.split())} {drawn.choice(_LAST.split())}",
        **_place(drawn),
        "phone": f"+3319900{number % 10_000:04d}" if has_phone else "",
        "phone_supplier": 4 if has_phone else 0,
        "phone_on": PHONE_DAY if has_phone else 0,
        "age_band": drawn.randrange(14),
        "sex": drawn.randrange(3),
        "housing": drawn.randrange(3),
        "tenure": drawn.randrange(3),
        "income_band": drawn.randrange(11),
    }


def companies(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """As many different establishments, in the order of the base."""
    drawn = random.Random(seed)
    rows = [
        {
            "record_key": 90_000_000_000_000 + number,
            "name": f"{drawn.choice(_LAST.split())} ET FILS {number}",
            **_place(drawn),
            "phone": "",
            "phone_supplier": 0,
            "phone_on": 0,
            "siret": str(90_000_000_000_000 + number),
            "siren": "900000000",
            "trade_name": None,
            "naf": "10.71C",
            "naf25": "",
            "headcount": "11",
            "legal_form": "5710",
            "head_office": True,
            "created_on": date(2020, 1, 31),
        }
        for number in range(count)
    ]
    return sorted(rows, key=lambda row: (row["departement"], row["commune"], row["siret"]))


def in_batches(rows: Sequence[dict[str, Any]], *, size: int = 700) -> Iterator[Batch]:
    return batches_of(
        list(rows[0]) if rows else [], [list(row.values()) for row in rows], size=size
    )


def spec(delivery: int = 42, **changes: Any) -> DeliverySpec:
    made = DeliverySpec(
        delivery=delivery,
        reference=f"LC-{delivery:06d}-1",
        label=f"LC-{delivery:06d}-1, Boulangerie Nadia",
        population=Population.CONSUMERS,
        options=(),
        sources=[Source("Foyers de France", date(2026, 11, 1), "Droit d’usage n° 12.")],
        checked_on=TODAY,
        licence=lambda quantity, use_by: [f"{quantity} adresses, téléphones : {use_by}."],
        terms=TermsParameters(),
        law=shipped_law(),
        phone_right=ChannelRight(frozenset({4}), PHONE_DAY - 30, PHONE_DAY + 200),
    )
    return replace(made, **changes)


def trap_people(count: int = 6, population: Population = Population.CONSUMERS) -> list[TrapPerson]:
    """People of the operator who agreed, in the towns of the rows."""
    return [
        register_trap_person(trap_fields(number, population), actor=STAFF, now=NOW)
        for number in range(count)
    ]


def trap_fields(number: int, population: Population = Population.CONSUMERS) -> TrapFields:
    commune, departement, postal_code, town = _TOWNS[number % len(_TOWNS)]
    is_person = population is Population.CONSUMERS
    return TrapFields(
        population=population,
        civility=1 + number % 2 if is_person else 0,
        first_name="Camille" if is_person else "",
        last_name=("LENOIR", "BLANCHARD", "VASSEUR", "PREVOST")[number % 4],
        line4=f"{300 + number} AVENUE DE LA PAIX",
        postal_code=postal_code,
        town=town,
        commune=commune,
        departement=departement,
        phone="+33199009999",
        agreed_on=date(2026, 1, 5),
        agreement="Accord écrit, armoire 2",
    )
