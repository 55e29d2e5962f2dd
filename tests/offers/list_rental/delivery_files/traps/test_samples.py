import pytest

from marketingconnect.base.vocabulary import Population
from marketingconnect.kernel.postal_address import PersonalAddress
from marketingconnect.offers.list_rental.delivery_files.traps.samples import (
    register_sample_traps,
    sample_trap_fields,
)
from marketingconnect.offers.list_rental.models import TrapPerson
from tests.offers.list_rental.delivery_files.made import NOW, STAFF


@pytest.mark.django_db
def test_an_empty_register_is_filled_once() -> None:
    assert len(register_sample_traps(actor=STAFF, now=NOW)) == 24
    assert register_sample_traps(actor=STAFF, now=NOW) == []
    assert TrapPerson.objects.filter(population=Population.PROFESSIONALS).count() == 12


def test_sample_addresses_print_as_they_are() -> None:
    for fields in sample_trap_fields(Population.CONSUMERS):
        address = PersonalAddress(
            name=f"{fields.first_name} {fields.last_name}",
            street=fields.line4,
            postal_code=fields.postal_code,
            town=fields.town,
        )
        assert address.lines()[1:] == (fields.line4, f"{fields.postal_code} {fields.town}")
