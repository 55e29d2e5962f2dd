"""What a check finds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

UNREADABLE: Final = (
    *(ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError),
    *(InvalidSignature, UnsupportedAlgorithm),
    *(x509.DuplicateExtension, x509.ExtensionNotFound),
    *(x509.InvalidVersion, x509.UnsupportedGeneralNameType),
)
"""What parsers say of bytes that are not what they should be."""


class InvalidSignatureError(Exception):
    """The thing is not what was signed, or not signed by whom it says; the message says why."""


@contextmanager
def refusing_the_unreadable(what: str) -> Iterator[None]:
    """Bytes that cannot be read are no signature. `what` is French, with its article."""
    try:
        yield
    except UNREADABLE as error:
        raise InvalidSignatureError(f"{what} ne peut pas être lu ({error})") from error
