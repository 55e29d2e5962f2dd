"""Where else a release must be before it is the one in use; `config.wiring` registers the places.

An engine on other machines counts the release in use: it has to hold it first.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from marketingconnect.base.vocabulary import Population

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class SealedRelease:
    """A release whose files are whole and in their place, not published yet or long since."""

    name: str
    population: Population
    folder: Path
    rows: int


Copy = Callable[[SealedRelease, Collection[str], Say], None]
"""Makes one copy, and removes those of releases that are not among the names kept."""

_places: dict[str, Copy] = {}


def register(place: str, copy: Copy) -> None:
    """Make a place known under a name; again under the same name replaces it."""
    _places[place] = copy


def copy_everywhere(release: SealedRelease, *, kept: Collection[str], say: Say) -> None:
    """Copy a release to every place. Raises whatever a place says: it is then not published."""
    for place, copy in _places.items():
        say(f"copie : {place}")
        copy(release, kept, say)
