"""What each field offers, and the French name of each value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from marketingconnect.base.vocabulary import (
    AGE_BAND_LABELS,
    CHANNEL_LABELS,
    HOUSING_LABELS,
    INCOME_NOTE,
    SEX_LABELS,
    TENURE_LABELS,
    Channel,
    Population,
)
from marketingconnect.geography import city, commune, departement, epci, region
from marketingconnect.kernel.calendar import format_short_date_fr
from marketingconnect.kernel.money import format_number_fr
from marketingconnect.nomenclatures import (
    HEADCOUNT_BANDS,
    legal_children,
    legal_label,
    naf_2025_label,
    naf_label,
)
from marketingconnect.web.targeting.places import Coded, UnreadablePlaceError, described, place_of


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a field; `short` is what stands on its button."""

    value: str
    label: str
    short: str = ""

    @property
    def text(self) -> str:
        return self.short or self.label


@dataclass(frozen=True, slots=True)
class Choice:
    """A channel and what one gets by it."""

    value: str
    label: str
    detail: str
    icon: str


CHANNELS: Final = (
    Choice("post", "Adresses postales", "Un fichier à imprimer ou à router.", icon="mailbox"),
    Choice(
        "phone",
        "Adresses avec téléphone fixe",
        "Un fichier pour appeler : les numéros autorisés seulement.",
        icon="phone",
    ),
    Choice(
        "mobile", "SMS", "Nous envoyons ; les numéros restent chez nous.", icon="message-square"
    ),
    Choice(
        "email",
        "E-mail",
        "Nous envoyons ; les adresses électroniques restent chez nous.",
        icon="mail",
    ),
)
_YES_NO: Final = {
    "head_office": ("Sièges seulement", "Établissements secondaires seulement"),
    "has_trade_name": ("Avec enseigne", "Sans enseigne"),
    "sole_trader": ("Entreprises individuelles", "Sociétés et autres"),
}
_ONE_PER: Final = {
    "household": "Un par foyer",
    "address": "Un par adresse",
    "establishment": "Un par établissement",
    "company": "Un par entreprise",
}
_QUOTA_BY: Final = {
    "region": "région",
    "departement": "département",
    "epci": "intercommunalité",
    "commune": "commune",
    "postal_code": "code postal",
}
INCOME_HELP: Final = INCOME_NOTE


def _known(labels: Mapping[int, str], cut: str = "") -> list[Option]:
    return [
        Option(str(code), label, label.removesuffix(cut)) for code, label in labels.items() if code
    ]


def _deciles() -> list[Option]:
    ends = {1: " (les plus modestes)", 10: " (les plus aisés)"}
    names = {1: "1er", **{band: f"{band}e" for band in range(2, 11)}}
    return [
        Option(str(band), f"{name} dixième{ends.get(band, '')}", str(band))
        for band, name in names.items()
    ]


def _yes_no(name: str) -> list[Option]:
    yes, no = _YES_NO[name]
    return [Option("", "Tous"), Option("yes", yes), Option("no", no)]


def options_of(name: str, population: str) -> list[Option]:
    """The values offered by a field of the form, in order; none for fields that are searched."""
    if name in _YES_NO:
        return _yes_no(name)
    made = _OPTIONS.get(name)
    if made is not None:
        return made()
    if name == "one_per":
        groups = _groups(population)
        return [Option("", "Tout le monde"), *(Option(each, _ONE_PER[each]) for each in groups)]
    if name == "quota_by":
        none = Option("", "Pas de quota")
        return [none, *(Option(value, f"Par {label}") for value, label in _QUOTA_BY.items())]
    return []


def _groups(population: str) -> tuple[str, ...]:
    if population == Population.CONSUMERS:
        return ("household", "address")
    return ("company", "address")


_OPTIONS: Final[Mapping[str, Callable[[], list[Option]]]] = {
    "age_band": lambda: _known(AGE_BAND_LABELS, " ans"),
    "sex": lambda: _known(SEX_LABELS),
    "housing": lambda: _known(HOUSING_LABELS),
    "tenure": lambda: _known(TENURE_LABELS),
    "income_band": _deciles,
    "headcount": lambda: [Option(band.code, band.label) for band in HEADCOUNT_BANDS],
    "legal_form": lambda: [Option(form.code, form.label) for form in legal_children()],
    "also_reachable": lambda: [Option(str(c), CHANNEL_LABELS[c]) for c in Channel],
}


def value_name(name: str, value: str) -> str:
    """The French name of a value of a field; the value itself when nothing is known of it."""
    named = _NAMED.get(name)
    if named is not None:
        return named(value)
    for population in Population:
        for option in options_of(name, population):
            if option.value == value:
                return option.label
    return value


def _channel(value: str) -> str:
    return next((one.label for one in CHANNELS if one.value == value), value)


def _quota(line: str) -> str:
    code, _, limit = line.partition(":")
    return f"{code.strip()}\u00a0: {_number(limit)}"


def _day(value: str) -> str:
    try:
        return format_short_date_fr(date.fromisoformat(value))
    except ValueError:
        return value


def _number(value: str) -> str:
    digits = "".join(value.split())
    is_number = digits.isascii() and digits.isdecimal() and len(digits) < 13
    return format_number_fr(int(digits)) if is_number else value


def place_name(token: str) -> str:
    """A place of the form in words."""
    try:
        place = place_of(token)
    except UnreadablePlaceError:
        return "Zone illisible"
    return described(place, _code_name(place) if isinstance(place, Coded) else "")


def _code_name(place: Coded) -> str:
    finders: dict[str, Callable[[str], str]] = {
        "city": lambda code: city(code).name,
        "region": lambda code: region(code).name,
        "departement": lambda code: departement(code).name,
        "epci": lambda code: epci(code).name,
        "commune": lambda code: commune(code).name,
    }
    try:
        return finders[place.field](place.code) if place.field in finders else place.code
    except KeyError:
        return place.code


def area_name(field: str, code: str) -> str:
    """The name of a zone of a breakdown."""
    return _code_name(Coded(field, code))


def _naf(code: str) -> str:
    try:
        return f"{code} {naf_label(code)}"
    except KeyError:
        return code


def _naf25(code: str) -> str:
    try:
        label = naf_2025_label(code)
    except ValueError:
        label = None
    return f"{code} {label}" if label else code


def _legal(code: str) -> str:
    try:
        return legal_label(code)
    except KeyError:
        return code


_NAMED: Final[Mapping[str, Callable[[str], str]]] = {
    "place": place_name,
    "without": place_name,
    "channel": _channel,
    "created_from": _day,
    "created_to": _day,
    "sample": _number,
    "quotas": _quota,
    "naf": _naf,
    "naf25": _naf25,
    "legal_form": _legal,
}
