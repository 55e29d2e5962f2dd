"""One line of what comes next."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NextThing:
    """One thing to do, or to know (`href` and `verb` empty)."""

    sentence: str
    about: str
    icon: str
    href: str = ""
    verb: str = ""
