"""The client accepts once, at the frozen prices; or refuses; nobody answers in its place."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from marketingconnect.accounts.models import Membership
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.cart.models import CartLine
from marketingconnect.kernel.money import Money
from marketingconnect.notices.models import Notice
from marketingconnect.orders.models import Order
from marketingconnect.payments.models import DebitMandate, Instalment
from marketingconnect.payments.services import activate_mandate, sign_mandate
from marketingconnect.proposals.errors import (
    ExpiredProposalError,
    InvalidFieldsError,
    NotAgreedError,
    NotAllowedError,
    ProposalError,
    ShownOtherwiseError,
    StaleProposalError,
    TermsChangedError,
    UnproposableLineError,
)
from marketingconnect.proposals.models import Proposal, ProposalLine
from marketingconnect.proposals.services import (
    accept,
    ask_for_another,
    expire,
    propose,
    refuse,
    remind,
    remove_line,
    withdraw,
)
from marketingconnect.terms.models import TermsAcceptance
from tests.cast import JOINED, make_user
from tests.proposals.selling import TODAY, Desk
from tests.sale import NOON

pytestmark = pytest.mark.django_db
LAST = NOON + timedelta(days=30)


def test_a_proposal_accepted_is_an_order_at_its_prices(desk: Desk) -> None:
    desk.shop.fill_cart(quantity=20_000)
    proposal = desk.draft(quantity=6_000)
    desk.add(proposal, 1)
    desk.agree(proposal, payment_method="cheque", purchase_reference="BC-77")
    propose(proposal.pk, actor=desk.marc, now=NOON)

    order = desk.accepted(proposal, now=LAST)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.order, proposal.ended_by) == (
        "accepted",
        order,
        desk.shop.cast.alice,
    )
    assert (order.sale, order.state, order.payment_method) == ("offline", "accepted", "cheque")
    assert (order.total_cents, order.price_list) == (proposal.total_cents, proposal.price_list)
    assert order.purchase_reference == "BC-77"
    assert order.lines.exclude(offer="").count() == 2
    acceptance = TermsAcceptance.objects.get()
    assert (acceptance.means, acceptance.ip_address) == ("proposal", "192.0.2.7")
    assert len(acceptance.attestations) == 2
    assert not CartLine.objects.exists()
    assert not ProposalLine.objects.filter(is_live=True).exists()
    told = Notice.objects.order_by("pk").values_list("key", "to_email")
    assert list(told)[1:] == [
        (f"proposal-accepted:{proposal.pk}", "alice@example.org"),
        (f"how-to-pay:{order.pk}:cheque", "alice@example.org"),
        (f"proposal-answered:{proposal.pk}", "marc@example.org"),
    ]


def test_the_same_form_gives_the_same_order_and_another_none(desk: Desk) -> None:
    proposal = desk.sent()
    twice = uuid.uuid4()

    first = desk.accepted(proposal, request_uuid=twice)
    second = desk.accepted(proposal, request_uuid=twice)

    assert first == second
    with pytest.raises(StaleProposalError):
        desk.accepted(proposal)
    assert Order.objects.count() == TermsAcceptance.objects.count() == 1


def test_nobody_answers_for_the_client(desk: Desk) -> None:
    """Staff never do, even one who is also a member of the company; nor viewer, nor stranger."""
    cast, proposal = desk.shop.cast, desk.sent()
    both = make_user("Martin", role="advisor")
    Membership.objects.create(user=both, company=cast.bakery, role=MemberRole.OWNER, since=JOINED)

    for person in [*cast.staff, both, cast.vera, cast.charlie]:
        with pytest.raises(NotAllowedError):
            desk.accepted(proposal, user=person)
        with pytest.raises(NotAllowedError):
            refuse(proposal.pk, reason="Non", user_id=person.pk, now=NOON)
        with pytest.raises(NotAllowedError):
            ask_for_another(proposal.pk, user_id=person.pk, now=NOON)

    assert not Order.objects.exists()
    assert desk.accepted(proposal, user=cast.bob).placed_by == cast.bob


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"terms_sha256": "0" * 64}, TermsChangedError),
        ({"shown_total_cents": 1}, ShownOtherwiseError),
        ({"shown_first_due_on": TODAY}, ShownOtherwiseError),
        ({"attestations": ["content_mine"]}, NotAgreedError),
    ],
)
def test_what_is_accepted_is_what_was_read(
    desk: Desk, changes: dict[str, Any], error: type[ProposalError]
) -> None:
    proposal = desk.sent()

    with pytest.raises(error):
        desk.accepted(proposal, **changes)

    assert not Order.objects.exists()
    assert not TermsAcceptance.objects.exists()


def test_the_last_day_counts_and_the_next_is_too_late(desk: Desk) -> None:
    proposal = desk.sent()

    with pytest.raises(ExpiredProposalError):
        desk.accepted(proposal, now=LAST + timedelta(days=1))
    with pytest.raises(ExpiredProposalError):
        refuse(
            proposal.pk,
            reason="Non",
            user_id=desk.shop.cast.alice.pk,
            now=LAST + timedelta(days=1),
        )

    assert desk.accepted(proposal, now=LAST).state == "accepted"


def test_new_terms_and_a_new_vat_rate_are_those_accepted(desk: Desk) -> None:
    """Version 2 is in force from 1 January 2027: the proposal was sent under version 1."""
    proposal = desk.sent(validity_days=60)
    january = NOON + timedelta(days=45)

    order = desk.accepted(proposal, now=january)

    assert proposal.terms is not None
    assert proposal.terms.number == 1
    assert order.terms.number == order.acceptance.version.number == 2
    assert order.net_cents == proposal.net_cents


@pytest.mark.parametrize("change", [{"quantity": 7_000}, {"uses": 2}, {"quantity": 0}])
def test_what_changed_since_is_not_sold_at_the_old_price(
    desk: Desk, change: dict[str, Any]
) -> None:
    proposal = desk.sent()
    desk.shop.offer.change(1, **change)

    with pytest.raises(UnproposableLineError, match="modifiée"):
        desk.accepted(proposal)

    desk.shop.offer.change(1, quantity=6_000, uses=1, label="Un autre nom")
    assert desk.accepted(proposal).lines.first() is not None


def test_what_was_ordered_otherwise_is_not_ordered_again(desk: Desk) -> None:
    desk.shop.fill_cart()
    proposal = desk.draft()
    desk.add(proposal, 1)
    line = proposal.lines.get(item_id=2)
    remove_line(proposal.pk, line.pk, actor=desk.marc, now=NOON)
    propose(proposal.pk, actor=desk.marc, now=NOON)
    desk.shop.check_out(method="transfer")

    with pytest.raises(UnproposableLineError, match="commandée autrement"):
        desk.accepted(proposal)

    assert Order.objects.count() == 1


def test_instalments_are_those_that_the_client_read(desk: Desk) -> None:
    proposal = desk.sent(instalments=3, first_due_on=date(2026, 12, 10))

    order = desk.accepted(proposal, now=NOON + timedelta(days=18))

    planned = Instalment.objects.filter(order=order).values_list("due_on", "cents")
    # Accepted on 11 December, a day late: seventeen days later, as from the proposal.
    assert [day for day, _ in planned] == [
        date(2026, 12, 28),
        date(2027, 1, 28),
        date(2027, 2, 28),
    ]
    assert sum(cents for _, cents in planned) == order.total_cents
    assert "28 décembre 2026" in Notice.objects.get(key__startswith="proposal-accepted").text


def test_a_debit_brings_a_mandate_to_sign_and_waits_for_its_notice(desk: Desk) -> None:
    proposal = desk.sent(payment_method="debit", instalments=2, first_due_on=TODAY)

    with pytest.raises(InvalidFieldsError) as refusal:
        desk.accepted(proposal, iban="FR00 1234")
    assert set(refusal.value.problems) == {"iban"}
    with pytest.raises(InvalidFieldsError) as refusal:
        desk.accepted(proposal, debtor=" ")
    assert set(refusal.value.problems) == {"debtor"}
    assert not Order.objects.exists()

    order = desk.accepted(proposal)

    mandate = DebitMandate.objects.get()
    assert (mandate.order, mandate.state, mandate.debtor) == (
        order,
        "proposed",
        "Boulangerie Nadia",
    )
    assert Instalment.objects.earliest("due_on").due_on == date(2026, 12, 7)
    assert (
        "le mandat de prélèvement" in Notice.objects.get(key__startswith="proposal-accepted").text
    )


def test_a_mandate_in_use_serves_again(desk: Desk) -> None:
    desk.accepted(desk.sent(payment_method="debit"))
    mandate = DebitMandate.objects.get()
    sign_mandate(mandate.pk, signed_on=TODAY, signature="essai", actor=desk.marc, now=NOON)
    activate_mandate(mandate.pk, actor=desk.marc, now=NOON)

    order = desk.accepted(desk.sent(payment_method="debit"), iban="", debtor="")

    order.refresh_from_db()
    assert DebitMandate.objects.count() == 1
    assert order.mandate_signed_at == NOON
    assert order.state == "accepted"


def test_a_refusal_says_why_to_the_advisor(desk: Desk) -> None:
    proposal, alice = desk.sent(), desk.shop.cast.alice
    with pytest.raises(InvalidFieldsError):
        refuse(proposal.pk, reason=" ", user_id=alice.pk, now=NOON)

    refuse(proposal.pk, reason="Trop tard pour Noël.", user_id=alice.pk, now=NOON)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.end_reason) == ("refused", "Trop tard pour Noël.")
    told = Notice.objects.get(to_email="marc@example.org")
    assert "Trop tard pour Noël." in told.text
    with pytest.raises(StaleProposalError):
        desk.accepted(proposal)
    with pytest.raises(StaleProposalError):
        ask_for_another(proposal.pk, user_id=alice.pk, now=NOON)


def test_time_reminds_once_then_ends_it_and_the_client_may_ask_again(desk: Desk) -> None:
    proposal, alice = desk.sent(), desk.shop.cast.alice
    days = [LAST + timedelta(days=n) for n in range(-4, 2)]

    reminded = [remind(proposal.pk, now=day) for day in days]
    ended = [expire(proposal.pk, now=day) for day in (*days, days[-1])]

    assert reminded == [False, True, False, False, False, False]
    assert ended == [False, False, False, False, False, True, False]
    for _ in range(2):
        ask_for_another(proposal.pk, user_id=alice.pk, now=days[-1])
    keys = [key.partition(":")[0] for key in Notice.objects.values_list("key", flat=True)]
    assert sorted(keys) == [
        "proposal-expired",
        "proposal-reminder",
        "proposal-renewal",
        "proposal-sent",
    ]
    with pytest.raises(StaleProposalError):
        withdraw(proposal.pk, reason="Trop tard", actor=desk.marc, now=days[-1])


def test_none_is_asked_again_while_it_stands(desk: Desk) -> None:
    proposal = desk.sent()

    with pytest.raises(StaleProposalError):
        ask_for_another(proposal.pk, user_id=desk.shop.cast.alice.pk, now=LAST)
    assert not expire(proposal.pk, now=LAST)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_form", [True, False])
def test_fifty_acceptances_at_once_place_one_order(desk: Desk, same_form: bool) -> None:
    proposal, one = desk.sent(payment_method="debit"), uuid.uuid4()
    agreements = [
        desk.agreement(proposal, request_uuid=one if same_form else uuid.uuid4()) for _ in range(50)
    ]
    together = threading.Barrier(8)

    def click(number: int) -> str:
        try:
            if number < 8:
                together.wait(timeout=30)
            return accept(
                proposal.pk,
                agreements[number],
                user_id=desk.shop.cast.alice.pk,
                ip_address=None,
                now=NOON,
            ).reference
        except StaleProposalError:
            return "stale"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(click, range(50)))

    order = Order.objects.get()
    assert found.count(order.reference) == (50 if same_form else 1)
    assert Proposal.objects.get().order == order
    assert DebitMandate.objects.count() == TermsAcceptance.objects.count() == 1
    assert Money(order.total_cents) == Money(proposal.total_cents)
