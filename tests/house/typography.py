"""Hold French marks to their words in the templates.

python -m tests.house.typography      rewrite the templates whose marks could start a line
"""

import re
from pathlib import Path

from tests.house.repository import ROOT, read, tracked_files

_TEMPLATES = {".html", ".txt", ".typ", ".mjml"}
_NO_BREAK_SPACE = "\u00a0"
# Template code, values, comments and listings stay as they are; a value counts as a word.
_KEPT = re.compile(r"({%.*?%}|{{.*?}}|{#.*?#}|<!--.*?-->|<(?:pre|code|script|style)\b.*?>)", re.S)
_QUOTED = re.compile(r'"[^"]*"')
_BEFORE_MARK = re.compile(r"(?:(?<=[\w)»’.>])|\A) (?=[;:?!»€%](?:[\s<»\"]|\Z))")
_AFTER_QUOTE = re.compile(r"« (?=[\w<]|\Z)")


def templates() -> list[Path]:
    """The templates of pages, mails and documents."""
    return [
        path
        for path in tracked_files()
        if path.suffix in _TEMPLATES and path.parts[0] == "marketingconnect"
    ]


def mended(text: str) -> str:
    """The same text, with spaces that never break before `; : ? ! » € %` and after `«`."""
    return "".join(
        _in_tag(piece) if _KEPT.fullmatch(piece) else _mend(piece) for piece in _KEPT.split(text)
    )


def _in_tag(piece: str) -> str:
    """Sentences are given to tags between quotes; the rest of the tag is code."""
    if not piece.startswith("{%"):
        return piece
    return _QUOTED.sub(lambda quoted: _mend(quoted.group()), piece)


def _mend(prose: str) -> str:
    held = _BEFORE_MARK.sub(_NO_BREAK_SPACE, prose)
    return _AFTER_QUOTE.sub(f"«{_NO_BREAK_SPACE}", held)


if __name__ == "__main__":
    for path in templates():
        if (now := mended(read(path))) != read(path):
            (ROOT / path).write_text(now, encoding="utf-8")
