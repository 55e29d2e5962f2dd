"""French telephone numbers, overseas included, to the international form E.164.

A number written the national way (`0692 …`) carries its territory in its first digits, so it is
tried against every French region, not only the metropole. The usual writings take a fast path,
one regular expression made from the metadata of `phonenumbers`; the rest goes to that library.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberDesc, PhoneNumberType

from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.territory import Territory


class PhoneKind(StrEnum):
    """What can be done with the number: an SMS goes to a mobile only."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Phone:
    """A valid number: `+33639980000`. `territory` is None for a foreign number.

    Numbers of the 09 range (internet boxes) are landlines.
    """

    e164: str
    kind: PhoneKind
    territory: Territory | None

    def __str__(self) -> str:
        return self.e164


_REGION_OF: Final = {
    Territory.METROPOLE: "FR",
    Territory.ALSACE_MOSELLE: "FR",
    Territory.GUADELOUPE: "GP",
    Territory.MARTINIQUE: "MQ",
    Territory.GUYANE: "GF",
    Territory.REUNION: "RE",
    Territory.MAYOTTE: "YT",
    Territory.SAINT_BARTHELEMY: "BL",
    Territory.SAINT_MARTIN: "MF",
    Territory.SAINT_PIERRE_ET_MIQUELON: "PM",
    Territory.POLYNESIE: "PF",
    Territory.NOUVELLE_CALEDONIE: "NC",
    Territory.WALLIS_ET_FUTUNA: "WF",
}
_TERRITORY_OF: Final = {
    region: territory
    for territory, region in _REGION_OF.items()
    if territory is not Territory.ALSACE_MOSELLE
}
_FAST_REGIONS: Final = {"FR": "33", "GP": "590", "GF": "594", "MQ": "596", "RE": "262", "YT": "262"}
# ARCEP keeps 06 39 98 xx xx for fiction. No operator has it, so the library calls it invalid;
# demonstrations and tests need it, and nobody can be disturbed there.
_FICTION_MOBILE: Final = r"63998\d{4}"
_LANDLINE_TYPES: Final = (PhoneNumberType.FIXED_LINE, PhoneNumberType.VOIP)
_DECORATION: Final = dict.fromkeys(
    map(
        ord,
        " \t.-/_()'\u2019\u00a0\u2007\u2009\u202f\u2010\u2011\u2013\u200b\u200e\u202a\u202c\ufeff",
    )
)
_DIGITS: Final = re.compile(r"\+?[0-9]+")
_SHORTEST, _LONGEST = 6, 17


def _national_pattern(region: str, *kinds: str) -> str:
    """The library's own pattern for these kinds of number in that region."""
    metadata = PhoneMetadata.metadata_for_region(region)
    descriptions: list[PhoneNumberDesc | None] = [getattr(metadata, kind) for kind in kinds]
    return "|".join(f"{each.national_number_pattern}" for each in descriptions if each is not None)


def _fast_pattern() -> re.Pattern[str]:
    """One alternative per region and kind, named `GP_mobile`, over the nine national digits.

    Overseas comes first, in the ranges it was given (026, 05, 06, 07): the library reads 0596 or
    0269 as metropolitan too, where no such number exists. Its 08 and 09 are left to FR.
    """
    alternatives = [
        f"(?P<{region}_{kind}>(?=[567]|26)(?:{_national_pattern(region, metadata_kind)}))"
        for region in _FAST_REGIONS
        if region != "FR"
        for kind, metadata_kind in (("mobile", "mobile"), ("landline", "fixed_line"))
    ]
    alternatives += [
        f"(?P<FR_mobile>{_FICTION_MOBILE}|{_national_pattern('FR', 'mobile')})",
        f"(?P<FR_landline>{_national_pattern('FR', 'fixed_line', 'voip')})",
    ]
    written = r"(?:(?:\+|00)(?P<code>33|590|594|596|262)0?|0)?"
    return re.compile(f"{written}(?:{'|'.join(alternatives)})")


