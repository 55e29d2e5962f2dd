"""What is wrong with a stock file, and where: the message is for the operator's staff."""

from pathlib import Path
from typing import Final

from marketingconnect.base.errors import BaseError

AGAIN: Final = "Téléchargez de nouveau le fichier, puis relancez la commande."
_LONGEST_VALUE: Final = 60


class StockFileError(BaseError):
    """A file that cannot be loaded; the release in use is untouched."""

    def __init__(self, file: Path, what: str, *, line: int = 0, column: str = "") -> None:
        place = [f"« {file.name} »"]
        if line:
            place.append(f"ligne {line}")
        if column:
            place.append(f"colonne {column}")
        super().__init__(f"{', '.join(place)} : {what}")
        self.line = line
        self.column = column


def shown(value: str) -> str:
    """A value in a message: short, on one line."""
    flat = " ".join(value.split())
    return f"« {flat[:_LONGEST_VALUE]}{'…' if len(flat) > _LONGEST_VALUE else ''} »"
