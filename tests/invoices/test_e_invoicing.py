import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from marketingconnect.accounts.models import Company
from marketingconnect.audit.models import JournalEntry
from marketingconnect.invoices.errors import StaleDocumentError
from marketingconnect.invoices.models import EInvoice
from marketingconnect.invoices.platforms.base import (
    Deposit,
    PlatformRefusedError,
    PlatformUnavailableError,
    Status,
)
from marketingconnect.invoices.platforms.directory import DirectoryPlatform
from marketingconnect.invoices.queries import e_invoices_in_trouble
from marketingconnect.invoices.services import (
    DocumentLine,
    issue_credit_note,
    issue_invoice,
    make_pdf,
)
from marketingconnect.invoices.services.e_invoicing import (
    apply_status,
    report_cashed,
    report_paid,
    settle_doubts,
    take_in_statuses,
    transmit,
)
from marketingconnect.invoices.states import EInvoiceState
from marketingconnect.kernel.money import Money
from marketingconnect.payments.services import record_invoice_receipt
from marketingconnect.payments.states import PaymentMethod
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=11)


@dataclass
class StubbornPlatform:
    """A platform of the tests' own, which loses answers or rejects as it is told."""

    loses_answers: bool = False
    is_down: bool = False
    rejects: str = ""
    known: dict[uuid.UUID, int] = field(default_factory=dict)

    def deposit(self, document: Deposit) -> str:
        if self.rejects:
            raise PlatformRefusedError(self.rejects)
        if not self.is_down:
            self.known[document.key] = self.known.get(document.key, 0) + 1
        if self.is_down or self.loses_answers:
            raise PlatformUnavailableError
        return "P-1"

    def find(self, key: uuid.UUID) -> str:
        return "P-1" if key in self.known else ""

    def statuses(self) -> Iterator[Status]:
        yield from ()

    def report_cashed(
        self, key: uuid.UUID, amounts: Sequence[tuple[Decimal, Money]], at: datetime
    ) -> None:
        raise PlatformUnavailableError


@pytest.fixture
def directory(tmp_path: Path, settings: Settings) -> DirectoryPlatform:
    settings.COMPANY_SIZE = "large"
    return DirectoryPlatform(tmp_path)


def waiting(shop: Shop, *, paid: int = 0, now: datetime = NOON) -> EInvoice:
    """A document printed under the duty, not transmitted yet."""
    order = shop.order(now=now)
    issued = issue_invoice(order.pk, paid=Money(paid), payment_method="card", now=now)
    make_pdf(issued.pk, now=now)
    return EInvoice.objects.get(invoice=issued)


def sent(document: EInvoice, platform: Any, now: datetime = NOON) -> EInvoice:
    return transmit(document.pk, platform=platform, now=lambda: now)


def say(document: EInvoice, state: EInvoiceState, reason: str = "", minutes: int = 1) -> bool:
    at = NOON + timedelta(minutes=minutes)
    return apply_status(Status(document.key, state, at, reason), now=LATER)


def state_of(document: EInvoice) -> str:
    document.refresh_from_db()
    return document.state


@pytest.mark.parametrize(
    ("size", "day", "goes_through"),
    [
        ("large", datetime(2026, 8, 31, 21, 59, tzinfo=UTC), False),
        ("large", datetime(2026, 8, 31, 22, 0, tzinfo=UTC), True),
        ("small", datetime(2027, 8, 31, 21, 59, tzinfo=UTC), False),
        ("small", datetime(2027, 8, 31, 22, 0, tzinfo=UTC), True),
    ],
)
def test_the_duty_starts_on_the_day_of_the_issuer_s_size(
    size: str, day: datetime, goes_through: bool, shop: Shop, settings: Settings
) -> None:
    settings.COMPANY_SIZE = size
    issued = issue_invoice(shop.order().pk, paid=Money.zero, payment_method="", now=day)

    make_pdf(issued.pk, now=day)

    assert EInvoice.objects.filter(invoice=issued).exists() == goes_through


def test_what_french_vat_does_not_apply_to_stays_out(
    shop: Shop, directory: DirectoryPlatform
) -> None:
    Company.objects.filter(pk=shop.cast.bakery.pk).update(territory="polynesie")
    issued = issue_invoice(shop.order().pk, paid=Money.zero, payment_method="", now=NOON)

    make_pdf(issued.pk, now=NOON)

    assert not EInvoice.objects.exists()


def test_a_document_is_deposited_once_with_its_description(
    shop: Shop, directory: DirectoryPlatform, tmp_path: Path
) -> None:
    document = sent(waiting(shop), directory)
    again = sent(document, directory)

    assert (document.state, again.attempts) == ("deposited", 1)
    described = json.loads((tmp_path / "outbox" / f"{document.key}.json").read_text())
    assert described["number"] == "FA-2026-000001"
    assert (described["type"], described["buyer"]) == ("380", shop.cast.bakery.siren)
    assert (tmp_path / "outbox" / described["file"]).read_bytes().startswith(b"%PDF-")
    actions = JournalEntry.objects.filter(action__startswith="e_invoice.")
    assert [entry.action for entry in actions] == ["e_invoice.deposited"]