def usual_patterns() -> dict[PhoneKind, str]:
    """The nine national digits of the numbers of the metropole, for engines without Python.

    A number that neither matches is not always wrong: `normalise_phone` decides. 026 and 059 are
    left to it, since they are overseas too.
    """
    landline = _national_pattern("FR", "fixed_line", "voip")
    return {
        PhoneKind.MOBILE: f"{_FICTION_MOBILE}|{_national_pattern('FR', 'mobile')}",
        PhoneKind.LANDLINE: landline,
    }


_FAST: Final = _fast_pattern()
_GROUPS: Final = {
    f"{region}_{kind}": (f"+{code}", code, kind, _TERRITORY_OF[region])
    for region, code in _FAST_REGIONS.items()
    for kind in (PhoneKind.MOBILE, PhoneKind.LANDLINE)
}
# Their short national numbers, or the ranges they share with Guadeloupe, mean something else
# elsewhere: there the place decides first.
_OWN_PLAN: Final = frozenset(
    {
        Territory.SAINT_BARTHELEMY,
        Territory.SAINT_MARTIN,
        Territory.SAINT_PIERRE_ET_MIQUELON,
        Territory.POLYNESIE,
        Territory.NOUVELLE_CALEDONIE,
        Territory.WALLIS_ET_FUTUNA,
    }
)


def normalise_phone(text: str, default_territory: Territory | str | None = None) -> Phone:
    """Read a number in any usual writing: `06 39 98 00 00`, `+33 (0)6…`, `0692…`, `612345678`.

    `default_territory` (from the postal code of the same line, say) is needed for the short
    national numbers of the Pacific and of Saint-Pierre-et-Miquelon only. A lost leading zero is
    put back, and an overseas number written behind +33 gets its own code. Raises
    InvalidValueError: phone_empty, phone_characters, phone_length, phone_unknown.
    """
    compact = text.translate(_DECORATION)
    home = Territory(default_territory) if default_territory else Territory.METROPOLE
    if home in _OWN_PLAN and (local := _read_in_region(compact, _REGION_OF[home])):
        return local
    match = _FAST.fullmatch(compact)
    if match is not None and (group := match.lastgroup):
        prefix, code, kind, territory = _GROUPS[group]
        if match["code"] in (None, code, "33"):
            return Phone(prefix + compact[-9:], kind, territory)
    return _read_with_library(compact)


def _read_with_library(compact: str) -> Phone:
    _check_shape(compact)
    for region in _FAST_REGIONS:
        if phone := _read_in_region(compact, region):
            return phone
    raise InvalidValueError(
        "phone_unknown", "Ce numéro de téléphone n’existe pas : vérifiez chaque chiffre."
    )


def _read_in_region(compact: str, region: str) -> Phone | None:
    """What the library makes of the number dialled from there, None when it is not valid."""
    try:
        number = phonenumbers.parse(compact, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_valid_number_for_region(number, region):
        return _phone(number, region)
    if compact.startswith(("+", "00")) and phonenumbers.is_valid_number(number):
        return _phone(number, phonenumbers.region_code_for_number(number))
    return None


def _check_shape(compact: str) -> None:
    if not compact:
        raise InvalidValueError("phone_empty", "Le numéro de téléphone manque.")
    if not _DIGITS.fullmatch(compact):
        raise InvalidValueError(
            "phone_characters", "Un numéro de téléphone s’écrit avec des chiffres seulement."
        )
    if not _SHORTEST <= len(compact) <= _LONGEST:
        raise InvalidValueError(
            "phone_length", "Un numéro de téléphone français compte dix chiffres."
        )


def _phone(number: phonenumbers.PhoneNumber, region: str | None) -> Phone:
    number_type = phonenumbers.number_type(number)
    if number_type == PhoneNumberType.MOBILE:
        kind = PhoneKind.MOBILE
    else:
        kind = PhoneKind.LANDLINE if number_type in _LANDLINE_TYPES else PhoneKind.OTHER
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(e164, kind, _TERRITORY_OF.get(region or ""))


def format_phone_fr(e164: str) -> str:
    """`+33639980000` -> `06 39 98 00 00` with no-break spaces; a foreign number keeps its code."""
    number = phonenumbers.parse(e164)
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    national = region in _TERRITORY_OF
    style = phonenumbers.PhoneNumberFormat
    shape = style.NATIONAL if national else style.INTERNATIONAL
    return phonenumbers.format_number(number, shape).replace(" ", "\u00a0")
