"""What accounting fills in about the bank, with values that stand, and what it is about."""

from typing import Any

from marketingconnect import clock
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.payments.models import Refund
from marketingconnect.payments.services import record_offline_receipt, remit_cheques
from marketingconnect.payments.states import PaymentMethod, RefundSource
from tests.sale import CLERK, Shop
from tests.web.back_office.debit_scene import IBAN, in_use, sent

Fields = dict[str, Any]


def bank_forms(today: str) -> dict[str, Fields]:
    """Address of the back office -> its fields."""
    acts = ("debit_mandate_activate", "debit_mandate_revoke", "debits_export")
    return {
        "bank_assign": {"number": "BC-2026-000001"},
        "bank_aside": {"why": "foreign", "comment": "Loyer du voisin"},
        "statement_new": {"file": "pas un fichier"},
        "debit_mandate_sign": {"signed_on": today, "kept": "Classeur 3"},
        "debit_mandate_correct": {"iban": IBAN, "debtor": "Nadia", "asked": "Au téléphone"},
        "debits_to_announce": {"debit": "BC-2026-000001:36000"},
        "debits_collect": {"debit": "1", "received_on": today},
        "debit_reject": {"code": "AM04", "words": "Autre", "on": today},
        "cheques": {"cheque": "1", "on": today},
        "cheques_cleared": {"cheque": "1", "on": today},
        "cheque_unpaid": {"reason": "Opposition", "on": today},
        "schedule": {"count": "3", "first_on": today, "step": "preview"},
        "transfer_rule": {"applies": "yes", "in_force_from": today, "reason": "Impayé"},
        "closing": {"month": "2026-10-01", "sure": "on"},
        "paper": {"copy": "1", "on": today},
        "refund_new": {"amount": "10,00", "method": "transfer", "iban": "", "reason": "Trop payé"},
        "refund_paid": {"paid_on": today, "reference": "VIR 12"},
        "refund_drop": {"reason": "Imputé ailleurs"},
        "overdue_remind": {"level": "1"},
        "overdue_write_off": {"reason": "Liquidation close"},
        **{name: {} for name in (*acts, "overdue_charge", "overdue_settle")},
    }


def bank_values(shop: Shop, reference: str) -> Fields:
    """A cheque of an order on a slip, a mandate, and a debit of the rest in a file of the bank."""
    now, today = clock.now(), clock.today()
    order = Order.objects.get(reference=reference)
    cheque = record_offline_receipt(
        order.pk,
        method=PaymentMethod.CHEQUE,
        amount=Money(10_00),
        reference="0001234",
        payer="Boulangerie Nadia",
        received_on=today,
        actor=CLERK,
        now=now,
    )
    slip = remit_cheques([cheque.pk], on=today, actor=CLERK, now=now)
    mandate = in_use(shop.cast.bakery, now)
    debit = sent(mandate, order, now, cents=50_00)
    refund = Refund.objects.create(
        company=order.company,
        order=order,
        source=RefundSource.OVERPAYMENT,
        cents=10_00,
        method=PaymentMethod.CARD,
        reason="Trop payé",
        planned_at=now,
    )
    return {
        "debit_mandate_id": mandate.pk,
        "debit_id": debit.pk,
        "debit_file_id": debit.file_id,
        "day": debit.collected_on.isoformat(),
        "slip_id": slip.pk,
        "cheque_id": cheque.pk,
        "refund_id": refund.pk,
        "year": today.year,
    }
