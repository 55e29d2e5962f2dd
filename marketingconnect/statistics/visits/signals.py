"""What one request says of who made it. Pure; read for each visit, so kept quick."""

import os
import re
import tomllib
from collections.abc import Callable
from functools import cache, lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any, Final

from marketingconnect.statistics.states import Signal

_FILE: Final = Path(__file__).with_name("scanners.toml")
_PREFETCH: Final = ("purpose", "sec-purpose", "x-purpose", "x-moz")
Header = Callable[[str], str | None]
"""The value of a request's header by its name in lower case; None where it has none."""


def signal_of(*, method: str, header: Header, address: str) -> str:
    """The first `Signal` of a machine in a request; empty when nothing tells one.

    `address` is the visitor's, or empty.
    """
    if method == "HEAD":
        return Signal.HEAD
    for name in _PREFETCH:
        told = (header(name) or "").lower()
        if "prefetch" in told or "preview" in told:
            return Signal.PREFETCH
    agent = header("user-agent")
    if not agent or agent.isspace():
        return Signal.NO_AGENT
    if _is_program(agent):
        return Signal.AGENT
    return Signal.RANGE if _in_known_range(address) else ""


@cache
def scanners() -> dict[str, Any]:
    """The dated list, as the file has it."""
    return tomllib.loads(_FILE.read_text("utf-8"))


@cache
def _programs() -> "re.Pattern[str]":
    return re.compile("|".join(map(re.escape, scanners()["agents"])), re.IGNORECASE)


@lru_cache(maxsize=8_192)
def _is_program(agent: str) -> bool:
    return _programs().search(agent) is not None


@cache
def _ranges() -> list[IPv4Network | IPv6Network]:
    """Given by the operator, as the services of security publish them."""
    given = os.environ.get("MARKETINGCONNECT_SCANNER_RANGES", "").split(",")
    return [ip_network(one.strip()) for one in given if one.strip()]


@lru_cache(maxsize=8_192)
def _in_known_range(address: str) -> bool:
    try:
        where = ip_address(address)
    except ValueError:
        return False
    return any(where in network for network in _ranges())
