"""Ask the counting process over its socket."""

import socket
from pathlib import Path
from typing import Any, Final

from marketingconnect.targeting.criteria import InvalidCriteriaError
from marketingconnect.targeting.desk import wire
from marketingconnect.targeting.desk.questions import Answer, DeskError, Question

_SECONDS: Final = 30.0
_BUSY: Final = "Le comptage ne répond pas : réessayez dans un instant."


def answer(path: str, question: Question) -> Answer | None:
    """The answer of the process that listens at `path`; None when none does.

    Raises DeskError and InvalidCriteriaError as the process says.
    """
    if not Path(path).is_socket():
        return None
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_SECONDS)
        try:
            connection.connect(path)
        except OSError:
            return None
        try:
            wire.send(connection, question.to_json())
            message = wire.receive(connection)
        except (OSError, wire.WireError) as error:
            raise DeskError(_BUSY) from error
    return _read(message)


def _read(message: dict[str, Any]) -> Answer:
    match message:
        case {"answer": dict(value)}:
            return Answer.from_json(value)
        case {"invalid": [str(path), str(text)]}:
            raise InvalidCriteriaError(path, text)
        case {"error": str(text)}:
            raise DeskError(text)
    raise DeskError(_BUSY)
