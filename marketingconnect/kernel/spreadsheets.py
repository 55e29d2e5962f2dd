"""Cells that spreadsheets read: what a client typed must never run in somebody else's."""

from typing import Final

_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "|", "%")


def harmless(cell: str) -> str:
    """A cell that a spreadsheet will not run as a formula."""
    return f"'{cell}" if cell.startswith(_DANGEROUS) else cell
