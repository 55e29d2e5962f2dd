"""Merge fields: the grammar of `{{first_name}}` in subjects, HTML and text. Pure.

A token is `{{name}}`, spaces allowed inside the braces; a name is made of lower-case letters
without accents, digits and underscores. Anything else between braces is ordinary text. Standard
names: `civility`, `first_name`, `last_name`, `company_name`, `email`, `city`, `postal_code`, then
the client's own columns. `{{lien_desinscription}}` is the address of the unsubscribe page, and
`{{lien_origine}}` that of the page that says where a rented address comes from.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MERGE_TOKEN: Final = re.compile(r"\{\{[ \t]*([a-z0-9][a-z0-9_]{0,59})[ \t]*\}\}")
UNSUBSCRIBE_LINK: Final = "lien_desinscription"
ORIGIN_LINK: Final = "lien_origine"
OWN_LINKS: Final = frozenset({UNSUBSCRIBE_LINK, ORIGIN_LINK})
"""Tokens that we fill for each recipient; no contact file has them."""
OWN_LINK: Final = re.compile(r"\s*\{\{\s*(?:lien_desinscription|lien_origine)\s*\}\}\s*")
STANDARD_FIELDS: Final = (
    "civility",
    "first_name",
    "last_name",
    "company_name",
    "email",
    "city",
    "postal_code",
)
_UNPRINTABLE: Final = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_LONE_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Field:
    """A place where the value of one merge field goes."""

    name: str


Segment = str | Field


def parse(text: str) -> tuple[Segment, ...]:
    """Cut a text into literal pieces and fields, in order; literals are never empty."""
    segments: list[Segment] = []
    end = 0
    for token in MERGE_TOKEN.finditer(text):
        if token.start() > end:
            segments.append(text[end : token.start()])
        segments.append(Field(token.group(1)))
        end = token.end()
    if end < len(text):
        segments.append(text[end:])
    return tuple(segments)


def fields_in(*texts: str) -> list[str]:
    """Names of the merge fields used, each once, in order of appearance."""
    return list(dict.fromkeys(name for text in texts for name in MERGE_TOKEN.findall(text)))


def value_of(name: str, fields: Mapping[str, object], fallbacks: Mapping[str, str]) -> str:
    """The words that replace a field: the contact's, else the fallback, else nothing.

    Line breaks, control characters and runs of blanks become one space, so that a value can never
    start a header or a line of its own.
    """
    value = tidy(fields.get(name))
    return value or tidy(fallbacks.get(name))


def tidy(value: object) -> str:
    """A value on one line, without outer blanks; None gives an empty text."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else str(value)
    if text.isprintable() and "  " not in text:
        return text.strip(" ")
    return _LONE_SURROGATE.sub("\ufffd", _UNPRINTABLE.sub(" ", text)).strip(" ")


def merge(
    text: str, fields: Mapping[str, object], fallbacks: Mapping[str, str], *, escape: bool
) -> str:
    """Replace every token; `escape` is True for HTML, where values must stay plain text.

    `fields` must carry the unsubscribe address under `UNSUBSCRIBE_LINK`.
    """
    pieces = []
    for segment in parse(text):
        if isinstance(segment, str):
            pieces.append(segment)
            continue
        value = value_of(segment.name, fields, fallbacks)
        pieces.append(html.escape(value) if escape else value)
    return "".join(pieces)
