"""Signed names of one recipient of one campaign: unsubscribe links, return paths, Message-IDs.

They carry no address: a position in a campaign and an HMAC, so that nobody can unsubscribe or
bounce somebody else by counting.
"""

import base64
import binascii
import hmac
import struct
from collections.abc import Callable
from typing import Final

from django.conf import settings

from marketingconnect.kernel.keyed_hash import keyed_sha256

_PLACE: Final = struct.Struct(">QI")
_LINK_MAC: Final = 16
_RETURN_MAC: Final = 8
_BOTH: Final = _LINK_MAC + _RETURN_MAC
_LINK_LENGTH: Final = 38
_OLDER_RETURN_LENGTH: Final = 32
_PLACE_LENGTH: Final = 16
_SAFE_IN_ADDRESSES: Final = bytes.maketrans(b"+/", b"-_")
_OF_BASE64: Final = bytes.maketrans(b"-_", b"+/")
Digest = Callable[[bytes], bytes]


class InvalidTokenError(ValueError):
    """The token was not made by us, or was changed on its way."""


class RecipientTokens:
    """Makes and reads the tokens under one secret; `purpose` keeps links and paths apart."""

    def __init__(self, secret: str | bytes) -> None:
        self._link_mac = keyed_sha256(_derived(secret, b"unsubscribe link v1"))
        self._return_mac = keyed_sha256(_derived(secret, b"return path v1"))
        self._visit_mac = keyed_sha256(_derived(secret, b"visit v1"))

    def link(self, campaign_id: int, position: int) -> str:
        """38 characters safe in an address of the web."""
        return self.link_and_return_path(campaign_id, position)[0]

    def link_and_return_path(self, campaign_id: int, position: int) -> tuple[str, str]:
        """Both from one HMAC, of which each shows a part that the other does not.

        The link has 38 characters safe in an address of the web, the return path 40 safe in the
        local part of a mail address, whatever its case.
        """
        place = _PLACE.pack(campaign_id, position)
        mac = self._link_mac(place)
        return _written(place + mac[:_LINK_MAC]), (place + mac[_LINK_MAC:_BOTH]).hex()

    def visit(self, campaign_id: int, position: int) -> str:
        """38 characters of tracked links and pictures, which cannot unsubscribe anybody.

        Position 0 stands for everybody.
        """
        place = _PLACE.pack(campaign_id, position)
        return _written(place + self._visit_mac(place)[:_LINK_MAC])

    def return_path(self, campaign_id: int, position: int) -> str:
        """40 characters safe in the local part of a mail address, whatever its case."""
        return self.link_and_return_path(campaign_id, position)[1]

    def read_link(self, token: str) -> tuple[int, int]:
        """(campaign id, position) of a link. Raises InvalidTokenError."""
        return _read(token, self._link_mac)

    def read_visit(self, token: str) -> tuple[int, int]:
        """(campaign id, position) of a tracked link or picture. Raises InvalidTokenError."""
        return _read(token, self._visit_mac)

    def read_return_path(self, token: str) -> tuple[int, int]:
        """(campaign id, position) of a return path, be it of the older form in base 32.

        Raises InvalidTokenError.
        """
        try:
            if len(token) == _OLDER_RETURN_LENGTH:
                signed = base64.b32decode(token, casefold=True)
                return _checked(signed, self._return_mac, slice(0, _RETURN_MAC))
            signed = bytes.fromhex(token)
        except (binascii.Error, ValueError) as error:
            raise InvalidTokenError from error
        return _checked(signed, self._link_mac, slice(_LINK_MAC, _BOTH))


def current_tokens() -> RecipientTokens:
    """Tokens under the platform's present secret."""
    return RecipientTokens(settings.SECRET_KEY)


def recipient_of_link(token: str) -> tuple[int, int]:
    """(campaign id, position), under the present secret or one kept for old messages."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return RecipientTokens(secret).read_link(token)
        except InvalidTokenError:
            continue
    raise InvalidTokenError


def recipient_of_visit(token: str) -> tuple[int, int]:
    """(campaign id, position or 0), under the present secret or one kept for old messages."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return RecipientTokens(secret).read_visit(token)
        except InvalidTokenError:
            continue
    raise InvalidTokenError


def _written(signed: bytes) -> str:
    """Base 64 of addresses (RFC 4648, 5), spelled out: the library's own takes twice as long."""
    text = binascii.b2a_base64(signed, newline=False).translate(_SAFE_IN_ADDRESSES)
    return text.rstrip(b"=").decode("ascii")


def _read(token: str, digest: Digest) -> tuple[int, int]:
    """The place says what the whole token must be, to the letter."""
    if len(token) != _LINK_LENGTH or not token.isascii():
        raise InvalidTokenError
    letters = token[:_PLACE_LENGTH].encode("ascii").translate(_OF_BASE64)
    try:
        place = binascii.a2b_base64(letters)
    except binascii.Error as error:
        raise InvalidTokenError from error
    if len(place) != _PLACE.size:
        raise InvalidTokenError
    if not hmac.compare_digest(token, _written(place + digest(place)[:_LINK_MAC])):
        raise InvalidTokenError
    campaign_id, position = _PLACE.unpack(place)
    return campaign_id, position


def _checked(signed: bytes, digest: Digest, part: slice) -> tuple[int, int]:
    """`part` of the HMAC is what the token shows."""
    if len(signed) != _PLACE.size + part.stop - part.start:
        raise InvalidTokenError
    place, mac = signed[: _PLACE.size], signed[_PLACE.size :]
    if not hmac.compare_digest(mac, digest(place)[part]):
        raise InvalidTokenError
    campaign_id, position = _PLACE.unpack(place)
    return campaign_id, position


def _derived(secret: str | bytes, purpose: bytes) -> bytes:
    key = secret.encode() if isinstance(secret, str) else secret
    return hmac.digest(key, b"marketingconnect " + purpose, "sha256")


def recipient_of_return_path(token: str) -> tuple[int, int]:
    """(campaign id, position), under the present secret or one kept for old messages."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return RecipientTokens(secret).read_return_path(token)
        except InvalidTokenError:
            continue
    raise InvalidTokenError
