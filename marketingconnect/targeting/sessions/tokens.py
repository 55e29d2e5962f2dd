"""The right to listen to one session for a while, carried in the address of the stream."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core import signing

from marketingconnect.targeting.sessions.rules import TOKEN_FOR

_SALT: Final = "targeting.live-session"


class RefusedTokenError(ValueError):
    """A token that is not ours, or too old."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who listens to which session."""

    session_id: int
    user_id: int
    side: str


def token_for(listener: Listener, *, now: datetime) -> str:
    """A signed token that opens the stream during `TOKEN_FOR`."""
    until = int((now + TOKEN_FOR).timestamp())
    value = [listener.session_id, listener.user_id, listener.side, until]
    return signing.dumps(value, salt=_SALT)


def listener_of(token: str, *, now: datetime) -> Listener:
    """Whose token it is. Raises RefusedTokenError."""
    try:
        session_id, user_id, side, until = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError) as error:
        raise RefusedTokenError("not ours") from error
    if now.timestamp() > until:
        raise RefusedTokenError("too old")
    return Listener(session_id, user_id, side)
