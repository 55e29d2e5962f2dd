"""A claim about what an order sent, and the fields of its pages."""

from datetime import timedelta
from typing import Any

from marketingconnect import clock
from marketingconnect.claims.models import GuaranteeClaim
from marketingconnect.claims.rules.guarantees import GuaranteedChannel
from marketingconnect.contracts.models import ForceMajeure, SolvencyCheck
from marketingconnect.orders.models import OrderLine
from tests.sale import Shop


def guarantee_values(shop: Shop, reference: str) -> dict[str, Any]:
    """The claim is written as it stands: its offer says no more of what it sent."""
    line = OrderLine.objects.filter(order__reference=reference).earliest("pk")
    claim = GuaranteeClaim.objects.create(
        reference="RC-2026-900001",
        company_id=line.order.company_id,
        line=line,
        channel=GuaranteedChannel.EMAIL,
        sent_on=clock.today(),
        received_at=clock.now(),
        received_by=shop.cast.alice,
    )
    case = ForceMajeure.objects.create(
        label="Crue",
        began_on=clock.today(),
        declared_by=shop.cast.ines,
        declared_at=clock.now(),
    )
    check = SolvencyCheck.objects.create(
        order=line.order,
        guarantees=["deposit"],
        reason="Impayés ailleurs",
        answer_by=clock.today() + timedelta(days=8),
        asked_at=clock.now(),
        asked_by=shop.cast.ines,
    )
    return {
        "guarantee_reference": claim.reference,
        "order_line_id": line.pk,
        "case_id": case.pk,
        "check_id": check.pk,
    }


def client_guarantee_forms(today: str) -> dict[str, dict[str, Any]]:
    """In the client area."""
    return {
        "guarantee": {"number": "3D 003", "posted_on": today},
        "guarantee_open": {},
        "debit_mandate_revoke": {"sure": "on"},
        "debit_mandate_correct": {"iban": "FR1420041010050500013M02606", "debtor": "Nadia"},
        "invoice_paper": {},
    }


def staff_guarantee_forms(today: str) -> dict[str, dict[str, Any]]:
    """In the back office."""
    return {
        "undone_credit": {"net": "100,00", "reason": "Prestation non exécutée"},
        "undone_keep": {"reason": "Dommages demandés"},
        "guarantee_letter": {"number": "3D 004", "posted_on": today, "received_on": ""},
        "guarantee_examine": {},
        "guarantee_credit": {},
    }
