"""Which encoding a text file is written in.

The whole file is checked, not its beginning: one accent on line 400,000 must not stop an import.
"""

import codecs
import re
from collections.abc import Iterable
from typing import Final

from charset_normalizer import from_bytes

MIXED: Final = "utf-8-mixed"
"""UTF-8 with a few bytes of Windows in between, as when two exports were glued together."""

ENCODING_LABELS: Final = {
    "utf-8": "UTF-8 (le plus courant)",
    "utf-8-sig": "UTF-8 avec marque d’ordre (Excel)",
    MIXED: "UTF-8 mêlé de Windows",
    "utf-16": "UTF-16 (« Texte Unicode » d’Excel)",
    "utf-16-le": "UTF-16 petit-boutiste sans marque",
    "utf-16-be": "UTF-16 gros-boutiste sans marque",
    "utf-32": "UTF-32",
    "cp1252": "Windows (Europe occidentale)",
    "iso8859-15": "ISO-8859-15 (Latin 9)",
    "mac-roman": "Mac (ancien)",
    "cp850": "DOS (cp850)",
}
_BYTE_ORDER_MARKS: Final = [
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
_ONE_BYTE: Final = ("cp1252", "iso8859-15", "mac-roman", "cp850")
_SAMPLE: Final = 64 * 1024
_SURROUNDINGS: Final = re.compile(rb"(?:[\x00-\x7f]{0,12}[\x80-\xff]+)+[\x00-\x7f]{0,12}")
_USUAL_LOWER: Final = frozenset("éèàçêôîûùëïâœæÿü")
_USUAL_UPPER: Final = frozenset("ÉÈÀÇÊÔÎÛÙËÏÂŒÆŸÜ")
_USUAL_SIGNS: Final = frozenset("’‘“”«»–—…€°º \u202f")
_VOWELS: Final = frozenset("aeiouyéèê")
_DOUBTFUL: Final = 1.0


def guess_encoding(chunks: Iterable[bytes]) -> str:
    """The name of the encoding of all these bytes; one of ENCODING_LABELS nearly always."""
    watch = _Utf8Watch()
    beginning = b""
    accented = bytearray()
    for chunk in chunks:
        if len(beginning) < _SAMPLE:
            beginning += chunk[: _SAMPLE - len(beginning)]
        watch.see(chunk)
        if len(accented) < _SAMPLE and not chunk.isascii():
            accented += b"\n".join(_SURROUNDINGS.findall(chunk[: 4 * _SAMPLE]))
    if encoding := _marked_or_wide(beginning):
        return encoding
    if watch.is_utf8():
        return "utf-8"
    return _mixed_or_one_byte(bytes(accented[:_SAMPLE]), beginning)


def _marked_or_wide(beginning: bytes) -> str:
    """From a byte order mark, or from the zeros that UTF-16 puts beside each plain letter."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if beginning.startswith(mark):
            return encoding
    half = len(beginning) // 2
    if half and beginning[1::2].count(0) > 0.6 * half:
        return "utf-16-le"
    if half and beginning[0::2].count(0) > 0.6 * half:
        return "utf-16-be"
    return ""


class _Utf8Watch:
    """Whether every byte seen so far reads as UTF-8."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._valid = True

    def see(self, chunk: bytes) -> None:
        if self._valid:
            try:
                self._decoder.decode(chunk)
            except UnicodeDecodeError:
                self._valid = False

    def is_utf8(self) -> bool:
        self.see(b"")
        if self._valid:
            try:
                self._decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                return False
        return self._valid


def _mixed_or_one_byte(accented: bytes, beginning: bytes) -> str:
    read = accented.decode("utf-8", "surrogateescape")
    wrong = sum("\udc80" <= letter <= "\udcff" for letter in read)
    right = sum(letter > "\x7f" for letter in read) - wrong
    if right > 2 * wrong:
        return MIXED
    scores = {name: _frenchness(accented, name) for name in _ONE_BYTE}
    best = max(_ONE_BYTE, key=scores.__getitem__)
    letters = sum(byte > 0x7F for byte in accented) or 1
    if scores[best] / letters >= _DOUBTFUL:
        return best
    match = from_bytes(beginning or accented).best()
    return codecs.lookup(match.encoding).name if match else best


def _frenchness(accented: bytes, encoding: str) -> int:
    """How much the accented letters look like French where they stand."""
    text = accented.decode(encoding, "replace")
    score = 0
    for place, letter in enumerate(text):
        if letter > "\x7f":
            score += _plausibility(letter, text[place - 1 : place], text[place + 1 : place + 2])
    return score


def _plausibility(letter: str, before: str, after: str) -> int:
    if letter in _USUAL_LOWER:
        out_of_place = (before.isupper() and after.isupper()) or (
            letter == "â" and before in _VOWELS
        )
        return -1 if out_of_place else 3
    if letter in _USUAL_UPPER:
        return _plausibility_of_capital(before, after)
    if letter in _USUAL_SIGNS:
        return 4 if letter == "€" and (before.isdigit() or before.isspace()) else 1
    if letter.isalpha() and letter < "\u0180":
        return -2 if letter.isupper() and before.islower() else 1
    return -3


def _plausibility_of_capital(before: str, after: str) -> int:
    if before.isalpha():
        return 3 if before.isupper() else -2
    if after.isalpha():
        return 4 if after.islower() else 3
    return -1


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are not UTF-8 are read as Windows text; undefined ones become a mark."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    strange = error.object[error.start : error.end]
    return strange.decode("cp1252", "replace"), error.end


codecs.register_error("marketingconnect.windows", _as_windows)


def codec_and_errors(encoding: str) -> tuple[str, str]:
    """How to open a file of this encoding so that no byte can stop the reading."""
    if encoding == MIXED:
        return "utf-8", "marketingconnect.windows"
    return encoding, "replace"
