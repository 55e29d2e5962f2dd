"""Names of people and towns as one writes them in a sentence; registers print them in capitals."""

import re
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+", re.UNICODE)
_SMALL: Final = frozenset(
    (
        "a",
        "à",
        "au",
        "aux",
        "d",
        "de",
        "des",
        "du",
        "en",
        "et",
        "l",
        "la",
        "le",
        "les",
        "lès",
        "sur",
    )
)


def readable_name(name: str) -> str:
    """`SAINT-JEAN-DE-LUZ` as `Saint-Jean-de-Luz`; a name with a small letter is left as it is."""
    if name != name.upper():
        return name
    return _WORD.sub(_spelled, name)


def _spelled(found: re.Match[str]) -> str:
    word = found.group().lower()
    inside = found.start() > 0
    return word if inside and word in _SMALL else word.capitalize()
