import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import connection

from marketingconnect.audit.models import JournalEntry
from marketingconnect.cart.errors import (
    CartError,
    EmptyCartError,
    MethodNotOfferedError,
    NotAllowedToOrderError,
    PricesChangedError,
    TermsChangedError,
    TermsNotAcceptedError,
    UnsellableLineError,
)
from marketingconnect.cart.models import CartLine
from marketingconnect.cart.queries import TOP_UP_LABEL, cart_of, lines_in_cart
from marketingconnect.cart.services import add_to_cart, remove_from_cart
from marketingconnect.kernel.money import Money
from marketingconnect.notices.models import Notice
from marketingconnect.offers.contract import NotSellableError
from marketingconnect.orders.models import Order, OrderCounter
from marketingconnect.terms.models import TermsAcceptance
from tests.sale import NOON, Shop

TODAY = date(2026, 11, 23)
pytestmark = pytest.mark.django_db


def test_a_basket_shows_each_amount_and_why(shop: Shop) -> None:
    shop.fill_cart(quantity=6_000)

    cart = cart_of(shop.cast.bakery.pk, TODAY)

    assert cart.services_net == Money(174_00)
    assert cart.top_up == Money(126_00)
    assert (cart.net, cart.vat_amount, cart.total) == (
        Money(300_00),
        Money(60_00),
        Money(360_00),
    )
    assert [draft.label for draft in cart.draft_lines()][-1] == TOP_UP_LABEL


def test_a_line_with_options_and_uses_is_one_line_whose_parts_show(shop: Shop) -> None:
    shop.fill_cart(quantity=6_000, options=("list.phone",), uses=2)

    (line,) = cart_of(shop.cast.bakery.pk, TODAY).lines
    order = shop.check_out()

    ordered = order.lines.get(offer="email")
    assert line.unit_price == ordered.unit_price == 2 * (29 + 90)
    assert line.net == Money(ordered.net_cents) == Money(1_428_00)
    assert [part["code"] for part in ordered.parts] == ["email.own_file", "list.phone"]
    assert ordered.uses == 2


def test_the_basket_of_a_client_overseas_bears_its_own_vat(shop: Shop) -> None:
    shop.fill_cart(quantity=100_000)
    company = shop.cast.bakery
    totals = []
    for territory in ("metropole", "reunion", "guyane"):
        company.territory = territory
        company.save(update_fields=["territory"])
        totals.append(cart_of(company.pk, TODAY).vat_amount)

    assert totals == [Money(170_00), Money(72_25), Money(0)]


def test_an_item_enters_the_basket_once(shop: Shop) -> None:
    item = shop.fill_cart()

    add_to_cart(
        company_id=shop.cast.bakery.pk,
        user_id=shop.cast.bob.pk,
        offer="email",
        item_id=item,
        now=NOON,
    )

    assert lines_in_cart(shop.cast.bakery.pk) == 1


def test_another_company_s_item_does_not_exist(shop: Shop) -> None:
    item = shop.offer.add(shop.cast.garage)

    with pytest.raises(LookupError):
        add_to_cart(
            company_id=shop.cast.bakery.pk,
            user_id=shop.cast.alice.pk,
            offer="email",
            item_id=item,
            now=NOON,
        )

    assert not CartLine.objects.exists()


def test_what_cannot_be_priced_stays_out_of_the_basket(shop: Shop) -> None:
    with pytest.raises(NotSellableError, match="fichier"):
        shop.fill_cart(quantity=0)


def test_a_line_is_taken_out_by_its_own_company_only(shop: Shop) -> None:
    shop.fill_cart()
    line = CartLine.objects.get()

    assert not remove_from_cart(company_id=shop.cast.garage.pk, line_id=line.pk)
    assert remove_from_cart(company_id=shop.cast.bakery.pk, line_id=line.pk)
    assert not remove_from_cart(company_id=shop.cast.bakery.pk, line_id=line.pk)


def test_an_order_freezes_what_was_shown(shop: Shop) -> None:
    item = shop.fill_cart(quantity=6_000)

    order = shop.check_out(purchase_reference=" ACHAT 7 ")

    assert order.reference == "BC-2026-000001"
    assert (order.net_cents, order.vat_cents, order.total_cents) == (300_00, 60_00, 360_00)
    assert order.purchase_reference == "ACHAT 7"
    first, top_up = order.lines.all()
    assert (first.quantity, first.net_cents, first.state) == (6_000, 174_00, "to_prepare")
    assert (top_up.offer, top_up.net_cents, top_up.state) == ("", 126_00, "done")
    assert shop.offer.items[item].ordered == (order.reference, 6_000)
    assert lines_in_cart(shop.cast.bakery.pk) == 0


