"""The fields of the targeting form: names, French names, groups, and who has them."""

from dataclasses import dataclass
from typing import Final, Literal

from marketingconnect.base.vocabulary import Population

Kind = Literal["many", "one", "flag"]
CONSUMERS: Final = frozenset({Population.CONSUMERS.value})
PROFESSIONALS: Final = frozenset({Population.PROFESSIONALS.value})
EVERYBODY: Final = CONSUMERS | PROFESSIONALS


@dataclass(frozen=True, slots=True)
class Field:
    """`many` holds several values, `one` a single one, `flag` is ticked or not."""

    name: str
    label: str
    kind: Kind
    populations: frozenset[str] = EVERYBODY
    coded: bool = False
    """Whether its values are those of the field of the same name of the criteria."""


FIELDS: Final = {
    field.name: field
    for field in (
        Field("channel", "Canal", "one"),
        Field("place", "Où", "many"),
        Field("without", "Sauf ces zones", "many"),
        Field("age_band", "Âge", "many", CONSUMERS, coded=True),
        Field("sex", "Sexe", "many", CONSUMERS, coded=True),
        Field("housing", "Habitat", "many", CONSUMERS, coded=True),
        Field("tenure", "Statut d’occupation", "many", CONSUMERS, coded=True),
        Field("income_band", "Revenus du quartier", "many", CONSUMERS, coded=True),
        Field("naf", "Activité (NAF)", "many", PROFESSIONALS, coded=True),
        Field("naf25", "Activité (NAF 2025)", "many", PROFESSIONALS, coded=True),
        Field("headcount", "Effectif", "many", PROFESSIONALS, coded=True),
        Field("legal_form", "Forme juridique", "many", PROFESSIONALS, coded=True),
        Field("head_office", "Siège ou établissement", "one", PROFESSIONALS),
        Field("has_trade_name", "Enseigne", "one", PROFESSIONALS),
        Field("sole_trader", "Entreprise individuelle", "one", PROFESSIONALS),
        Field("created_from", "Créé depuis", "one", PROFESSIONALS),
        Field("created_to", "Créé jusqu’à", "one", PROFESSIONALS),
        Field("also_reachable", "Joignable aussi par", "many"),
        Field("earlier", "Sans mes livraisons précédentes", "flag"),
        Field("over_solicited", "Sans les personnes trop sollicitées", "flag"),
        Field("stop_file", "Fichier repoussoir", "one"),
        Field("one_per", "Un seul contact par", "one"),
        Field("quota_by", "Quotas par", "one"),
        Field("quotas", "Quotas", "many"),
        Field("sample", "Échantillon", "one"),
        Field("seed", "Graine du tirage", "one"),
        Field("other", "Condition particulière", "many"),
    )
}
FLAGS: Final = frozenset(name for name, field in FIELDS.items() if field.kind == "flag")
CHANNEL_USES: Final = {"post": "rental", "phone": "rental", "mobile": "sending", "email": "sending"}
"""Addresses and numbers are handed over; mobiles and e-mail addresses never are (CGV CL.3)."""
YES_NO: Final = ("head_office", "has_trade_name", "sole_trader")
NUMBERS: Final = frozenset({"age_band", "sex", "housing", "tenure", "income_band"})
"""Coded fields whose codes are numbers in the criteria."""


def fields_of(population: str) -> list[Field]:
    """The fields that the form of a population has."""
    return [field for field in FIELDS.values() if population in field.populations]
