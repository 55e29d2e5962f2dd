"""The codes kept in the base's files, and what they are called on screen.

Files hold small integers; a code never changes its meaning, new ones are added at the end.
"""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from itertools import pairwise
from typing import Final


class Population(StrEnum):
    """Whom a release describes: a row is one person, or one active establishment."""

    CONSUMERS = "consumers"
    PROFESSIONALS = "professionals"

    @property
    def label(self) -> str:
        return POPULATION_LABELS[self]


class Channel(StrEnum):
    """How a record can be reached; the order is that of the columns."""

    POST = "post"
    PHONE = "phone"
    MOBILE = "mobile"
    EMAIL = "email"

    @property
    def label(self) -> str:
        return CHANNEL_LABELS[self]

    @property
    def number(self) -> int:
        """The code of the channel in the file of proofs, from 1."""
        return list(Channel).index(self) + 1


class Purpose(StrEnum):
    """What a supplier's right of use is for."""

    RENTAL = "rental"
    SENDING = "sending"

    @property
    def label(self) -> str:
        return PURPOSE_LABELS[self]


class Civility(IntEnum):
    UNKNOWN = 0
    M = 1
    MME = 2


class Sex(IntEnum):
    UNKNOWN = 0
    M = 1
    F = 2


class Housing(IntEnum):
    UNKNOWN = 0
    HOUSE = 1
    FLAT = 2


class Tenure(IntEnum):
    UNKNOWN = 0
    OWNER = 1
    TENANT = 2


POPULATION_LABELS: Final[Mapping[Population, str]] = {
    Population.CONSUMERS: "Particuliers",
    Population.PROFESSIONALS: "Professionnels",
}
CHANNEL_LABELS: Final[Mapping[Channel, str]] = {
    Channel.POST: "Adresse postale",
    Channel.PHONE: "Téléphone fixe",
    Channel.MOBILE: "Mobile",
    Channel.EMAIL: "E-mail",
}
PURPOSE_LABELS: Final[Mapping[Purpose, str]] = {
    Purpose.RENTAL: "Location de fichiers",
    Purpose.SENDING: "Envoi par la plateforme",
}
CIVILITY_LABELS: Final[Mapping[int, str]] = {0: "", 1: "M.", 2: "Mme"}
CIVILITY_PRINTED: Final[Mapping[int, str]] = {0: "", 1: "M", 2: "MME"}
SEX_LABELS: Final[Mapping[int, str]] = {0: "Non renseigné", 1: "Hommes", 2: "Femmes"}
HOUSING_LABELS: Final[Mapping[int, str]] = {0: "Non renseigné", 1: "Maison", 2: "Appartement"}
TENURE_LABELS: Final[Mapping[int, str]] = {0: "Non renseigné", 1: "Propriétaire", 2: "Locataire"}

AGE_BAND_FROM: Final = (18, *range(25, 85, 5))
"""The first age of bands 1, 2, 3…: 18, 25, 30, … 75, 80."""
OLDEST_AGE: Final = 120
AGE_BAND_LABELS: Final[Mapping[int, str]] = {
    0: "Non renseigné",
    **{
        band: f"{first} à {following - 1} ans"
        for band, (first, following) in enumerate(pairwise(AGE_BAND_FROM), start=1)
    },
    len(AGE_BAND_FROM): f"{AGE_BAND_FROM[-1]} ans et plus",
}
INCOME_BAND_LABELS: Final[Mapping[int, str]] = {
    0: "Non renseigné",
    **{
        band: f"{band}{'er' if band == 1 else 'e'} décile de revenu (estimé sur le quartier)"
        for band in range(1, 11)
    },
}
INCOME_NOTE: Final = "Revenu modélisé à l’échelle du quartier : il ne décrit aucun foyer."

HEADCOUNT_LABELS: Final[Mapping[str, str]] = {
    "NN": "Non employeur ou non renseigné",
    "00": "0 salarié",
    "01": "1 à 2 salariés",
    "02": "3 à 5 salariés",
    "03": "6 à 9 salariés",
    "11": "10 à 19 salariés",
    "12": "20 à 49 salariés",
    "21": "50 à 99 salariés",
    "22": "100 à 199 salariés",
    "31": "200 à 249 salariés",
    "32": "250 à 499 salariés",
    "41": "500 à 999 salariés",
    "42": "1 000 à 1 999 salariés",
    "51": "2 000 à 4 999 salariés",
    "52": "5 000 à 9 999 salariés",
    "53": "10 000 salariés et plus",
}

SIRENE_SUPPLIER: Final = 1
"""The number of the supplier of the SIRENE register; migrations create it."""


def age_band(age: int) -> int:
    """The band of an age of 18 or more; 0 for a minor or an impossible age."""
    if not AGE_BAND_FROM[0] <= age <= OLDEST_AGE:
        return 0
    return sum(first <= age for first in AGE_BAND_FROM)
