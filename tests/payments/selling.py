"""A clerk who sells, credits and receives; every reference is used once."""

from dataclasses import dataclass, field
from decimal import Decimal

from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.services import (
    DocumentLine,
    issue_credit_note,
    issue_supplement,
)
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.payments.models import Payment
from marketingconnect.payments.services import (
    record_invoice_receipt,
    record_offline_receipt,
    validate_offline,
)
from marketingconnect.payments.states import PaymentMethod
from tests.sale import CLERK, NOON, Shop

TODAY = NOON.date()


def line(cents: int) -> DocumentLine:
    return DocumentLine(
        label="Essai", quantity=1, unit="flat", unit_price=Decimal(1), net=Money(cents)
    )


@dataclass
class Clerk:
    """Sells, credits and receives; every reference is used once."""

    shop: Shop
    orders: list[Order] = field(default_factory=list)
    acts: int = 0

    def order(self) -> Order:
        self.orders.append(self.shop.order(method="transfer", quantity=100_000))
        return self.orders[-1]

    def receive(self, order: Order, amount: Money, method: str = "transfer") -> Payment:
        self.acts += 1
        payment = record_offline_receipt(
            order.pk,
            method=PaymentMethod(method),
            amount=amount,
            reference=f"R {self.acts}",
            payer="Nadia",
            received_on=TODAY,
            actor=CLERK,
            now=NOON,
        )
        return validate_offline(payment.pk, validated_on=TODAY, actor=CLERK, now=NOON)

    def receive_for(self, invoice: Invoice, amount: Money) -> Payment:
        self.acts += 1
        return record_invoice_receipt(
            invoice.pk,
            method=PaymentMethod.CHEQUE,
            amount=amount,
            reference=f"C {self.acts}",
            payer="Nadia",
            received_on=TODAY,
            validated_on=TODAY,
            actor=CLERK,
            now=NOON,
        )

    def credit(self, invoice: Invoice, net: Money, cause: str = "") -> Invoice:
        self.acts += 1
        cause = cause or f"settlement:{self.acts}"
        return issue_credit_note(invoice, [line(net.cents)], reason="x", cause=cause, now=NOON)

    def supplement(self, order: Order, cents: int, cause: str = "") -> Invoice:
        self.acts += 1
        cause = cause or f"amendment:{self.acts}"
        return issue_supplement(order.pk, [line(cents)], reason="x", cause=cause, now=NOON)
