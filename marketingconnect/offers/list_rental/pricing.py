"""Which prices a rental adds up: the address, then its options (CGV II.1.b, CL.1)."""

from collections.abc import Collection
from typing import Final

from marketingconnect.offers.list_rental.rules.ordering import carries_phones
from marketingconnect.targeting.criteria import Population

ADDRESS_PRICE: Final = {
    Population.CONSUMERS: "list.consumer_address",
    Population.PROFESSIONALS: "list.professional_address",
}
PHONE_PRICE: Final = "list.phone"
ENRICHMENT_PRICE: Final = "list.enrichment"


def price_codes(
    *, population: str, uses: Collection[str], columns: Collection[str]
) -> tuple[str, ...]:
    """The address first, then the options."""
    codes = [ADDRESS_PRICE[Population(population)]]
    if carries_phones(uses):
        codes.append(PHONE_PRICE)
    if columns:
        codes.append(ENRICHMENT_PRICE)
    return tuple(codes)
