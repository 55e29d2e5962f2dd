"""A claim from its letter to a credit note, to replacement addresses, or to neither."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection

from marketingconnect.audit.models import JournalEntry
from marketingconnect.claims.errors import ClaimError, InvalidFieldsError, StaleClaimError
from marketingconnect.claims.models import Claim
from marketingconnect.claims.queries import (
    claim_of,
    claims_awaiting_a_decision,
    claims_of,
    returns_of,
)
from marketingconnect.claims.services import (
    open_claim,
    record_letter,
    refuse_claim,
)
from marketingconnect.claims.states import ClaimState
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.notices.models import Notice
from marketingconnect.offers.list_rental.models import Delivery
from tests.claims.making import (
    claimed,
    decide,
    examine,
)
from tests.offers.list_rental.delivery_files.made import NOW, TODAY
from tests.offers.list_rental.factories import CLIENT, Renter, advance, arrest

pytestmark = pytest.mark.django_db


def test_a_claim_obtains_a_credit_note_at_the_unit_price(
    renter: Renter, delivery: Delivery
) -> None:
    claim = examine(claimed(renter, delivery), renter)
    assert (claim.reference, claim.state) == ("RC-2026-000001", ClaimState.CHECKED)
    assert (claim.accepted, claim.compensated) == (10, 10)

    claim = decide(claim, renter, "credit_note")

    note = claim.credit_note
    assert note is not None
    assert (claim.state, note.kind) == (ClaimState.CREDIT_NOTE, InvoiceKind.CREDIT_NOTE)
    assert (note.net_cents, note.vat_cents) == (-21_00, -4_20)
    assert claim.reference in note.reason
    assert note.number in Notice.objects.get(key=f"claim-decided:{claim.pk}").text
    with pytest.raises(StaleClaimError):
        decide(claim, renter, "replacement")


def test_a_claim_obtains_replacement_addresses_instead(renter: Renter, delivery: Delivery) -> None:
    claim = decide(examine(claimed(renter, delivery), renter), renter, "replacement")

    replacement = claim.replacement
    assert replacement is not None
    assert (replacement.kind, replacement.asked_quantity) == ("replacement", 10)
    assert claim.credit_note is None
    note = renter.company.invoices.first()
    with pytest.raises(IntegrityError, match="a_credit_note_or_a_replacement"):
        Claim.objects.filter(pk=claim.pk).update(credit_note=note)


def test_a_claim_without_letter_or_too_late_is_inadmissible(
    renter: Renter, delivery: Delivery
) -> None:
    without = open_claim(delivery.pk, user_id=renter.user.pk, actor=CLIENT, now=NOW)
    assert list(claims_awaiting_a_decision()) == [without]

    ended = examine(without, renter)

    assert (ended.state, ended.rule) == (ClaimState.INADMISSIBLE, "no_letter")
    assert "recommandée" in Notice.objects.get(key=f"claim-decided:{ended.pk}").text
    assert JournalEntry.objects.filter(action="claim.inadmissible").count() == 1


def test_a_letter_posted_after_three_months_waives_the_claim(
    renter: Renter, delivery: Delivery
) -> None:
    late = NOW + timedelta(days=93)
    claim = open_claim(delivery.pk, user_id=renter.user.pk, actor=CLIENT, now=late)
    day = date(2027, 2, 26)
    record_letter(claim.pk, number="1A 9", posted_on=day, received_on=None, actor=CLIENT, now=late)

    ended = examine(claim, renter, late)

    assert (ended.state, ended.rule) == (ClaimState.INADMISSIBLE, "late_letter")


def test_a_letter_is_written_down_with_sense(renter: Renter, delivery: Delivery) -> None:
    claim = open_claim(delivery.pk, user_id=renter.user.pk, actor=CLIENT, now=NOW)

    with pytest.raises(InvalidFieldsError):
        record_letter(
            claim.pk,
            number="",
            posted_on=TODAY + timedelta(days=1),
            received_on=None,
            actor=CLIENT,
            now=NOW,
        )


def test_a_claim_without_accepted_mail_is_refused(renter: Renter, delivery: Delivery) -> None:
    claim = examine(claimed(renter, delivery, returns=0), renter)

    assert (claim.state, claim.rule) == (ClaimState.REFUSED, "no_return")


def test_a_return_is_claimed_once(renter: Renter, delivery: Delivery) -> None:
    examine(claimed(renter, delivery, returns=10), renter)

    second = examine(claimed(renter, delivery, returns=12), renter)

    assert (second.accepted, second.compensated) == (2, 2)
    assert returns_of(delivery).claimable == 0
    assert claims_of(renter.company.pk).first() == second


def test_staff_may_refuse_with_a_sentence(renter: Renter, delivery: Delivery) -> None:
    claim = examine(claimed(renter, delivery), renter)

    with pytest.raises(InvalidFieldsError):
        refuse_claim(claim.pk, sentence="", user_id=renter.user.pk, actor=CLIENT, now=NOW)
    with pytest.raises(InvalidFieldsError):
        decide(claim, renter, "both")
    ended = refuse_claim(
        claim.pk,
        sentence="Les plis portent une autre adresse.",
        user_id=renter.user.pk,
        actor=CLIENT,
        now=NOW,
    )

    assert ended.state == ClaimState.REFUSED
    with pytest.raises(Claim.DoesNotExist):
        claim_of(renter.company.pk + 1, claim.reference)


def test_nothing_is_claimed_before_the_delivery(renter: Renter) -> None:
    rental, order = renter.sell()
    arrest(rental)
    advance(order)
    delivery = rental.deliveries.get()

    with pytest.raises(ClaimError):
        open_claim(delivery.pk, user_id=renter.user.pk, actor=CLIENT, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_decisions_at_once_make_one(renter: Renter, delivery: Delivery) -> None:
    claim = examine(claimed(renter, delivery), renter)
    barrier = threading.Barrier(2)

    def run(choice: str) -> str:
        try:
            barrier.wait(timeout=20)
            return decide(claim, renter, choice).state
        except StaleClaimError:
            return "too late"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(run, ["credit_note", "replacement"]))

    assert outcomes.count("too late") == 1
