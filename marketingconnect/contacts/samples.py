"""Invented lists of people, as messy as real ones, with the exact result an import must give.

Nobody here exists: names are drawn at random, domains and telephone numbers are reserved ones.
"""

import csv
import io
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

HEADER: Final = [
    "Adresse e-mail",
    "Civilité",
    "Prénom",
    "NOM",
    "Société",
    "Code postal",
    "Ville",
    "Portable",
    "Pain préféré",
]
_FIRST: Final = {
    "Mme": ["Élodie", "Hélène", "Agnès", "Noémie", "Inès", "Chloé", "Anaïs", "Marie-Thérèse"],
    "M.": ["François", "Jérôme", "Loïc", "Gaël", "Rémi", "Benoît", "Jean-Noël", "Raphaël"],
}
_LAST: Final = [
    "Lefèvre", "Garçon", "Béranger", "d’Hérouville", "Le Goff", "Muñoz", "Châtelain", "Sœur",
    "Delaunay", "Crétin-Maître", "O'Brien", "Tréguier", "Fontaine", "Août", "Bœuf", "Naïm",
]  # fmt: skip
_PLACES: Final = [
    ("01000", "Bourg-en-Bresse"), ("06560", "Valbonne"), ("29200", "Brest"),
    ("38330", "Biviers"), ("44000", "Nantes"), ("62500", "Saint-Omer"),
    ("75011", "Paris"), ("97400", "Saint-Denis"), ("91190", "Gif-sur-Yvette"),
    ("33000", "Bordeaux"), ("54000", "Nancy"), ("20200", "Bastia"),
]  # fmt: skip
_BREADS: Final = ["Tourte de seigle", "Baguette", "Brioche", "Pain d’épeautre", ""]
_COMPANIES: Final = [
    "",
    "",
    "",
    "Garage du Pré",
    "Café de l’Été",
    'Atelier "Chez Zoé"',
    "Fleurs & Cie",
]
_DOMAINS: Final = ["example.org", "example.net", "example.com", "clients.test", "maison.test"]
_BAD_ADDRESSES: Final = {
    "email_empty": "",
    "email_at_sign": "{}.example.org",
    "email_accents": "é{}@example.org",
    "email_local_part": "{}..x@example.org",
    "email_domain": "{}@example",
}
_PLAIN_SIGNS: Final = str.maketrans({"œ": "oe", "Œ": "OE", "’": "'"})


@dataclass
class Expected:
    """What an import of the list must count, to the row."""

    rows: int = 0
    accepted: int = 0
    duplicates: int = 0
    blank: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    addresses: dict[str, dict[str, str]] = field(default_factory=dict)
    """Address -> the merge fields it must end up with."""


def messy_contact_rows(
    *, rows: int = 5000, seed: int = 20261124
) -> tuple[list[list[str]], Expected]:
    """The rows of a messy list, blank ones included, and what its import must count.

    Out of a hundred rows: three blank, five wrong addresses, six repeated ones in another
    spelling, which sometimes complete the first.
    """
    draw = random.Random(seed)  # noqa: S311  invented people, no secret
    expected = Expected()
    lines: list[list[str]] = []
    while expected.rows < rows:
        lot = draw.random()
        if lot < 0.03:
            lines.append(draw.choice([[], [""] * len(HEADER), [" "]]))
            expected.blank += 1
        elif lot < 0.08:
            reason = draw.choice(list(_BAD_ADDRESSES))
            lines.append([_BAD_ADDRESSES[reason].format(f"erreur{len(lines)}"), *_person(draw)[1:]])
            expected.refused[reason] += 1
            expected.rows += 1
        elif lot < 0.14 and expected.addresses:
            lines.append(_repeated(draw, expected))
        else:
            lines.append(_new_person(draw, len(lines), expected))
    return lines, expected


