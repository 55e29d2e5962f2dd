"""The values of a column as clean text, whatever the format.

A column is looked at as a whole: one search through its joined text says that nothing has to be
done, which is nearly always so; value by value is the exception.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np

_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]+")
_BLANKS: Final = re.compile(r"\s+")
_EDGE: Final = "|"
"""Between the values looked at together: a value that holds one is only looked at more closely."""
_FORMULA: Final = ("=", "+", "-", "@")
_SPELLED_OUT: Final = str.maketrans(
    {
        "Ł": "L",
        "ł": "l",
        "Đ": "D",
        "đ": "d",
        "Ħ": "H",
        "ħ": "h",
        "ı": "i",
        "Ĳ": "IJ",
        "ĳ": "ij",
        "ŋ": "n",
        "Ŋ": "N",
        "ẞ": "SS",
        "ʼ": "’",
        "′": "’",
        "″": '"',
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "―": "—",
        "−": "-",
        "\u202f": " ",
        "\u2009": " ",
    }
)
UNWRITABLE: Final = "?"
"""What a character becomes that a Windows-1252 file cannot write in any way."""


def texts(values: Sequence[Any]) -> Sequence[str]:
    """A column as text of one line each: no control character, no odd blank, none at either end.

    None is empty, a date is ISO, true and false are `oui` and `non`.
    """
    try:
        joined = _EDGE.join(values)
    except TypeError:
        values = [as_text(value) for value in values]
        joined = _EDGE.join(values)
    return values if _is_plain(joined) else [one_line(value) for value in values]


def _is_plain(text: str) -> bool:
    """Whether every character is one that prints, and no value begins or ends with a blank."""
    codes = np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)
    if not len(codes):
        return True
    blank, edge = codes == ord(" "), codes == ord(_EDGE)
    if blank[0] or blank[-1] or (blank[1:] & edge[:-1]).any() or (edge[1:] & blank[:-1]).any():
        return False
    if not text.isascii():
        return text.isprintable()
    return bool(codes.min() >= ord(" ") and codes.max() <= ord("~"))


def as_text(value: Any) -> str:
    """One value as it is written in a file."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return value.isoformat() if isinstance(value, date) else str(value)


def one_line(value: str) -> str:
    """`12 rue\\r\\ndu Four\\0` -> `12 rue du Four`."""
    if value.isprintable():
        return value.strip()
    return _BLANKS.sub(" ", without_controls(value)).strip()


def without_controls(value: str) -> str:
    """The same with a blank for what no document may hold; unbreakable spaces stay."""
    return _CONTROLS.sub(" ", value)


def harmless(values: Sequence[str]) -> Sequence[str]:
    """The same column, none of whose values a spreadsheet would run as a formula."""
    together = "".join(values)
    if not any(sign in together for sign in _FORMULA):
        return values
    return [f"'{value}" if value.startswith(_FORMULA) else value for value in values]


def in_windows(values: Sequence[str]) -> Sequence[str]:
    """The same column in characters that Windows-1252 has; `Łódź` becomes `Lódz`."""
    joined = "".join(values)
    if joined.isascii() or _fits_windows(joined):
        return values
    return [windows_text(value) for value in values]


def windows_text(value: str) -> str:
    """One value in characters that Windows-1252 has: the letter without its accent, or `?`."""
    return "".join(
        char if _fits_windows(char) else _nearest(char) for char in value.translate(_SPELLED_OUT)
    )


def windows_bytes(text: str) -> bytes:
    """Text in Windows-1252; without control characters, Latin-1 is the same and far quicker."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("cp1252")


def _fits_windows(text: str) -> bool:
    try:
        windows_bytes(text)
    except UnicodeEncodeError:
        return False
    return True


def _nearest(char: str) -> str:
    plain = "".join(
        part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part)
    )
    if plain and _fits_windows(plain):
        return plain
    return "" if unicodedata.combining(char) else UNWRITABLE
