"""The rows of ListConnect."""

from marketingconnect.offers.list_rental.models.amendments import Amendment
from marketingconnect.offers.list_rental.models.deliveries import (
    Delivery,
    DeliveryFile,
    Download,
    Licence,
)
from marketingconnect.offers.list_rental.models.rentals import ListRental, Subcontractor
from marketingconnect.offers.list_rental.models.samples import MessageSample
from marketingconnect.offers.list_rental.models.traces import (
    DeliveryTrace,
    TrapPerson,
    TrapVariant,
)

__all__ = [
    "Amendment",
    "Delivery",
    "DeliveryFile",
    "DeliveryTrace",
    "Download",
    "Licence",
    "ListRental",
    "MessageSample",
    "Subcontractor",
    "TrapPerson",
    "TrapVariant",
]
