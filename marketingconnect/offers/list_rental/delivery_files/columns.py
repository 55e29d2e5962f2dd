"""The columns of a delivered file: those always there, and the options that may be ordered."""

from collections.abc import Mapping, Sequence
from typing import Final

from marketingconnect.base.vocabulary import (
    AGE_BAND_LABELS,
    HEADCOUNT_LABELS,
    HOUSING_LABELS,
    INCOME_BAND_LABELS,
    SEX_LABELS,
    TENURE_LABELS,
    Channel,
    Population,
)
from marketingconnect.kernel.postal_address import LINE_COUNT, LINE_LENGTH
from marketingconnect.offers.list_rental.delivery_files.reference import LENGTH
from marketingconnect.offers.list_rental.delivery_files.rules import refused_channels
from marketingconnect.offers.list_rental.errors import RentalError
from marketingconnect.targeting.files.batches import Column

PHONE: Final = Channel.PHONE.value
PHONE_USE_BY: Final = "phone_use_by"
REFERENCE: Final = Column("reference", "Référence", LENGTH)
LINES: Final = tuple(
    Column(f"line{n}", f"Ligne {n}", LINE_LENGTH) for n in range(1, LINE_COUNT + 1)
)
_PLACE: Final = (Column("postal_code", "Code postal", 5), Column("town", "Ville", 32))
_WHO: Final[Mapping[Population, tuple[Column, ...]]] = {
    Population.CONSUMERS: (
        Column("civility", "Civilité", 8),
        Column("first_name", "Prénom", 38),
        Column("last_name", "Nom", 38),
    ),
    Population.PROFESSIONALS: (Column("name", "Raison sociale", 80),),
}
_PHONES: Final = (
    Column(PHONE, "Téléphone", 10),
    Column(PHONE_USE_BY, "Téléphone à utiliser jusqu’au", 10),
)
OPTIONS: Final[Mapping[Population, Mapping[str, Column]]] = {
    Population.CONSUMERS: {
        "age_band": Column("age_band", "Tranche d’âge", 18),
        "sex": Column("sex", "Sexe", 14),
        "housing": Column("housing", "Type de logement", 14),
        "tenure": Column("tenure", "Occupation du logement", 14),
        "income_band": Column("income_band", "Revenu modélisé du quartier (décile)", 45),
        "commune": Column("commune", "Code commune (INSEE)", 5),
        "iris": Column("iris", "Code IRIS", 9),
    },
    Population.PROFESSIONALS: {
        "siret": Column("siret", "SIRET", 14),
        "siren": Column("siren", "SIREN", 9),
        "trade_name": Column("trade_name", "Enseigne", 60),
        "naf": Column("naf", "Code NAF", 6),
        "naf25": Column("naf25", "Code NAF 2025", 6),
        "headcount": Column("headcount", "Effectif", 32),
        "legal_form": Column("legal_form", "Catégorie juridique", 4),
        "head_office": Column("head_office", "Siège", 3),
        "created_on": Column("created_on", "Date de création", 10),
        "commune": Column("commune", "Code commune (INSEE)", 5),
        "iris": Column("iris", "Code IRIS", 9),
    },
}
"""Name of an enrichment column -> how it is written; names are those of the base."""

LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "headcount": HEADCOUNT_LABELS,
    **{
        name: {str(code): label if code else "" for code, label in labels.items()}
        for name, labels in {
            "age_band": AGE_BAND_LABELS,
            "sex": {**SEX_LABELS, 1: "Homme", 2: "Femme"},
            "housing": HOUSING_LABELS,
            "tenure": TENURE_LABELS,
            "income_band": INCOME_BAND_LABELS,
        }.items()
    },
}
"""Column -> code as text -> what is written; an unknown value is left empty."""

_SORTED_BY: Final = ("departement", "commune")
_ADDRESS: Final = ("line2", "line3", "line4", "line5", "postal_code", "town")


def check_options(population: Population, options: Sequence[str]) -> None:
    """Raise RentalError for a column that no delivered file may hold."""
    if refused := refused_channels(options):
        names = " et ".join(Channel(name).label for name in refused)
        raise RentalError(
            f"{names} : un fichier loué contient des adresses postales, avec ou sans téléphone "
            "fixe, et rien d’autre pour joindre les personnes.",
            article="Def",
        )
    for name in options:
        if name != PHONE and name not in OPTIONS[population]:
            raise RentalError(f"« {name} » n’est pas une colonne de ce fichier.", article="CL.4")


def delivered_columns(population: Population, options: Sequence[str]) -> list[Column]:
    """The columns of the files in their order. Raises RentalError as check_options does."""
    check_options(population, options)
    chosen = [column for name, column in OPTIONS[population].items() if name in options]
    phones = _PHONES if PHONE in options else ()
    return [REFERENCE, *LINES, *_WHO[population], *_PLACE, *phones, *chosen]


def needed_columns(population: Population, options: Sequence[str]) -> list[str]:
    """What the extraction must give for these files, by the names of the base."""
    check_options(population, options)
    phones = (PHONE, "phone_supplier", "phone_on") if PHONE in options else ()
    who = [column.name for column in _WHO[population]]
    chosen = [name for name in OPTIONS[population] if name in options]
    return list(dict.fromkeys(["record_key", *who, *_ADDRESS, *_SORTED_BY, *phones, *chosen]))