def test_an_order_is_bound_to_the_terms_and_the_declarations_word_for_word(shop: Shop) -> None:
    order = shop.order()

    acceptance = TermsAcceptance.objects.get()
    assert order.acceptance == acceptance
    assert acceptance.sha256 == order.terms.sha256
    assert acceptance.ip_address == "192.0.2.7"
    assert [sentence[:8] for sentence in acceptance.attestations] == ["J’attest", "J’attest"]
    assert JournalEntry.objects.filter(action="order.accepted").count() == 1


def test_the_same_form_sent_twice_is_one_order(shop: Shop) -> None:
    shop.fill_cart()
    form = uuid.uuid4()
    total = cart_of(shop.cast.bakery.pk, TODAY).total.cents

    first = shop.check_out(request_uuid=form)
    again = shop.check_out(request_uuid=form, shown_total_cents=total)

    assert first == again
    assert Order.objects.count() == 1


def test_two_tabs_order_the_basket_once(shop: Shop) -> None:
    shop.order()

    with pytest.raises(EmptyCartError):
        shop.check_out()


def test_a_price_that_changed_since_shown_orders_nothing(shop: Shop) -> None:
    shop.fill_cart()

    with pytest.raises(PricesChangedError) as refusal:
        shop.check_out(shown_total_cents=359_99)

    assert (refusal.value.shown, refusal.value.now) == (Money(359_99), Money(360_00))
    assert not Order.objects.exists()
    assert not TermsAcceptance.objects.exists()
    assert lines_in_cart(shop.cast.bakery.pk) == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"terms_sha256": "0" * 64}, TermsChangedError),
        ({"attestations": ["own_file_lawful"]}, TermsNotAcceptedError),
        ({"payment_method": "cash"}, MethodNotOfferedError),
    ],
)
def test_an_order_without_agreement_is_refused(
    shop: Shop, changes: dict[str, Any], error: type[CartError]
) -> None:
    shop.fill_cart()

    with pytest.raises(error):
        shop.check_out(**changes)

    assert not Order.objects.exists()


def test_a_line_that_can_no_longer_be_priced_blocks_the_order(shop: Shop) -> None:
    item = shop.fill_cart()
    shop.offer.change(item, quantity=0)

    assert cart_of(shop.cast.bakery.pk, TODAY).problems == ["Choisissez un fichier de contacts."]
    with pytest.raises(UnsellableLineError):
        shop.check_out()


@pytest.mark.parametrize("who", ["vera", "charlie", "marc", "admin"])
def test_viewers_strangers_and_staff_never_order(shop: Shop, who: str) -> None:
    shop.fill_cart()

    with pytest.raises(NotAllowedToOrderError):
        shop.check_out(user=getattr(shop.cast, who))


def test_an_editor_orders(shop: Shop) -> None:
    shop.fill_cart()

    assert shop.check_out(user=shop.cast.bob).placed_by == shop.cast.bob


def test_what_is_ordered_cannot_be_ordered_again(shop: Shop) -> None:
    shop.order()

    with pytest.raises(CartError, match="déjà commandée"):
        add_to_cart(
            company_id=shop.cast.bakery.pk,
            user_id=shop.cast.alice.pk,
            offer="email",
            item_id=1,
            now=NOON,
        )


@pytest.mark.parametrize(("method", "word"), [("transfer", "FR14"), ("cheque", "à l’ordre de")])
def test_who_pays_otherwise_than_by_card_is_told_how(shop: Shop, method: str, word: str) -> None:
    order = shop.order(method=method)

    notice = Notice.objects.get()
    assert notice.key == f"how-to-pay:{order.pk}:{method}"
    assert word in notice.text
    assert order.reference in notice.text


def in_threads(count: int, act: Callable[[], object]) -> list[object]:
    """Run the same act in parallel on real connections, started together."""
    barrier = threading.Barrier(count)

    def run() -> object:
        try:
            barrier.wait(timeout=10)
            return act()
        except CartError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return [future.result() for future in [pool.submit(run) for _ in range(count)]]


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_eight_times_at_once_is_one_order(shop: Shop) -> None:
    shop.fill_cart()
    cart = cart_of(shop.cast.bakery.pk, TODAY)
    form = uuid.uuid4()

    def send() -> object:
        return shop.check_out(
            request_uuid=form,
            terms_sha256=cart.terms.sha256,
            attestations=[asked.code for asked in cart.attestations],
            shown_total_cents=cart.total.cents,
        ).reference

    assert set(in_threads(8, send)) == {"BC-2026-000001"}
    assert Order.objects.count() == 1
    assert OrderCounter.objects.get().last == 1


@pytest.mark.django_db(transaction=True)
def test_eight_tabs_at_once_order_the_basket_once(shop: Shop) -> None:
    shop.fill_cart()
    cart = cart_of(shop.cast.bakery.pk, TODAY)

    def send() -> object:
        return shop.check_out(
            attestations=[asked.code for asked in cart.attestations],
            shown_total_cents=cart.total.cents,
        )

    outcomes = in_threads(8, send)

    assert sum(isinstance(outcome, Order) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, EmptyCartError) for outcome in outcomes) == 7
    assert Order.objects.count() == 1
