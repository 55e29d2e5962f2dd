"""Undeliverable mail: handed back by file, scan or typing, accepted once, in time, claimed."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction

from marketingconnect.base.models import RecordFlag
from marketingconnect.claims.errors import InvalidFieldsError
from marketingconnect.claims.models import ReturnBatch, UndeliverableMail
from marketingconnect.claims.queries import (
    batch_of,
    batches_of,
    batches_to_check,
    refused_mails,
    returns_of,
)
from marketingconnect.claims.services import (
    check_returns,
    receive_returns,
    receive_typed_returns,
)
from marketingconnect.claims.states import BatchState, MailState
from marketingconnect.claims.tasks import check_forgotten
from marketingconnect.offers.list_rental.delivery_files.reference import RowReference
from marketingconnect.offers.list_rental.models import Delivery
from marketingconnect.offers.list_rental.queries import delivered_keys
from marketingconnect.targeting.files.batches import Batch, Column
from marketingconnect.targeting.files.workbook import write_workbook
from tests.cast import Cast
from tests.claims.making import (
    ROWS,
    hand_back,
    ref,
    rows_of,
)
from tests.offers.list_rental.delivery_files.made import NOW, TODAY
from tests.offers.list_rental.factories import CLIENT, Renter

pytestmark = pytest.mark.django_db


def upload(renter: Renter, name: str, content: bytes) -> ReturnBatch:
    batch = receive_returns(
        company_id=renter.company.pk,
        means="upload",
        original_name=name,
        chunks=[content],
        user_id=renter.user.pk,
        actor=CLIENT,
        now=NOW,
    )
    check_returns(batch.pk, now=NOW)
    batch.refresh_from_db()
    return batch


def test_typed_references_are_accepted_however_they_are_written(
    renter: Renter, delivery: Delivery
) -> None:
    first, second, *_ = rows_of(delivery)
    sloppy = ref(delivery, second).lower()

    batch = hand_back(renter, f"\n{ref(delivery, first)}\n  {sloppy[:4]} {sloppy[4:]}  \n")

    assert (batch.state, batch.accepted, batch.refused) == (BatchState.CHECKED, 2, {})
    assert {mail.row for mail in batch.mails.all()} == {first, second}
    assert not check_returns(batch.pk, now=NOW)


def test_a_file_of_any_kind_is_read_and_its_column_found(
    renter: Renter, delivery: Delivery
) -> None:
    rows = rows_of(delivery)[:30]
    lines = [f"{n};PLI RETOURNE;{ref(delivery, row)}" for n, row in enumerate(rows[:20])]
    sheet = BytesIO()
    columns = [Column("day", "Date", 10), Column("reference", "Référence", 10)]
    cells = {"day": ["25/11/2026"] * 10, "reference": [ref(delivery, row) for row in rows[20:]]}
    write_workbook(sheet, columns, [Batch.of(cells)], sheet="NPAI")

    csv = upload(renter, "npai.csv", "\r\n".join(["n;motif;référence", *lines]).encode("cp1252"))
    xlsx = upload(renter, "npai.xlsx", sheet.getvalue())

    assert (csv.accepted, csv.refused) == (20, {})
    assert (xlsx.accepted, xlsx.refused) == (10, {})


def test_a_list_that_cannot_be_read_says_so(renter: Renter) -> None:
    batch = upload(renter, "npai.pdf", b"%PDF-1.7")

    assert batch.state == BatchState.UNREADABLE
    assert "PDF" in batch.failure
    with pytest.raises(InvalidFieldsError):
        upload(renter, "vide.csv", b"")
    with pytest.raises(InvalidFieldsError):
        hand_back(renter, " \n ")


def test_what_does_not_count_is_refused_with_its_rule(renter: Renter, delivery: Delivery) -> None:
    good = rows_of(delivery)[0]
    (trap, *_) = rows_of(delivery, traps=True)
    elsewhere = str(RowReference(delivery.pk + 900, 1))
    beyond = ref(delivery, ROWS + 500)
    lines = [ref(delivery, good), "ABCD", elsewhere, beyond, ref(delivery, trap)]

    batch = hand_back(renter, "\n".join([*lines, ref(delivery, good)]))
    again = hand_back(renter, ref(delivery, good))

    assert batch.accepted == 1
    assert batch.refused == {"malformed": 1, "unknown": 2, "trap": 1, "duplicate": 1}
    assert again.refused == {"duplicate": 1}
    assert "déjà été remis" in refused_mails(again).get().sentence


def test_nobody_hands_back_the_mail_of_another(
    renter: Renter, delivery: Delivery, cast: Cast
) -> None:
    row = rows_of(delivery)[0]
    stranger = Renter(cast.garage, cast.charlie, cast.paul)

    batch = hand_back(stranger, ref(delivery, row))

    assert batch.refused == {"unknown": 1}
    with pytest.raises(ReturnBatch.DoesNotExist):
        batch_of(renter.company.pk, batch.pk)
    assert list(batches_of(renter.company.pk)) == []


def test_mail_counts_until_three_months_after_the_delivery(
    renter: Renter, delivery: Delivery
) -> None:
    first, second, third, *_ = rows_of(delivery)
    deadline = date(2027, 2, 25)
    assert returns_of(delivery).deadline == deadline

    in_time = hand_back(renter, ref(delivery, first), now=NOW + timedelta(days=92))
    late = hand_back(renter, ref(delivery, second), now=NOW + timedelta(days=93))
    entered_later = hand_back(
        renter, ref(delivery, third), now=NOW + timedelta(days=100), on=deadline
    )

    assert (in_time.handed_back_on, in_time.accepted) == (deadline, 1)
    assert late.refused == {"late": 1}
    assert "25/02/2027" in refused_mails(late).get().sentence
    assert entered_later.accepted == 1
    with pytest.raises(InvalidFieldsError):
        hand_back(renter, ref(delivery, third), on=TODAY + timedelta(days=1))


def test_accepted_mail_flags_the_base_for_post(renter: Renter, delivery: Delivery) -> None:
    row = rows_of(delivery)[0]

    batch = hand_back(renter, ref(delivery, row))

    flag = RecordFlag.objects.get()
    assert (flag.channel, flag.source, flag.since) == ("post", f"returns:{batch.pk}", TODAY)
    assert flag.record_key == delivered_keys(delivery, [row])[row]


def test_a_forgotten_list_is_checked_by_the_sweeper(renter: Renter, delivery: Delivery) -> None:
    batch = receive_typed_returns(
        company_id=renter.company.pk,
        text=ref(delivery, rows_of(delivery)[0]),
        user_id=renter.user.pk,
        actor=CLIENT,
        now=NOW,
    )
    assert list(batches_to_check()) == [batch.pk]

    check_forgotten(timestamp=0)

    assert list(batches_to_check()) == []


def test_the_database_accepts_a_row_once(renter: Renter, delivery: Delivery) -> None:
    batch = hand_back(renter, ref(delivery, rows_of(delivery)[0]))
    mail = batch.mails.get()

    with pytest.raises(IntegrityError, match="a_row_comes_back_once"), transaction.atomic():
        UndeliverableMail.objects.create(
            batch=batch,
            line=99,
            reference=mail.reference,
            delivery=delivery,
            row=mail.row,
            record_key=mail.record_key,
            state=MailState.ACCEPTED,
        )


@pytest.mark.django_db(transaction=True)
def test_two_lists_at_once_accept_a_row_once(renter: Renter, delivery: Delivery) -> None:
    text = "\n".join(ref(delivery, row) for row in rows_of(delivery)[:20])
    batches = [
        receive_typed_returns(
            company_id=renter.company.pk,
            text=text,
            user_id=renter.user.pk,
            actor=CLIENT,
            now=NOW,
        )
        for _ in range(3)
    ]
    barrier = threading.Barrier(3)

    def run(batch: ReturnBatch) -> None:
        try:
            barrier.wait(timeout=20)
            check_returns(batch.pk, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(run, batches))

    accepted = ReturnBatch.objects.values_list("accepted", flat=True)
    assert sorted(accepted) == [0, 0, 20]
