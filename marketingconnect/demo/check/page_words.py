"""Find what a page says: a piece of an address, a number after its label."""

import re

from marketingconnect.demo.check.person import PageError

NUMBER = r"([\d\u202f\u00a0 ]+)"


def first(pattern: str, text: str) -> str:
    """What the last group of a pattern holds. Raises PageError."""
    found = re.search(pattern, text)
    if found is None:
        raise PageError(f"rien comme {pattern} dans : {text[:300]}")
    return found[found.lastindex or 0]


def number_after(label: str, text: str) -> int:
    """The number that a page shows after a label."""
    return int(re.sub(r"\D", "", first(rf"\b{label} {NUMBER}", text)) or "0")
