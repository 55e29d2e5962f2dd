"""Whether two names may be the same client's: a hint for a person, never a proof."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_LEGAL_FORMS: Final = frozenset({"SARL", "SAS", "SASU", "EURL", "SCI", "SNC", "STE"})
_SHORTEST: Final = 3


def are_alike(payer: str, client: str) -> bool:
    """Every word of the shorter name stands in the other.

    Accents, case, legal forms and the words that link do not count; initials say nothing.
    """
    shorter, longer = sorted((_words_of(payer), _words_of(client)), key=len)
    return bool(shorter) and shorter <= longer


@lru_cache(maxsize=8192)
def _words_of(name: str) -> frozenset[str]:
    letters = unicodedata.normalize("NFKD", name.upper())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = re.findall(r"[A-Z0-9]+", plain)
    return frozenset(word for word in words if len(word) >= _SHORTEST) - _LEGAL_FORMS
