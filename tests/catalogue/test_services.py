from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from stdnum import iban

from marketingconnect.audit.models import JournalEntry
from marketingconnect.catalogue.demo_data import publish_demo_operator, publish_demo_price_list
from marketingconnect.catalogue.models import OperatorIdentity, PriceList, PriceTier
from marketingconnect.catalogue.queries import (
    NoPriceError,
    composed_price,
    current_price_list,
    operator_on,
    price_of,
    prices_shown,
)
from marketingconnect.catalogue.rules import Tier, Unit
from marketingconnect.catalogue.services import (
    NewOperator,
    NewPrice,
    NotPublishableError,
    publish_price_list,
    set_operator,
)
from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.money import Money
from marketingconnect.terms.models import AnnouncedChange
from marketingconnect.terms.services import tell_clients
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
PRICE = NewPrice(
    "email.own_file", "Envoi", Unit.THOUSAND, (Tier(1, Decimal("40")), Tier(5_000, Decimal("30")))
)
OPERATOR = NewOperator(
    legal_name="Atelier Postal",
    legal_form="SAS",
    capital_cents=1_000_00,
    siret="000 420 042 00012",
    rcs_city="Lyon",
    street="12 quai des Imprimeurs",
    postal_code="69002",
    city="LYON",
    email="comptabilite@atelier-postal.example.org",
    phone="+33199002400",
    iban="FR1420041010050500013M02606",
    bic="DEMOFRPPXXX",
    bank_name="Banque de démonstration",
    cheque_payee="Atelier Postal SAS",
    cheque_address="Atelier Postal SAS",
)


def publish(starts_on: date, price: NewPrice = PRICE) -> PriceList:
    return publish_price_list(
        title="Tarif", in_force_from=starts_on, prices=[price], actor=CLERK, now=NOON
    )


def test_the_demo_tariff_is_published_once_and_journalled() -> None:
    first = publish_demo_price_list(actor=CLERK, now=NOON)

    assert publish_demo_price_list(actor=CLERK, now=NOON) == first
    assert current_price_list(TODAY) == first
    assert JournalEntry.objects.get().action == "catalogue.price_list_published"
    assert {shown.code for shown in prices_shown(first)} >= {"email.own_file", "file_fee"}


@pytest.mark.parametrize(
    ("quantity", "net"), [(1, 4), (4_870, 185_06), (5_000, 145_00), (1_000_000, 2_900_00)]
)
def test_a_quantity_is_priced_at_its_tier(quantity: int, net: int) -> None:
    price_list = publish_demo_price_list(actor=CLERK, now=NOON)

    assert price_of(price_list, "email.own_file", quantity).net == Money(net)


def test_a_composed_price_is_rounded_once_and_says_its_parts() -> None:
    price_list = publish_demo_price_list(actor=CLERK, now=NOON)
    codes = ("list.consumer_address", "list.phone", "list.enrichment")

    line = composed_price(price_list, codes, 5_001, uses=2)

    assert line.unit_price == 2 * (180 + 90 + 35)
    assert line.net == Money(3_050_61)
    assert [part.code for part in line.parts] == list(codes)
    assert line.uses == 2
    assert line.next_tier == Tier(10_000, Decimal(2 * (155 + 75 + 28)))


def test_a_composed_price_of_one_part_is_the_price_itself() -> None:
    price_list = publish_demo_price_list(actor=CLERK, now=NOON)

    assert composed_price(price_list, ("email.own_file",), 5_000) == price_of(
        price_list, "email.own_file", 5_000
    )


def test_options_in_another_unit_are_not_added_up() -> None:
    price_list = publish_demo_price_list(actor=CLERK, now=NOON)

    with pytest.raises(NoPriceError, match="même unité"):
        composed_price(price_list, ("email.own_file", "file_fee"), 5_000)


def test_a_price_says_the_next_tier() -> None:
    price_list = publish(date(2026, 1, 1))

    assert price_of(price_list, PRICE.code, 4_000).next_tier == Tier(5_000, Decimal("30"))
    assert price_of(price_list, PRICE.code, 5_000).next_tier is None


def test_a_service_without_price_says_so() -> None:
    with pytest.raises(NoPriceError):
        current_price_list(TODAY)
    with pytest.raises(NoPriceError):
        price_of(publish(date(2026, 1, 1)), "sms", 1)


def test_a_new_tariff_waits_for_its_day() -> None:
    old, new = publish(date(2026, 1, 1)), publish(date(2026, 12, 1))

    assert current_price_list(date(2026, 11, 30)) == old
    assert current_price_list(date(2026, 12, 1)) == new


@pytest.mark.parametrize("starts_on", [date(2025, 1, 1), TODAY])
def test_a_tariff_in_force_is_never_replaced_in_the_past(starts_on: date) -> None:
    publish(date(2026, 1, 1))

    with pytest.raises(NotPublishableError):
        publish(starts_on)

    assert PriceList.objects.count() == 1


def test_tiers_that_rise_are_refused_with_a_sentence() -> None:
    rising = replace(PRICE, tiers=(Tier(1, Decimal(1)), Tier(2, Decimal(3))))

    with pytest.raises(NotPublishableError, match="plus cher"):
        publish(date(2026, 1, 1), rising)

    assert not PriceList.objects.exists()


def test_the_database_itself_refuses_to_edit_a_published_price() -> None:
    publish(date(2026, 1, 1))

    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        PriceTier.objects.update(unit_price=1)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        PriceTier.objects.all().delete()


def test_the_demo_operator_has_valid_numbers_and_is_set_once() -> None:
    operator = publish_demo_operator(actor=CLERK, now=NOON)

    assert publish_demo_operator(actor=CLERK, now=NOON) == operator
    assert iban.is_valid(operator.iban)
    assert operator.vat_number.endswith(operator.siren)


def test_the_operator_of_a_day_stays_the_one_of_that_day() -> None:
    set_operator(OPERATOR, in_force_from=date(2026, 1, 1), actor=CLERK, now=NOON)
    moved = replace(OPERATOR, street="3 rue Neuve")
    set_operator(moved, in_force_from=date(2026, 12, 1), actor=CLERK, now=NOON)

    assert operator_on(TODAY).street == "12 quai des Imprimeurs"
    assert operator_on(date(2026, 12, 1)).street == "3 rue Neuve"
    with pytest.raises(NotPublishableError):
        set_operator(OPERATOR, in_force_from=date(2026, 12, 1), actor=CLERK, now=NOON)
    with pytest.raises(OperatorIdentity.DoesNotExist):
        operator_on(date(2025, 12, 31))


def test_an_operator_with_a_wrong_siret_is_refused() -> None:
    wrong = replace(OPERATOR, siret="00042004200013")

    with pytest.raises(InvalidValueError):
        set_operator(wrong, in_force_from=date(2026, 1, 1), actor=CLERK, now=NOON)


def test_a_second_tariff_is_announced_and_leaves_clients_the_time_to_refuse(shop: Shop) -> None:
    shop.order(now=NOON)

    with pytest.raises(NotPublishableError, match="01/01/2027"):
        publish(date(2026, 12, 31))
    assert not AnnouncedChange.objects.filter(kind="prices").exists()

    new = publish(date(2027, 1, 1))
    change = AnnouncedChange.objects.get(kind="prices")
    assert (change.number, change.in_force_from) == (new.number, date(2027, 1, 1))
    assert tell_clients(change.pk, now=NOON) == 1


def test_the_first_tariff_changes_nothing_for_anybody(db: None) -> None:
    publish(date(2026, 1, 1))

    assert not AnnouncedChange.objects.exists()
