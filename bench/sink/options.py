"""Faults on a command line, both ways: one option a field."""

import argparse
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from bench.sink.table import Faults

_HELP = {
    "refused": "for a thousand recipients",
    "later": "for a thousand recipients",
    "dropped": "for a thousand recipients",
    "times": "refusals of one that is to come later",
    "latency": "seconds, at most",
    "connections": "at once; 0 for no limit",
    "per_connection": "messages; 0 for no limit",
    "closed": "providers that answer 421",
    "closed_answers": "421 said before they open; 0 for ever",
    "provider": "whose words are used for all",
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """`--refused`, `--per-connection`…"""
    for one in fields(Faults):
        many = one.name == "closed"
        how: dict[str, Any] = {"nargs": "*", "default": ()} if many else {"type": type(one.default)}
        parser.add_argument(
            _option(one.name), help=_HELP[one.name], **{"default": one.default, **how}
        )


def faults_of(told: argparse.Namespace) -> Faults:
    """What was asked on the command line."""
    values = {one.name: getattr(told, one.name) for one in fields(Faults)}
    return Faults(**{**values, "closed": frozenset(told.closed)})


def options_of(faults: Faults) -> list[str]:
    """The words that ask for them."""
    return list(_words(faults))


def _words(faults: Faults) -> Iterator[str]:
    for one in fields(Faults):
        value = getattr(faults, one.name)
        if value == one.default:
            continue
        yield _option(one.name)
        yield from sorted(value) if isinstance(value, frozenset) else [str(value)]


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
