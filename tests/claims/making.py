"""References handed back, and claims about them."""

from datetime import date, datetime

from marketingconnect.claims.models import Claim, ReturnBatch
from marketingconnect.claims.services import (
    check_returns,
    decide_claim,
    examine_claim,
    open_claim,
    receive_typed_returns,
    record_letter,
)
from marketingconnect.offers.list_rental.delivery_files.reference import RowReference
from marketingconnect.offers.list_rental.models import Delivery
from marketingconnect.offers.list_rental.queries import delivered_keys
from tests.offers.list_rental.delivery_files.made import NOW, TODAY
from tests.offers.list_rental.factories import CLIENT, Renter

ROWS = 190


def rows_of(delivery: Delivery, *, traps: bool = False) -> list[int]:
    keys = delivered_keys(delivery, range(ROWS + 10))
    return [row for row, key in keys.items() if (key < 0) == traps]


def ref(delivery: Delivery, row: int) -> str:
    return str(RowReference(delivery.pk, row))


def hand_back(
    renter: Renter, text: str, now: datetime = NOW, on: date | None = None
) -> ReturnBatch:
    batch = receive_typed_returns(
        company_id=renter.company.pk,
        text=text,
        handed_back_on=on,
        user_id=renter.user.pk,
        actor=CLIENT,
        now=now,
    )
    assert check_returns(batch.pk, now=now)
    batch.refresh_from_db()
    return batch


def claimed(renter: Renter, delivery: Delivery, returns: int = 10, **letter: object) -> Claim:
    rows = rows_of(delivery)[:returns]
    return claimed_with(renter, delivery, [ref(delivery, row) for row in rows], **letter)


def claimed_with(
    renter: Renter, delivery: Delivery, references: list[str], **letter: object
) -> Claim:
    if references:
        hand_back(renter, "\n".join(references))
    claim = open_claim(delivery.pk, user_id=renter.user.pk, actor=CLIENT, now=NOW)
    facts = {"number": "1A 123", "posted_on": TODAY, "received_on": TODAY, **letter}
    return record_letter(claim.pk, actor=CLIENT, now=NOW, **facts)  # type: ignore[arg-type]


def examine(claim: Claim, renter: Renter, now: datetime = NOW) -> Claim:
    return examine_claim(claim.pk, user_id=renter.user.pk, actor=CLIENT, now=now)


def decide(claim: Claim, renter: Renter, choice: str) -> Claim:
    return decide_claim(claim.pk, choice=choice, user_id=renter.user.pk, actor=CLIENT, now=NOW)
