"""Ports of this machine that nobody listens to. Free of Django."""

import random
import socket
from typing import Final

_BELOW_THE_EPHEMERAL: Final = range(20_000, 32_000)
"""The kernel gives none of these to a connection that leaves, so one that is free stays free."""
_TRIES: Final = 500


class NoFreePortError(RuntimeError):
    """Everything that was tried is taken."""


def free_ports(count: int) -> range:
    """`count` ports in a row of 127.0.0.1; raises NoFreePortError."""
    for first in random.SystemRandom().sample(_BELOW_THE_EPHEMERAL, _TRIES):
        ports = range(first, first + count)
        if all(map(port_is_free, ports)):
            return ports
    raise NoFreePortError("Aucun port libre entre 20000 et 32000 sur 127.0.0.1.")


def free_port() -> int:
    """One of them."""
    return free_ports(1)[0]


def port_is_free(port: int) -> bool:
    """Whether one could listen there now; raises PermissionError under 1024 without the right."""
    with socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind(("127.0.0.1", port))
        except PermissionError:
            raise
        except OSError:
            return False
    return True
