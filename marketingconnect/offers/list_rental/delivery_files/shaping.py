"""From rows of the base to rows of a delivered file: six lines, spelled for one delivery."""

from array import array
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Final, NamedTuple

from marketingconnect.base.vocabulary import CIVILITY_PRINTED, Population
from marketingconnect.kernel.postal_address import LINE_LENGTH
from marketingconnect.offers.list_rental.delivery_files import spelling
from marketingconnect.offers.list_rental.delivery_files.columns import (
    LABELS,
    OPTIONS,
    PHONE,
    PHONE_USE_BY,
    REFERENCE,
    delivered_columns,
)
from marketingconnect.offers.list_rental.delivery_files.fingerprint import (
    NO_KEY,
    Collected,
    Recogniser,
    Speller,
)
from marketingconnect.offers.list_rental.delivery_files.reference import references
from marketingconnect.targeting.files.batches import Batch

_CIVILITIES: Final = {str(code): printed for code, printed in CIVILITY_PRINTED.items()}
_MOST_REMEMBERED: Final = 100_000
_COUNTRY_CODES: Final = ("+33", "+262", "+590", "+594", "+596")
_NATIONAL_DIGITS: Final = 9
_MOBILES: Final = ("06", "07")


class _Words(dict[str, list[str]]):
    """Words of names and towns, which come back all the time."""

    def __missing__(self, text: str) -> list[str]:
        words = spelling.words_of(text)
        if len(self) < _MOST_REMEMBERED:
            self[text] = words
        return words


class _Street(NamedTuple):
    line4: str
    line5: str
    town: str
    key: int


