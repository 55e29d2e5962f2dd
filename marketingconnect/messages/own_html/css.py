"""The part of CSS that an e-mail may carry: known properties, values that fetch and run nothing.

A small strict reader rather than a parser of all CSS: what it does not understand is left out.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

_NAMES: Final = """
background background-color border border-bottom border-bottom-color border-bottom-left-radius
border-bottom-right-radius border-bottom-style border-bottom-width border-collapse border-color
border-left border-left-color border-left-style border-left-width border-radius border-right
border-right-color border-right-style border-right-width border-spacing border-style border-top
border-top-color border-top-left-radius border-top-right-radius border-top-style
border-top-width border-width box-shadow box-sizing clear color direction display float font
font-family font-size font-style font-variant font-weight height letter-spacing line-height
list-style list-style-position list-style-type margin margin-bottom margin-left margin-right
margin-top max-height max-width min-height min-width mso-hide mso-line-height-rule
mso-padding-alt mso-table-lspace mso-table-rspace opacity outline overflow padding
padding-bottom padding-left padding-right padding-top table-layout text-align text-decoration
text-indent text-transform vertical-align visibility white-space width word-break word-spacing
word-wrap -ms-interpolation-mode -ms-text-size-adjust -webkit-text-size-adjust
"""
PROPERTIES: Final = frozenset(_NAMES.split())
_VALUE: Final = re.compile(r"[\w\s#%.,()'\"/+*!-]+", re.A)
_FORBIDDEN: Final = re.compile(
    r"url|expression|javascript|vbscript|behaviou?r|binding|attr\s*\(|var\s*\(|\\", re.I
)
_SELECTOR: Final = re.compile(r"[\w\s.#*,:>+~()\[\]=\"'|^$-]{1,400}", re.A)
_MEDIA: Final = re.compile(r"@media\s+[\w\s:(),.-]{1,200}", re.A | re.I)
_COMMENT: Final = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.S)


def clean_declarations(text: str, removed: Counter[str] | None = None) -> str:
    """`color:red;position:fixed` → `color:red`; counts what it leaves out."""
    kept = []
    for piece in _COMMENT.sub(" ", text).split(";"):
        name, colon, value = piece.partition(":")
        name, value = name.strip().lower(), " ".join(value.split())
        if colon and value and _is_safe(name, value):
            kept.append(f"{name}:{value}")
        elif piece.strip() and removed is not None:
            removed[f"style « {name[:40] or piece.strip()[:40]} »"] += 1
    return ";".join(kept)


def _is_safe(name: str, value: str) -> bool:
    return (
        name in PROPERTIES
        and bool(_VALUE.fullmatch(value))
        and not _FORBIDDEN.search(value)
        and value.count("(") == value.count(")")
        and value.count("'") % 2 == 0
        and value.count('"') % 2 == 0
    )


def clean_sheet(text: str, removed: Counter[str] | None = None, *, nested: bool = False) -> str:
    """The safe rules of a style sheet; media queries are kept, one level deep."""
    kept = []
    for prelude, body in _rules(_COMMENT.sub(" ", text)):
        if prelude.startswith("@"):
            inner = (
                ""
                if nested or not _MEDIA.fullmatch(prelude)
                else clean_sheet(body, removed, nested=True)
            )
            rule = f"{prelude}{{{inner}}}" if inner else ""
        else:
            declarations = clean_declarations(body, removed)
            safe = _SELECTOR.fullmatch(prelude) and declarations
            rule = f"{prelude}{{{declarations}}}" if safe else ""
        if rule:
            kept.append(rule)
        elif removed is not None:
            removed[f"règle de style « {prelude[:40]} »"] += 1
    return "\n".join(kept)


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """Pairs (prelude, body) of the top level; statements without a body come with an empty one."""
    start = depth = opened = 0
    for place, char in enumerate(text):
        if char == "{":
            if depth == 0:
                opened = place
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                yield _flat(text[start:opened]), text[opened + 1 : place]
                start = place + 1
            elif depth < 0:
                depth, start = 0, place + 1
        elif char == ";" and depth == 0:
            yield _flat(text[start:place]), ""
            start = place + 1


def _flat(prelude: str) -> str:
    return " ".join(prelude.split())
