"""Price lists by date, and who the operator legally is."""

from marketingconnect.catalogue.models.operator import OperatorIdentity
from marketingconnect.catalogue.models.prices import OfferCode, PriceItem, PriceList, PriceTier

__all__ = ["OfferCode", "OperatorIdentity", "PriceItem", "PriceList", "PriceTier"]
