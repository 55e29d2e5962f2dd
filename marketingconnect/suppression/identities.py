"""The one spelling of a person at an address, under which mail is opposed.

Whoever records an opposition and whoever looks for one spell it here: the base, the data
protection officer, the extraction of a file.
`sql_postal_identity` spells the columns of a release the same.
"""

import re
import unicodedata
from typing import Final

_LIGATURES: Final = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"})
_OTHER: Final = re.compile(r"[^A-Z0-9]+")


def postal_identity(name: str, street: str, postal_code: str, town: str) -> str:
    """`MARTIN JEAN 12 RUE DES LILAS 69001 LYON`: capitals and digits, one space between words.

    `name` is the last name then the first name, or the name of the business; `street` is line 4.
    """
    text = " ".join((name, street, postal_code, town)).translate(_LIGATURES)
    plain = unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode().upper()
    return _OTHER.sub(" ", plain).strip()


def sql_postal_identity(name: str, street: str, postal_code: str, town: str) -> str:
    """The DuckDB expression of the same spelling, of four SQL expressions of text.

    Most addresses of a base are spelled so already: they cost one look.
    """
    whole = f"concat_ws(' ', {name}, {street}, {postal_code}, {town})"
    text = whole
    for ligature, letters in (("œ", "oe"), ("Œ", "OE"), ("æ", "ae"), ("Æ", "AE")):
        text = f"replace({text}, '{ligature}', '{letters}')"
    plain = f"upper(regexp_replace(strip_accents({text}), '[^\\x00-\\x7F]', '', 'g'))"
    spelled = f"trim(regexp_replace({plain}, '[^A-Z0-9]+', ' ', 'g'))"
    already = f"regexp_full_match({whole}, '[A-Z0-9]+( [A-Z0-9]+)*')"
    return f"CASE WHEN {already} THEN {whole} ELSE {spelled} END"
