"""Trap addresses made up for demonstrations and benchmarks: nobody lives there."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from marketingconnect.audit.actors import Actor
from marketingconnect.base.vocabulary import Population
from marketingconnect.offers.list_rental.delivery_files.traps.services import (
    TrapFields,
    register_trap_person,
)
from marketingconnect.offers.list_rental.models import TrapPerson

_AGREED_ON: Final = date(2026, 1, 5)
_AGREEMENT: Final = "Accord écrit, classeur de démonstration"
_PLACES: Final = (
    # last name, civility, first name, street, postal code, town, commune, département
    ("LENOIR", 2, "Claire", "412 RUE DES TROIS MOULINS", "01000", "BOURG EN BRESSE", "01053", "01"),
    ("VASSEUR", 1, "Denis", "418 AVENUE DE LA PAIX", "13006", "MARSEILLE", "13206", "13"),
    ("PREVOST", 2, "Odile", "431 RUE DU VIEUX PORT", "33000", "BORDEAUX", "33063", "33"),
    ("BLANCHARD", 1, "Marc", "407 CHEMIN DES NOYERS", "31000", "TOULOUSE", "31555", "31"),
    ("CARPENTIER", 2, "Sylvie", "425 RUE DE LA FILATURE", "59000", "LILLE", "59350", "59"),
    ("DELATTRE", 1, "Yves", "403 BOULEVARD DES ORMES", "67000", "STRASBOURG", "67482", "67"),
    ("GUILLOT", 2, "Nadine", "419 RUE DES CANUTS", "69004", "LYON", "69384", "69"),
    ("HAMON", 1, "Alain", "436 RUE DES CORDELIERS", "35000", "RENNES", "35238", "35"),
    ("MARECHAL", 2, "Corinne", "402 RUE DU CANAL", "75010", "PARIS", "75110", "75"),
    ("PERRIER", 1, "Gilles", "428 IMPASSE DES LILAS", "44000", "NANTES", "44109", "44"),
    ("RAYNAUD", 2, "Martine", "411 ROUTE DE LA MER", "34000", "MONTPELLIER", "34172", "34"),
    ("TESSIER", 1, "Bruno", "424 PLACE DU MARCHE", "38000", "GRENOBLE", "38185", "38"),
)


def sample_trap_fields(population: Population) -> Iterator[TrapFields]:
    """One address in each of a dozen towns."""
    is_person = population is Population.CONSUMERS
    for last, civility, first, street, postal_code, town, commune, departement in _PLACES:
        yield TrapFields(
            population=population,
            civility=civility if is_person else 0,
            first_name=first if is_person else "",
            last_name=last,
            line4=street,
            postal_code=postal_code,
            town=town,
            commune=commune,
            departement=departement,
            agreed_on=_AGREED_ON,
            agreement=_AGREEMENT,
        )


def register_sample_traps(*, actor: Actor, now: datetime) -> list[TrapPerson]:
    """CGV CL.2: fill an empty register for both populations; nothing if anybody is in it."""
    if TrapPerson.objects.exists():
        return []
    return [
        register_trap_person(fields, actor=actor, now=now)
        for population in Population
        for fields in sample_trap_fields(population)
    ]
