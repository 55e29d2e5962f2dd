"""Measures of the documents we make, one after the other; then one line of JSON for all.

A part is a module with `measure(*, count, say) -> Figures`; it says its own reference, measured in
the same run, and whether its target is met.
"""

import importlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Final

from bench.base import Figures, Say

PARTS: Final[dict[str, str]] = {
    "signature": "bench.documents_signature",
    "invoices": "bench.documents_invoices",
    "closing": "bench.documents_closing",
}
"""Name on the command line -> module."""


@dataclass(frozen=True)
class Times:
    """Milliseconds of one act done many times."""

    p50: float
    p95: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Times":
        """At least two measures."""
        return cls(
            round(median(seconds) * 1000, 1),
            round(quantiles(seconds, n=20, method="inclusive")[-1] * 1000, 1),
        )


def measure(*, parts: Sequence[str], count: int, say: Say) -> bool:
    """Run the parts; True when every target is met."""
    found: dict[str, Figures] = {}
    for name in parts or list(PARTS):
        found[name] = importlib.import_module(PARTS[name]).measure(count=count, say=say)
    for name, figures in found.items():
        for target in figures.missed:
            say(f"{name} : objectif manqué, {target}")
    met = all(figures.met for figures in found.values())
    values = {name: {**figures.values, "met": figures.met} for name, figures in found.items()}
    say(json.dumps({"bench": "documents", "count": count, **values, "met": met}))
    return met
