"""The offers that orders know; filled by `config.wiring`, read by code."""

from marketingconnect.offers.contract import Offer

_offers: dict[str, Offer] = {}


def register(offer: Offer) -> None:
    """Make an offer known under its code; registering it again replaces it."""
    _offers[offer.code] = offer


def offer_for(code: str) -> Offer:
    """The offer of a line. Raises KeyError for a code that nothing registered."""
    return _offers[code]


def knows(code: str) -> bool:
    """Whether an offer is registered under this code."""
    return code in _offers
