"""Ask a client for a late document: two reminders (relances), each once; then a formal notice."""

from datetime import datetime
from typing import Final

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice
from marketingconnect.ledger.receivables import overdue_documents
from marketingconnect.notices.models import Notice
from marketingconnect.orders.models import Order
from marketingconnect.payments.errors import PaymentError
from marketingconnect.payments.telling import tell_document_is_late

REMINDERS: Final = 2


def reminders_sent(invoice_id: int) -> int:
    """How many reminders a document had."""
    return Notice.objects.filter(key__startswith=f"invoice-late:{invoice_id}:").count()


@transaction.atomic
def remind_of_document(invoice_id: int, *, level: int, actor: Actor, now: datetime) -> int:
    """CGV II.2.a: ask for what is late of a document; `level` is 1, then 2. Told twice, once.

    Raises PaymentError when nothing is late, or out of turn.
    """
    invoice = Invoice.objects.get(pk=invoice_id)
    order = Order.objects.select_for_update().get(pk=invoice.order_id)
    sent = reminders_sent(invoice_id)
    if 1 <= level <= sent:
        return sent
    if level != sent + 1 or level > REMINDERS:
        raise PaymentError("Après deux relances, la suite est une mise en demeure.")
    overdue = overdue_documents(paris_date(now), company_id=invoice.company_id)
    late = next((one for one in overdue if one.document == invoice.number), None)
    if late is None:
        raise PaymentError("Ce document n’est plus en retard : il n’y a rien à relancer.")
    tell_document_is_late(order, invoice, late, level=level, at=now)
    record(
        action="invoice.reminded",
        actor=actor,
        company_id=invoice.company_id,
        subject=f"order:{order.pk}",
        at=now,
        after={"number": invoice.number, "level": level, "cents": late.unpaid.cents},
    )
    return level
