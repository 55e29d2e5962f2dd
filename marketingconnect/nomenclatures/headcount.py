"""How many people a business employs: the bands of SIRENE (`trancheEffectifs`)."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class HeadcountBand:
    """From `least` to `most` employees, both included; `most` is None for the last band."""

    code: str
    label: str
    least: int
    most: int | None


HEADCOUNT_BANDS: Final = (
    HeadcountBand("NN", "Sans salarié, ou effectif inconnu", 0, 0),
    HeadcountBand("00", "0 salarié au 31 décembre, mais des salariés dans l’année", 0, 0),
    HeadcountBand("01", "1 ou 2 salariés", 1, 2),
    HeadcountBand("02", "3 à 5 salariés", 3, 5),
    HeadcountBand("03", "6 à 9 salariés", 6, 9),
    HeadcountBand("11", "10 à 19 salariés", 10, 19),
    HeadcountBand("12", "20 à 49 salariés", 20, 49),
    HeadcountBand("21", "50 à 99 salariés", 50, 99),
    HeadcountBand("22", "100 à 199 salariés", 100, 199),
    HeadcountBand("31", "200 à 249 salariés", 200, 249),
    HeadcountBand("32", "250 à 499 salariés", 250, 499),
    HeadcountBand("41", "500 à 999 salariés", 500, 999),
    HeadcountBand("42", "1 000 à 1 999 salariés", 1_000, 1_999),
    HeadcountBand("51", "2 000 à 4 999 salariés", 2_000, 4_999),
    HeadcountBand("52", "5 000 à 9 999 salariés", 5_000, 9_999),
    HeadcountBand("53", "10 000 salariés et plus", 10_000, None),
)
_BY_CODE: Final = {band.code: band for band in HEADCOUNT_BANDS}


def headcount_band(code: str) -> HeadcountBand:
    """The band of a code; an empty one, as SIRENE writes it, is `NN`. Raises KeyError."""
    return _BY_CODE[code or "NN"]


def bands_between(least: int, most: int | None = None) -> tuple[HeadcountBand, ...]:
    """The bands that have a number in common with a range, by the order of size."""
    return tuple(
        band
        for band in HEADCOUNT_BANDS
        if (band.most is None or band.most >= least) and (most is None or band.least <= most)
    )
