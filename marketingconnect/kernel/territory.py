"""The territories that French law tells apart, for holidays, for VAT and for telephone numbers."""

import re
from enum import StrEnum
from typing import Final

from marketingconnect.kernel.errors import InvalidValueError


class Territory(StrEnum):
    """One list for every use: a chapter that knows fewer territories says so with a ValueError."""

    METROPOLE = "metropole"
    ALSACE_MOSELLE = "alsace-moselle"
    GUADELOUPE = "guadeloupe"
    MARTINIQUE = "martinique"
    GUYANE = "guyane"
    REUNION = "reunion"
    MAYOTTE = "mayotte"
    SAINT_BARTHELEMY = "saint-barthelemy"
    SAINT_MARTIN = "saint-martin"
    SAINT_PIERRE_ET_MIQUELON = "saint-pierre-et-miquelon"
    POLYNESIE = "polynesie"
    NOUVELLE_CALEDONIE = "nouvelle-caledonie"
    WALLIS_ET_FUTUNA = "wallis-et-futuna"
    TERRES_AUSTRALES = "terres-australes"

    @property
    def label_fr(self) -> str:
        """The name shown on screens."""
        return _LABELS[self]

    @property
    def for_vat(self) -> "Territory":
        """Alsace-Moselle has its own holidays and the VAT of the metropole."""
        return Territory.METROPOLE if self is Territory.ALSACE_MOSELLE else self

    @property
    def is_overseas_collectivity(self) -> bool:
        """True for the collectivities (COM), which are outside the French VAT area."""
        return self in _COLLECTIVITIES


_LABELS: Final = {
    Territory.METROPOLE: "France métropolitaine",
    Territory.ALSACE_MOSELLE: "Alsace-Moselle",
    Territory.GUADELOUPE: "Guadeloupe",
    Territory.MARTINIQUE: "Martinique",
    Territory.GUYANE: "Guyane",
    Territory.REUNION: "La Réunion",
    Territory.MAYOTTE: "Mayotte",
    Territory.SAINT_BARTHELEMY: "Saint-Barthélemy",
    Territory.SAINT_MARTIN: "Saint-Martin",
    Territory.SAINT_PIERRE_ET_MIQUELON: "Saint-Pierre-et-Miquelon",
    Territory.POLYNESIE: "Polynésie française",
    Territory.NOUVELLE_CALEDONIE: "Nouvelle-Calédonie",
    Territory.WALLIS_ET_FUTUNA: "Wallis-et-Futuna",
    Territory.TERRES_AUSTRALES: "Terres australes et antarctiques françaises",
}
_COLLECTIVITIES: Final = frozenset(
    {
        Territory.SAINT_BARTHELEMY,
        Territory.SAINT_MARTIN,
        Territory.SAINT_PIERRE_ET_MIQUELON,
        Territory.POLYNESIE,
        Territory.NOUVELLE_CALEDONIE,
        Territory.WALLIS_ET_FUTUNA,
        Territory.TERRES_AUSTRALES,
    }
)
_BY_PREFIX: Final = {
    "57": Territory.ALSACE_MOSELLE,
    "67": Territory.ALSACE_MOSELLE,
    "68": Territory.ALSACE_MOSELLE,
    "971": Territory.GUADELOUPE,
    "972": Territory.MARTINIQUE,
    "973": Territory.GUYANE,
    "974": Territory.REUNION,
    "975": Territory.SAINT_PIERRE_ET_MIQUELON,
    "976": Territory.MAYOTTE,
    "984": Territory.TERRES_AUSTRALES,
    "986": Territory.WALLIS_ET_FUTUNA,
    "987": Territory.POLYNESIE,
    "988": Territory.NOUVELLE_CALEDONIE,
    # The two islands left Guadeloupe in 2007 and kept their codes; 970 is used for their CEDEX.
    "97133": Territory.SAINT_BARTHELEMY,
    "97150": Territory.SAINT_MARTIN,
    **{f"970{tens}": Territory.SAINT_MARTIN for tens in range(5, 9)},
    "9709": Territory.SAINT_BARTHELEMY,
}
_FIVE_DIGITS: Final = re.compile(r"[0-9]{5}")


def territory_of_postal_code(postal_code: str) -> Territory:
    """The territory a French postal code belongs to: `97400` -> Réunion, `67000` -> Alsace-Moselle.

    Military codes (00…) count as metropole. Raises InvalidValueError for anything that is not
    the shape of a French code; whether the code is in use is not known here.
    """
    code = postal_code.strip().replace(" ", "")
    if not _FIVE_DIGITS.fullmatch(code):
        raise InvalidValueError(
            "postal_code_shape", "Un code postal français compte cinq chiffres, par exemple 69003."
        )
    for length in (5, 4, 3, 2):
        if found := _BY_PREFIX.get(code[:length]):
            return found
    if code[:2] > "95":
        raise InvalidValueError(
            "postal_code_unknown",
            f"Le code postal {code} ne correspond à aucun territoire français.",
        )
    return Territory.METROPOLE