def test_a_lost_answer_is_asked_for_and_never_guessed(
    shop: Shop, directory: DirectoryPlatform
) -> None:
    platform = StubbornPlatform(loses_answers=True)
    document = sent(waiting(shop), platform)
    assert document.state == "in_flight"

    assert settle_doubts(platform=platform, now=NOON + timedelta(minutes=10)) == 0
    assert settle_doubts(platform=platform, now=LATER) == 1

    assert state_of(document) == "deposited"
    assert list(platform.known.values()) == [1]


def test_a_call_that_was_not_heard_is_made_again_with_the_same_key(
    shop: Shop, directory: DirectoryPlatform
) -> None:
    platform = StubbornPlatform(is_down=True)
    document = sent(waiting(shop), platform)

    assert settle_doubts(platform=platform, now=LATER) == 1
    assert state_of(document) == "waiting"
    platform.is_down = False
    sent(document, platform, LATER)

    assert state_of(document) == "deposited"
    assert list(platform.known) == [document.key]


def test_a_rejected_document_says_why_and_goes_to_accounting(
    shop: Shop, directory: DirectoryPlatform
) -> None:
    document = sent(waiting(shop), StubbornPlatform(rejects="REJ_SEMAN : total faux"))

    assert (document.state, document.reason) == ("rejected", "REJ_SEMAN : total faux")
    assert list(e_invoices_in_trouble()) == [document]


def test_a_status_counts_once_and_moves_the_document_on(
    shop: Shop, directory: DirectoryPlatform
) -> None:
    document = sent(waiting(shop), directory)

    assert say(document, EInvoiceState.AVAILABLE)
    assert not say(document, EInvoiceState.AVAILABLE)
    assert say(document, EInvoiceState.REFUSED, "Commande inconnue", minutes=2)

    assert state_of(document) == "refused"
    assert document.reason == "Commande inconnue"


def test_a_status_out_of_its_turn_is_kept_and_moves_nothing(
    shop: Shop, directory: DirectoryPlatform
) -> None:
    document = sent(waiting(shop), directory)
    say(document, EInvoiceState.APPROVED)

    assert say(document, EInvoiceState.RECEIVED, minutes=2)

    assert state_of(document) == "approved"
    assert [(one.state, one.moved) for one in document.statuses.all()] == [
        ("approved", True),
        ("received", False),
    ]


def test_news_of_a_document_that_is_not_ours_changes_nothing(
    shop: Shop, directory: DirectoryPlatform
) -> None:
    status = Status(uuid.uuid4(), EInvoiceState.APPROVED, NOON)

    assert not apply_status(status, now=NOON)


def test_statuses_dropped_in_the_folder_are_taken_in(
    shop: Shop, directory: DirectoryPlatform, tmp_path: Path
) -> None:
    document = sent(waiting(shop), directory)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    told = {"key": str(document.key), "code": 203, "at": "2026-11-23T12:00:00+00:00"}
    (inbox / "1.json").write_text(json.dumps(told))
    (inbox / "2.json").write_text("pas un statut")
    (inbox / "3.json").write_text(json.dumps({**told, "at": "2026-11-23T12:00:00"}))

    assert take_in_statuses(platform=directory, now=LATER) == 1
    assert take_in_statuses(platform=directory, now=LATER) == 0
    assert state_of(document) == "available"


def test_a_document_paid_at_issue_is_reported_as_cashed_by_rate(
    shop: Shop, directory: DirectoryPlatform, tmp_path: Path
) -> None:
    paid = sent(waiting(shop, paid=360_00), directory)
    unpaid = sent(waiting(shop), directory)

    assert report_paid(platform=directory, now=NOON) == 1
    assert report_paid(platform=directory, now=NOON) == 0

    assert (state_of(paid), state_of(unpaid)) == ("cashed", "deposited")
    told = json.loads((tmp_path / "outbox" / f"{paid.key}.cashed.json").read_text())
    assert (told["code"], told["amounts"]) == (212, [{"rate": "20", "gross": "360.00"}])


def test_what_credit_notes_took_back_was_never_cashed(
    shop: Shop, directory: DirectoryPlatform
) -> None:
    document = sent(waiting(shop), directory)
    back = DocumentLine(
        label="Commande annulée",
        quantity=1,
        unit="flat",
        unit_price=Decimal(300),
        net=Money(300_00),
    )
    issue_credit_note(document.invoice, [back], reason="Annulée.", cause="credit:1", now=NOON)

    assert report_paid(platform=directory, now=NOON) == 0
    assert state_of(document) == "deposited"


def test_an_invoice_paid_later_is_reported_then(shop: Shop, directory: DirectoryPlatform) -> None:
    document = sent(waiting(shop), directory)
    assert report_paid(platform=directory, now=NOON) == 0

    record_invoice_receipt(
        document.invoice_id,
        method=PaymentMethod.TRANSFER,
        amount=Money(360_00),
        reference="VIR-1",
        payer="Boulangerie Nadia",
        received_on=NOON.date(),
        validated_on=NOON.date(),
        actor=CLERK,
        now=NOON,
    )

    assert report_paid(platform=directory, now=NOON) == 1
    assert state_of(document) == "cashed"


def test_only_what_was_deposited_is_cashed(shop: Shop, directory: DirectoryPlatform) -> None:
    document = waiting(shop)

    with pytest.raises(StaleDocumentError):
        report_cashed(document.pk, platform=directory, now=NOON)
