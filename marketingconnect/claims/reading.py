"""The references of a list handed back: a file of any kind, a scanner's lines, or typed ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from marketingconnect.contacts.reading.layout import UnreadableFileError, guess_layout, records_of
from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.offers.list_rental.delivery_files.reference import (
    RowReference,
    read_reference,
)

MOST_LINES: Final = 500_000
_SAMPLE: Final = 500
_TITLES: Final = {"reference", "référence", "ref", "réf", "références", "references"}
_LONGEST: Final = 40


@dataclass(frozen=True, slots=True)
class HandedBack:
    """One line of the list; `read` is None when it is no reference of ours."""

    line: int
    text: str
    read: RowReference | None


def references_in(path: Path) -> Iterator[HandedBack]:
    """Every reference of a list in its order, blank lines left out.

    A table may have other columns: the one that holds references is found. Raises
    UnreadableFileError with a sentence for the client.
    """
    layout = guess_layout(path)
    sample = [cells for _, cells in islice(records_of(path, layout), _SAMPLE)]
    place = _place_of_references([cells for cells in sample if isinstance(cells, list)])
    found = 0
    for line, cells in records_of(path, layout):
        texts = cells if isinstance(cells, list) else [str(cells)]
        text = texts[place].strip() if place < len(texts) else ""
        if not text or text.lower().strip(" .:°") in _TITLES:
            continue
        found += 1
        if found > MOST_LINES:
            raise UnreadableFileError(
                f"Cette liste a plus de {MOST_LINES} lignes : partagez-la en plusieurs fichiers."
            )
        yield HandedBack(line, text[:_LONGEST], understood(text))


def understood(text: str) -> RowReference | None:
    """The row that a reference names, or None."""
    try:
        return read_reference(text)
    except InvalidValueError:
        return None


def _place_of_references(rows: Sequence[Sequence[str]]) -> int:
    """The column where most cells read as references; the first one failing that."""
    width = max((len(row) for row in rows), default=1)
    scores = [
        sum(understood(row[place]) is not None for row in rows if place < len(row))
        for place in range(width)
    ]
    return scores.index(max(scores)) if scores else 0
