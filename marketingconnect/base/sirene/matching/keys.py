"""Keys of SIREN and SIRET in SQL, over numbers: Luhn's, and La Poste's own for its offices."""

from typing import Final

LA_POSTE: Final = 356000000
_FIVES: Final = 5


def _digit(number: str, place: int) -> str:
    """The digit at a place from the right, from 0."""
    return f"{number} // {10**place} % 10" if place else f"{number} % 10"


def _luhn(number: str, digits: int) -> str:
    """The sum of Luhn: every second digit from the right counts double, its digits added."""
    terms = [
        f"CASE WHEN {_digit(number, place)} > 4 THEN 2 * ({_digit(number, place)}) - 9"
        f" ELSE 2 * ({_digit(number, place)}) END"
        if place % 2
        else f"({_digit(number, place)})"
        for place in range(digits)
    ]
    return f"({' + '.join(terms)})"


def has_true_key(siret: str, siren: str) -> str:
    """A condition on two numeric expressions, as `kernel.siren.normalise_siret` decides."""
    total = " + ".join(f"({_digit(siret, place)})" for place in range(14))
    usual = f"{_luhn(siret, 14)} % 10 = 0 AND {_luhn(siren, 9)} % 10 = 0"
    return f"({usual} OR ({siren} = {LA_POSTE} AND ({total}) % {_FIVES} = 0))"
