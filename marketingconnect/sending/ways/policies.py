"""The pace of each destination, as `destinations.toml` tells it. Pure."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Final


class DestinationsError(ValueError):
    """The file of destinations does not stand; the words say where, in French."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How one destination is written to by one sender."""

    name: str
    connections: int
    per_connection: int
    per_minute: int
    waits: tuple[int, ...]
    warm_up: tuple[int, ...]

    def closed_for(self, failures: int) -> int:
        """Seconds to wait after that many troubles in a row, counting from 1."""
        return self.waits[min(failures, len(self.waits)) - 1]

    def most_on_day(self, age: int) -> int | None:
        """The most messages on the day `age`, 0 for the first ever; None once it is warm."""
        return self.warm_up[age] if age < len(self.warm_up) else None


@dataclass(frozen=True, slots=True)
class Destinations:
    """Every group, and what holds for the rest of the world."""

    default: Policy
    groups: tuple[tuple[Policy, tuple[str, ...], frozenset[str]], ...]

    def policy_of(self, domain: str, exchangers: Sequence[str]) -> Policy:
        """Of a domain whose servers have these names, best first.

        The servers decide: mail of `boulangerie.example` kept by Google follows Google's pace.
        """
        for policy, suffixes, _ in self.groups:
            if any(_is_under(host, suffixes) for host in exchangers):
                return policy
        for policy, _, domains in self.groups:
            if domain in domains:
                return policy
        return self.default


def _is_under(host: str, suffixes: Sequence[str]) -> bool:
    name = host.rstrip(".").lower()
    return any(name == suffix or name.endswith(f".{suffix}") for suffix in suffixes)


@lru_cache(maxsize=4)
def destinations_of(path: Path | None = None) -> Destinations:
    """Read the shipped file, or another. Raises DestinationsError, or OSError."""
    if path is None:
        text = resources.files(__package__).joinpath("destinations.toml").read_text("utf-8")
    else:
        text = path.read_text("utf-8")
    return parse_destinations(text)


def parse_destinations(text: str) -> Destinations:
    """Groups take from `default` what they do not say. Raises DestinationsError."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DestinationsError(f"Ce fichier n’est pas du TOML : {error}") from error
    rest = table.get("default", {})
    default = _policy({"name": "autres", **rest})
    groups = []
    for row in table.get("group", []):
        suffixes = tuple(str(one).lower() for one in row.get("exchangers", ()))
        domains = frozenset(str(one).lower() for one in row.get("domains", ()))
        groups.append((_policy({**rest, **row}), suffixes, domains))
    return Destinations(default, tuple(groups))


_LEAST: Final = {"connections": 1, "per_connection": 1, "per_minute": 0}


def _policy(row: dict[str, Any]) -> Policy:
    name = str(row.get("name", ""))
    known = {one.name for one in fields(Policy)}
    missing = sorted(known - set(row))
    if not name or missing:
        raise DestinationsError(f"Le groupe « {name} » ne dit pas : {', '.join(missing)}.")
    if unknown := sorted(set(row) - known - {"domains", "exchangers"}):
        raise DestinationsError(f"Le groupe « {name} » : réglage inconnu {', '.join(unknown)}.")
    for key, least in _LEAST.items():
        if not isinstance(row[key], int) or row[key] < least:
            raise DestinationsError(f"Le groupe « {name} » : {key} vaut au moins {least}.")
    waits, warm_up = tuple(row["waits"]), tuple(row["warm_up"])
    if not waits or any(not isinstance(one, int) or one < 1 for one in (*waits, *warm_up)):
        raise DestinationsError(f"Le groupe « {name} » : waits et warm_up sont des entiers.")
    return Policy(
        name, row["connections"], row["per_connection"], row["per_minute"], waits, warm_up
    )