def write_messy_file(
    path: Path,
    *,
    rows: int = 5000,
    seed: int = 20261124,
    encoding: str = "cp1252",
    separator: str = ";",
    line_end: str = "\r\n",
    header: bool = True,
    plain_signs: bool = False,
) -> Expected:
    """Write a messy list as an old spreadsheet would; what its import must count.

    `plain_signs` keeps to the letters that every old encoding has (no œ, no curly apostrophe).
    """
    lines, expected = messy_contact_rows(rows=rows, seed=seed)
    if plain_signs:
        lines = [[cell.translate(_PLAIN_SIGNS) for cell in cells] for cells in lines]
        expected.addresses = {
            address: {name: value.translate(_PLAIN_SIGNS) for name, value in fields.items()}
            for address, fields in expected.addresses.items()
        }
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator=line_end)
    if header:
        writer.writerow(HEADER)
    for cells in lines:
        if cells:
            writer.writerow(cells)
        else:
            text.write(line_end)
    path.write_bytes(text.getvalue().encode(encoding))
    return expected


def large_file_lines(*, rows: int, seed: int = 7) -> Iterator[str]:
    """A long list line by line, header included: 5 % repeated, 3 % wrong, eight ways to write
    a mobile. Made for measures."""
    draw = random.Random(seed)  # noqa: S311  invented people, no secret
    yield ";".join(HEADER) + "\n"
    people = [_person(draw) for _ in range(997)]
    for number in range(rows):
        lot = draw.random()
        serial = draw.randrange(number) if lot < 0.05 and number else number
        cells = people[serial % 997][1:]
        cells[6] = _mobile(draw, serial)
        address = f"{cells[0].lower()[0]}.Client{serial}@{_DOMAINS[serial % 5]}"
        if lot > 0.97:
            address = address.replace("@", " at ")
        yield f"{address};{';'.join(cells)}\n"


def _person(draw: random.Random) -> list[str]:
    """The cells of a person without a usable address."""
    civility = draw.choice(list(_FIRST))
    code, city = draw.choice(_PLACES)
    return [
        "",
        civility,
        draw.choice(_FIRST[civility]),
        draw.choice(_LAST).upper() if draw.random() < 0.3 else draw.choice(_LAST),
        draw.choice(_COMPANIES),
        code,
        city,
        _mobile(draw, draw.randrange(10_000)),
        draw.choice(_BREADS),
    ]


def _mobile(draw: random.Random, serial: int) -> str:
    """A mobile of the block kept for fiction, in one of the ways people write it."""
    a, b = divmod(serial % 10_000, 100)
    return draw.choice(
        [
            f"06 39 98 {a:02d} {b:02d}",
            f"063998{a:02d}{b:02d}",
            f"06.39.98.{a:02d}.{b:02d}",
            f"06-39-98-{a:02d}-{b:02d}",
            f"+33 6 39 98 {a:02d} {b:02d}",
            f"+33 (0)6 39 98 {a:02d} {b:02d}",
            f"00336 3998 {a:02d}{b:02d}",
            f"63998{a:02d}{b:02d}",
        ]
    )


def _plain(text: str) -> str:
    """What an address keeps of a name."""
    return "".join(c for c in text if c.isascii()).lower()


def _new_person(draw: random.Random, serial: int, expected: Expected) -> list[str]:
    cells = _person(draw)
    address = f"{_plain(cells[2][1:4])}{serial}.{_plain(cells[3][-3:])}x@{draw.choice(_DOMAINS)}"
    if draw.random() < 0.1:
        cells[2] = ""
    expected.addresses[address] = _kept(cells)
    expected.rows += 1
    expected.accepted += 1
    cells[0] = _respelled(draw, address)
    return cells


def _repeated(draw: random.Random, expected: Expected) -> list[str]:
    """An address seen before, with other cells: they only fill what the first row lacked."""
    address = draw.choice(list(expected.addresses))
    cells = _person(draw)
    expected.addresses[address] = {**_kept(cells), **expected.addresses[address]}
    expected.rows += 1
    expected.duplicates += 1
    cells[0] = _respelled(draw, address)
    return cells


def _respelled(draw: random.Random, address: str) -> str:
    return draw.choice([address, address, address.upper(), f" {address} ", address.title()])


def _kept(cells: list[str]) -> dict[str, str]:
    """The merge fields that the cells of a person give."""
    names = ["", "civility", "first_name", "last_name", "company_name", "postal_code", "city"]
    fields = {name: cells[i] for i, name in enumerate(names) if name and cells[i]}
    if cells[8]:
        fields["pain_prefere"] = cells[8]
    return fields
