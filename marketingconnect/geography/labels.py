"""How La Poste writes the name of a town on the last line of an address."""

import re
import unicodedata
from typing import Final

LONGEST_LABEL: Final = 32
_SHORT: Final = {"SAINT": "ST", "SAINTE": "STE", "SAINTS": "STS", "SAINTES": "STES"}
_ARRONDISSEMENT: Final = re.compile(r" \d+E(?:R)? ARRONDISSEMENT$")
_NOT_WRITTEN: Final = re.compile(r"[^A-Z0-9]+")
_COMBINING: Final = dict.fromkeys(range(0x300, 0x370))


def unaccented(text: str) -> str:
    """Capitals of plain letters, single spaces: `L’Haÿ-les-Roses` -> `L HAY LES ROSES`."""
    spelled = text.upper().replace("Œ", "OE").replace("Æ", "AE")
    plain = unicodedata.normalize("NFKD", spelled)
    return _NOT_WRITTEN.sub(" ", plain.translate(_COMBINING)).strip()


def routing_label(name: str) -> str:
    """`Saint-Étienne-du-Rouvray` -> `ST ETIENNE DU ROUVRAY`; a last `Saintes` stays whole.

    Words that do not fit are left out: the postal code says the rest.
    """
    words = _ARRONDISSEMENT.sub("", unaccented(name)).split(" ")
    kept = [_SHORT.get(word, word) for word in words[:-1]] + words[-1:]
    while len(" ".join(kept)) > LONGEST_LABEL:
        kept.pop()
    return " ".join(kept)
