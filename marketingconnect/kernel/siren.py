"""French business numbers: SIREN (9 digits), SIRET (14), and the VAT number made from a SIREN."""

import re
from typing import Final

from stdnum import luhn

from marketingconnect.kernel.errors import InvalidValueError

_SEPARATORS: Final = re.compile(r"[\s.\-\u00a0\u202f]+")
_LA_POSTE: Final = "356000000"
_DIGITS: Final = re.compile(r"[0-9]+")
_FRENCH_VAT_NUMBER: Final = re.compile(r"FR([0-9]{2})([0-9]{9})")


def _digits(text: str, length: int, name: str) -> str:
    compact = _SEPARATORS.sub("", text)
    if not _DIGITS.fullmatch(compact):
        raise InvalidValueError(
            f"{name.lower()}_digits", f"Un numéro {name} ne contient que des chiffres."
        )
    if len(compact) != length:
        raise InvalidValueError(
            f"{name.lower()}_length",
            f"Un numéro {name} compte {length} chiffres ; celui-ci en a {len(compact)}.",
        )
    return compact


def normalise_siren(text: str) -> str:
    """`732 829 320` -> `732829320`; raises InvalidValueError (siren_digits, _length, _checksum)."""
    siren = _digits(text, 9, "SIREN")
    if not luhn.is_valid(siren):
        raise InvalidValueError(
            "siren_checksum", "Ce numéro SIREN n’existe pas : vérifiez chaque chiffre."
        )
    return siren


def normalise_siret(text: str) -> str:
    """`732 829 320 00074` -> `73282932000074`.

    La Poste has more establishments than its Luhn keys allow: theirs need a digit sum that is
    a multiple of 5. Raises InvalidValueError (siret_digits, siret_length, siret_checksum).
    """
    siret = _digits(text, 14, "SIRET")
    is_valid = luhn.is_valid(siret) and luhn.is_valid(siret[:9])
    if not is_valid and siret.startswith(_LA_POSTE):
        is_valid = sum(map(int, siret)) % 5 == 0
    if not is_valid:
        raise InvalidValueError(
            "siret_checksum", "Ce numéro SIRET n’existe pas : vérifiez chaque chiffre."
        )
    return siret


def siren_of(siret: str) -> str:
    """The company behind an establishment."""
    return normalise_siret(siret)[:9]


def vat_number(siren: str) -> str:
    """The French VAT number of a company: FR, a key of two digits, the SIREN."""
    number = normalise_siren(siren)
    return f"FR{(12 + 3 * (int(number) % 97)) % 97:02d}{number}"


def normalise_vat_number(text: str) -> str:
    """`fr 44 732829320` -> `FR44732829320`, key checked (vat_number_shape, vat_number_key)."""
    compact = _SEPARATORS.sub("", text).upper()
    match = _FRENCH_VAT_NUMBER.fullmatch(compact)
    if match is None:
        raise InvalidValueError(
            "vat_number_shape",
            "Un numéro de TVA français s’écrit FR, deux chiffres, puis le SIREN.",
        )
    if vat_number(match[2]) != compact:
        raise InvalidValueError(
            "vat_number_key", "La clé de ce numéro de TVA ne correspond pas au SIREN."
        )
    return compact


def format_siren(siren: str) -> str:
    """`732829320` -> `732 829 320`, with spaces that never break."""
    return "\u00a0".join((siren[:3], siren[3:6], siren[6:9]))


def format_siret(siret: str) -> str:
    """`73282932000074` -> `732 829 320 00074`, with spaces that never break."""
    return f"{format_siren(siret[:9])}\u00a0{siret[9:]}"
