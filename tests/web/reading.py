"""What a page says, its blanks folded and unbreakable spaces made plain."""

from typing import Any


def page(answer: Any) -> str:
    """The text of an answer of the test client, tags included."""
    text: str = answer.content.decode()
    return " ".join(text.replace("\u202f", " ").replace("\u00a0", " ").split())
