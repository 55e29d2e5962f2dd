"""French typography: the spaces that must not break."""

import re
from typing import Final

_NO_BREAK_SPACE: Final = "\u00a0"
_BEFORE_HIGH_MARKS: Final = re.compile(r" (?=[;:?!»€%])")
_AFTER_OPENING_QUOTE: Final = re.compile(r"« ")


def non_breaking(text: str) -> str:
    """Turn the plain spaces before `; : ? ! » € %` and after `«` into spaces that never break."""
    held = _BEFORE_HIGH_MARKS.sub(_NO_BREAK_SPACE, text)
    return _AFTER_OPENING_QUOTE.sub(f"«{_NO_BREAK_SPACE}", held)
