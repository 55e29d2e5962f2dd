"""Messages on the socket: a length in four bytes, then JSON."""

import json
import socket
import struct
from typing import Any, Final

MOST_BYTES: Final = 8_000_000
_LENGTH: Final = struct.Struct(">I")


class WireError(Exception):
    """What came is no message of ours, or only a part of one."""


def send(connection: socket.socket, message: dict[str, Any]) -> None:
    content = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    connection.sendall(_LENGTH.pack(len(content)) + content)


def receive(connection: socket.socket) -> dict[str, Any]:
    """The next message. Raises WireError, and TimeoutError of the socket."""
    (length,) = _LENGTH.unpack(_exactly(connection, _LENGTH.size))
    if length > MOST_BYTES:
        raise WireError(f"a message of {length} bytes")
    try:
        message = json.loads(_exactly(connection, length))
    except (ValueError, RecursionError) as error:
        raise WireError("no JSON") from error
    if not isinstance(message, dict):
        raise WireError("no object")
    return message


def _exactly(connection: socket.socket, wanted: int) -> bytes:
    received = bytearray()
    while len(received) < wanted:
        piece = connection.recv(min(1 << 20, wanted - len(received)))
        if not piece:
            raise WireError("the other side left")
        received += piece
    return bytes(received)
