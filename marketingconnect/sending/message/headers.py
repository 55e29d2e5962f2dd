"""Header values on the wire: folded below 78 columns, RFC 2047 words where ASCII is not enough."""

import base64
import re
from email.utils import quote
from typing import Final

from marketingconnect.sending.merge import tidy

FOLD: Final = "\r\n "
_FOLD_AT: Final = 74
_LONGEST_WORD: Final = 60
_FIRST_OCTETS: Final = 36
_NEXT_OCTETS: Final = 45
_PHRASE: Final = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*")


def unstructured(text: str, *, used: int = 10) -> str:
    """A subject or a name; `used` columns of the first line are taken by the header's name."""
    text = tidy(text)
    if text.isascii() and "=?" not in text:
        words = text.split(" ")
        if all(len(word) <= _LONGEST_WORD for word in words):
            return _folded(words, used)
    return FOLD.join(_encoded_words(text))


def mailbox(name: str, address: str, *, used: int = 6) -> str:
    """`Name <address>`, the name quoted or encoded as it needs."""
    name = tidy(name)
    if not name:
        return f"<{address}>"
    shown = unstructured(name, used=used)
    if name.isascii() and "=?" not in shown and not _PHRASE.fullmatch(name):
        shown = f'"{quote(name)}"'
    return f"{shown}{FOLD}<{address}>"


def _folded(words: list[str], used: int) -> str:
    lines = [""]
    room = _FOLD_AT - used
    for word in words:
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append(word)
            room = _FOLD_AT
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return FOLD.join(lines)


def _encoded_words(text: str) -> list[str]:
    """Words of at most 75 characters that never cut a character in two."""
    words: list[str] = []
    octets = b""
    room = _FIRST_OCTETS
    for character in text:
        more = character.encode("utf-8")
        if len(octets) + len(more) > room:
            words.append(_encoded_word(octets))
            octets, room = b"", _NEXT_OCTETS
        octets += more
    return [*words, _encoded_word(octets)]


def _encoded_word(octets: bytes) -> str:
    return f"=?utf-8?B?{base64.b64encode(octets).decode('ascii')}?="
