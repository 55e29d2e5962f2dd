"""Late-payment penalties and the fixed indemnity: invoiced when accounting asks, only then."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.invoices.factur_x.codes import PENALTY, asks_penalties
from marketingconnect.invoices.models import Invoice, InvoiceLine
from marketingconnect.invoices.schedules import date_fr
from marketingconnect.invoices.services import DocumentLine, issue_supplement
from marketingconnect.invoices.states import InvoiceKind
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.receivables import late_charges
from marketingconnect.orders.models import Order
from marketingconnect.payments.errors import PenaltiesRefusedError

_OUTSIDE: Final = (
    "TVA non applicable : pénalités de retard et indemnité pour frais de recouvrement, hors du "
    "champ de la TVA (CGI, art. 256)"
)
_INDEMNITY: Final = "Indemnité forfaitaire pour frais de recouvrement"
_PENALTY: Final = "Pénalités de retard"


@dataclass(frozen=True)
class Charges:
    """What a late document costs and no document asked yet."""

    penalty: Money
    indemnity: Money

    @property
    def total(self) -> Money:
        return self.penalty + self.indemnity


def chargeable(company_id: int, document: str, on: date) -> Charges:
    """CGV II.2.a: penalties up to a day and the indemnity of an invoice, less what was asked."""
    penalty, indemnity = late_charges(company_id, document, on)
    asked = InvoiceLine.objects.filter(
        invoice__company=company_id,
        invoice__kind=InvoiceKind.INVOICE,
        invoice__cause__startswith=f"{PENALTY}{document}:",
    )
    rows = list(asked.values_list("label", "net_cents"))
    for_indemnity = Money(sum(cents for label, cents in rows if label == _INDEMNITY))
    for_penalty = Money(sum(cents for _, cents in rows)) - for_indemnity
    return Charges(
        max(penalty - for_penalty, Money.zero), max(indemnity - for_indemnity, Money.zero)
    )


@transaction.atomic
def charge_late_penalties(
    company_id: int, document: str, *, on: date, actor: Actor, now: datetime
) -> Invoice:
    """CGV II.2.a: invoice what an invoice paid late costs up to a day, outside VAT, once.

    C. com., art. L441-10, II and D441-5. A later day asks only what ran since; the indemnity is
    asked once. Asked again for the same day, the same document. Raises PenaltiesRefusedError when
    nothing is due that was not asked, or for a day to come.
    """
    invoice = Invoice.objects.filter(
        company=company_id, number=document, kind=InvoiceKind.INVOICE
    ).first()
    if invoice is None or asks_penalties(invoice):
        raise PenaltiesRefusedError("Ce document ne porte pas de pénalités.")
    order = Order.objects.select_for_update().get(pk=invoice.order_id)
    cause = f"{PENALTY}{document}:{on.isoformat()}"
    if existing := Invoice.objects.filter(cause=cause).first():
        return existing
    if on > paris_date(now):
        raise PenaltiesRefusedError("Les pénalités se comptent jusqu’à aujourd’hui au plus.")
    charges = chargeable(company_id, document, on)
    if not charges.total.cents:
        raise PenaltiesRefusedError(f"Rien de plus n’est dû pour {document} à cette date.")
    asked = issue_supplement(
        order.pk,
        [_line(label, amount) for label, amount in _lines(invoice, charges, on) if amount.cents],
        reason=f"Retard de paiement de la facture {document} (C. com., art. L441-10).",
        cause=cause,
        now=now,
        supplied_on=on,
        outside_vat=_OUTSIDE,
    )
    _journal(asked, document, charges, on, actor, now)
    return asked


def _journal(
    asked: Invoice, document: str, charges: Charges, on: date, actor: Actor, now: datetime
) -> None:
    record(
        action="penalties.charged",
        actor=actor,
        company_id=asked.company_id,
        subject=f"order:{asked.order_id}",
        at=now,
        after={
            "number": asked.number,
            "of": document,
            "until": on,
            "penalty_cents": charges.penalty.cents,
            "indemnity_cents": charges.indemnity.cents,
        },
    )


def _lines(invoice: Invoice, charges: Charges, on: date) -> list[tuple[str, Money]]:
    until = f"{_PENALTY} sur {invoice.number} jusqu’au {date_fr(on)}"
    return [(until, charges.penalty), (_INDEMNITY, charges.indemnity)]


def _line(label: str, net: Money) -> DocumentLine:
    return DocumentLine(label=label, quantity=1, unit="flat", unit_price=net.to_decimal(), net=net)
