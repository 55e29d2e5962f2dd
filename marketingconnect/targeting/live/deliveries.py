"""What was delivered before: told by the chapters above, registered by `config.wiring`."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol


class Deliveries(Protocol):
    """A chapter that delivers frozen selections."""

    def to_company(self, company_id: int) -> Sequence[int]:
        """Ids of the selections delivered to a company."""

    def since(self, day: date) -> Sequence[int]:
        """Ids of the selections delivered to anybody from that day on; once a delivery."""


_sources: dict[str, Callable[[], Deliveries]] = {}


def register_deliveries(name: str, source: Callable[[], Deliveries]) -> None:
    """Make a source known under a name; again under the same name replaces it."""
    _sources[name] = source


def delivered_to(company_id: int) -> tuple[int, ...]:
    """Ids of every selection that a company received."""
    return tuple(sorted(id for made in _sources.values() for id in made().to_company(company_id)))


def delivered_since(day: date) -> tuple[int, ...]:
    """Ids of every selection delivered since a day, as often as it was."""
    return tuple(sorted(id for made in _sources.values() for id in made().since(day)))