class Shaper:
    """Shapes the batches of one delivery, one after the other, and collects their keys."""

    def __init__(
        self,
        population: Population,
        options: Sequence[str],
        *,
        delivery: int,
        recogniser: Recogniser,
        speller: Speller,
        use_by: str,
    ) -> None:
        self.columns = delivered_columns(population, options)
        self.collected = Collected()
        self.record_keys = array("q")
        self._options = [name for name in OPTIONS[population] if name in options]
        self._with_phones = PHONE in options
        self._use_by = use_by
        self._recogniser, self._speller = recogniser, speller
        self._references = references(delivery)
        self._words = _Words()
        self._who: Callable[[Batch], tuple[dict[str, list[str]], list[int]]] = (
            self._persons if population is Population.CONSUMERS else self._companies
        )

    def shape(self, batch: Batch) -> Batch:
        """The delivered rows of a batch of the base, whose values are text."""
        who, names = self._who(batch)
        places, streets = self._places(batch)
        self.collected.add(names, streets)
        self.record_keys.extend(map(int, batch.columns["record_key"]))
        columns: dict[str, Sequence[str]] = {
            REFERENCE.name: list(islice(self._references, len(batch))),
            "line2": batch.columns["line2"],
            "line3": batch.columns["line3"],
            **who,
            **places,
        }
        for name in self._options:
            columns[name] = _labelled(name, batch.columns[name])
        if self._with_phones:
            numbers = [_national(number) for number in batch.columns[PHONE]]
            columns[PHONE] = numbers
            columns[PHONE_USE_BY] = [self._use_by if number else "" for number in numbers]
        return Batch(columns, len(batch))

    def _persons(self, batch: Batch) -> tuple[dict[str, list[str]], list[int]]:
        columns = batch.columns
        lines: list[str] = []
        civilities: list[str] = []
        keys: list[int] = []
        for civility, first, last, postal_code in zip(
            *(columns[name] for name in ("civility", "first_name", "last_name", "postal_code")),
            strict=True,
        ):
            words = [*self._words[first], *self._words[last]]
            key, bits = self._name(words, postal_code)
            printed = _CIVILITIES.get(civility, "")
            if printed:
                words = [printed, *words]
                printed = spelling.spelled(words, spelling.civility_choices(words), bits)[0]
            civilities.append(printed)
            lines.append(_first_line(printed, first, last))
            keys.append(key)
        return {
            "line1": lines,
            "civility": civilities,
            "first_name": list(columns["first_name"]),
            "last_name": list(columns["last_name"]),
        }, keys

    def _companies(self, batch: Batch) -> tuple[dict[str, list[str]], list[int]]:
        lines: list[str] = []
        names: list[str] = []
        keys: list[int] = []
        for name, postal_code in zip(
            batch.columns["name"], batch.columns["postal_code"], strict=True
        ):
            words = spelling.words_of(name)
            key, bits = self._name(words, postal_code)
            if choices := spelling.civility_choices(words):
                rest = name.partition(" ")[2]
                name = f"{spelling.spelled(words, choices, bits)[0]} {rest}"
            names.append(name)
            lines.append(_cut(name))
            keys.append(key)
        return {"line1": lines, "name": names}, keys

    def _name(self, words: Sequence[str], postal_code: str) -> tuple[int, int]:
        """The key of a name, and how its record is spelled."""
        key = self._recogniser.name_key(spelling.name_form(words), postal_code)
        return key, self._speller.long_kinds(key) if key else 0

    def _places(self, batch: Batch) -> tuple[dict[str, list[str]], list[int]]:
        names = ("line4", "line5", "postal_code", "town")
        postal_codes = batch.columns["postal_code"]
        streets = [
            self._street(*row) for row in zip(*(batch.columns[name] for name in names), strict=True)
        ]
        towns = [street.town for street in streets]
        return {
            "line4": [street.line4 for street in streets],
            "line5": [street.line5 for street in streets],
            "line6": [f"{c} {t}" for c, t in zip(postal_codes, towns, strict=True)],
            "postal_code": list(postal_codes),
            "town": towns,
        }, [street.key for street in streets]

    def _street(self, line4: str, line5: str, postal_code: str, town: str) -> _Street:
        line = line4 or line5
        words = spelling.words_of(line)
        key = self._recogniser.street_key(spelling.street_form(words), postal_code)
        if key == NO_KEY:
            return _Street(line4, line5, town, key)
        bits = self._speller.long_kinds(key)
        line = _written(line, words, spelling.street_choices(words), bits)
        town_words = [postal_code, *self._words[town]]
        if choices := spelling.town_choices(town_words):
            town = _written(f"{postal_code} {town}", town_words, choices, bits).removeprefix(
                f"{postal_code} "
            )
        return _Street(line, line5, town, key) if line4 else _Street("", line, town, key)


def _written(
    line: str, words: list[str], choices: Sequence[spelling.Choice], long_kinds: int
) -> str:
    """The line with its choices made; one that is not in plain capitals stays as it is."""
    if not choices or " ".join(words) != line:
        return line
    return " ".join(spelling.spelled(words, choices, long_kinds))


def _first_line(civility: str, first: str, last: str) -> str:
    """A name of at most 38 signs: the first name gives way to its initial, then the end is cut."""
    line = " ".join(part for part in (civility, first, last) if part)
    if len(line) <= LINE_LENGTH:
        return line
    return _cut(" ".join(part for part in (civility, first[:1], last) if part))


def _cut(line: str) -> str:
    """The whole words that fit; a single one is cut."""
    if len(line) <= LINE_LENGTH:
        return line
    kept = line[: LINE_LENGTH + 1].rpartition(" ")[0]
    return kept or line[:LINE_LENGTH]


def _labelled(name: str, values: Sequence[str]) -> Sequence[str]:
    labels = LABELS.get(name)
    return values if labels is None else [labels.get(value, value) for value in values]


def _national(number: str) -> str:
    """`+33199001234` -> `0199001234`, as it is dialled in France; nothing for a mobile."""
    for code in _COUNTRY_CODES:
        if number.startswith(code) and len(number) == len(code) + _NATIONAL_DIGITS:
            national = f"0{number.removeprefix(code)}"
            return "" if national.startswith(_MOBILES) else national
    return ""
