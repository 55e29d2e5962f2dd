"""How La Poste writes the name of a town on the last line of an address."""

import re
import unicodedata
from typing import Final

LONGEST_LABEL: Final = 32
_SHORT: Final = {"SAINT": "ST", "SAINTE": "STE", "SAINTS": "STS", "SAINTES": "STES"}
_ARRONDISSEMENT: Final = re.compile(r" \d+E(?:R)? ARRONDISSEMENT$")
_NOT_WRITTEN: Final = re.compile(r"[^A-Z0-9]+")
_ACCENTS: Final = re.compile("[\u0300-\u036f]+")


def unaccented(text: str) -> str:
    """Capitals of plain letters, single spaces: `L’Haÿ-les-Roses` -> `L HAY LES ROSES`."""
    spelled = text.upper()
    if not spelled.isascii():
        spelled = spelled.replace("Œ", "OE").replace("Æ", "AE")
        spelled = _ACCENTS.sub("", unicodedata.normalize("NFKD", spelled))
    return _NOT_WRITTEN.sub(" ", spelled).strip()


def routing_label(name: str) -> str:
    """`Saint-Étienne-du-Rouvray` -> `ST ETIENNE DU ROUVRAY`; a last `Saintes` stays whole.

    Words that do not fit are left out: the postal code says the rest.
    """
    words = _ARRONDISSEMENT.sub("", unaccented(name)).split(" ")
    kept = [_SHORT.get(word, word) for word in words[:-1]] + words[-1:]
    while len(" ".join(kept)) > LONGEST_LABEL:
        kept.pop()
    return " ".join(kept)
