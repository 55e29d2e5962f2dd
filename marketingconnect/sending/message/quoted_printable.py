"""Quoted-printable (RFC 2045) whose pieces can be joined without looking at what is around them.

Every piece starts at the beginning of a line. No line starts with a dot, ends with a blank or
holds two blanks in a row, so SMTP needs no dot-stuffing and DKIM's relaxed form is already there.
"""

from typing import Final

SOFT_BREAK: Final = b"=\r\n"
_LINE: Final = 75
_PLAIN: Final = frozenset(range(33, 127)) - {ord("=")}
_NOT_FIRST: Final = (".", " ")
_DOT: Final = "=2E"


def encode(text: str) -> bytes:
    """Encode a text; line breaks become CRLF. The last line is left open."""
    return "\r\n".join(
        _encode_line(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ).encode("ascii")


def encode_value(value: str) -> bytes:
    """Encode a text of one line, quickly when nothing in it needs care."""
    easy = (
        len(value) <= _LINE
        and value.isascii()
        and value.isprintable()
        and "=" not in value
        and "  " not in value
        and value[:1] not in _NOT_FIRST
        and value[-1:] != " "
    )
    return value.encode("ascii") if easy else encode(value)


def _encode_line(line: str) -> str:
    out: list[str] = []
    column = 0
    before_blank = False
    octets = line.encode("utf-8")
    last = len(octets) - 1
    for index, octet in enumerate(octets):
        blank = octet == 32 and not before_blank and index != last
        atom = chr(octet) if octet in _PLAIN or blank else f"={octet:02X}"
        if column + len(atom) > _LINE:
            out.append("=\r\n")
            column = 0
        if column == 0 and atom == ".":
            atom = _DOT
        out.append(atom)
        column += len(atom)
        before_blank = blank
    return "".join(out)
