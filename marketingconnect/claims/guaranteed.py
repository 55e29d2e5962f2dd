"""Where the figures of what was sent come from: each guaranteed offer registers its source.

Filled by `config.wiring`, as the offers themselves are; nothing is guaranteed until one is.
"""

from typing import Protocol

from marketingconnect.claims.rules.guarantees import LotFigures


class GuaranteedSource(Protocol):
    """An offer that sends to rented addresses or numbers."""

    offer: str
    """Code of the offer, as on the lines of orders."""

    def lot(self, item_id: int) -> LotFigures | None:
        """What was sent for an item of the offer; None before it left.

        `are_final` once late refusals no longer count (CGV B.1.6). A message whose fate is unknown
        is not undelivered while the carrier may still answer.
        """


_sources: dict[str, GuaranteedSource] = {}


def register(source: GuaranteedSource) -> None:
    """Make a source known under its offer; registering it again replaces it."""
    _sources[source.offer] = source


def lot_of(offer: str, item_id: int | None) -> LotFigures | None:
    """The lot of an order line; None for what is not guaranteed, or has not left."""
    source = _sources.get(offer)
    return source.lot(item_id) if source is not None and item_id is not None else None
