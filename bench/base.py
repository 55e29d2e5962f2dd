"""Measures of the base, one after the other: a table each, then one line of JSON for all.

A part is a module with `measure(*, rows, rounds, say) -> Figures`; it says its own ceiling,
measured in the same run, and whether its targets are met.
"""

import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

Say = Callable[[str], None]
PARTS: Final[dict[str, str]] = {
    "sirene": "bench.base_sirene",
    "exports": "bench.base_exports",
}
"""Name on the command line -> module."""


@dataclass(frozen=True)
class Figures:
    """What a part found: numbers for the line of JSON, and whether its targets are met."""

    values: Mapping[str, Any]
    met: bool = True
    missed: Sequence[str] = field(default=())


def measure(*, parts: Sequence[str], rows: int, rounds: int, say: Say) -> bool:
    """Run the parts; True when every target is met."""
    found: dict[str, Figures] = {}
    for name in parts or list(PARTS):
        found[name] = importlib.import_module(PARTS[name]).measure(
            rows=rows, rounds=rounds, say=say
        )
    for name, figures in found.items():
        for target in figures.missed:
            say(f"{name} : objectif manqué, {target}")
    met = all(figures.met for figures in found.values())
    values = {name: {**figures.values, "met": figures.met} for name, figures in found.items()}
    say(json.dumps({"bench": "base", "rows": rows, "rounds": rounds, **values, "met": met}))
    return met
