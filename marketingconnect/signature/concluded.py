"""What a chapter above does when a document of its own is signed, in the same transaction."""

from collections.abc import Callable
from datetime import datetime

from marketingconnect.signature.models import SignatureRequest
from marketingconnect.signature.states import DocumentKind

Act = Callable[[SignatureRequest, datetime], None]
_ACTS: dict[DocumentKind, Act] = {}


def on_signed(kind: DocumentKind, act: Act) -> None:
    """Register what follows the signature of a kind of document; it may raise NoLongerWantedError.

    It is called with the signed request, once, whoever signed: a page, or the job that tries again.
    """
    _ACTS[kind] = act


def conclude(request: SignatureRequest, now: datetime) -> None:
    """Do what follows; the caller's transaction holds the request."""
    if act := _ACTS.get(DocumentKind(request.kind)):
        act(request, now)
