"""Direct debits: what can be announced, what each day holds, and the files of the bank."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import first_invoice_of
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.payments.models import DebitFile, DebitMandate, DirectDebit
from marketingconnect.payments.queries.balances import unpaid_invoices
from marketingconnect.payments.queries.schedules import schedule_of
from marketingconnect.payments.reconciliation import ENDED, Due, due_named
from marketingconnect.payments.rules import earliest_debit_date, latest_export_date
from marketingconnect.payments.states import (
    PENDING_DEBITS,
    DebitState,
    MandateState,
    PaymentMethod,
)
from marketingconnect.terms.law import value_on
from marketingconnect.terms.queries import law_of, parameters_of

_MOST = 200


@dataclass(frozen=True)
class ToAnnounce:
    """A document that may be debited now, and the day on which it would be."""

    mandate: DebitMandate
    due: Due
    amount: Money
    collected_on: date
    due_on: date | None
    """The day of its last instalment asked for, or of its invoice."""

    @property
    def key(self) -> str:
        """What was shown: the document and its amount."""
        return f"{self.due.number}:{self.amount.cents}"


def collection_day(mandate: DebitMandate, order: Order, today: date) -> date:
    """CGV II.2.b: the day of a debit announced today: the notice agreed, else the scheme's."""
    key = "sepa_prenotification_days"
    scheme = value_on(key, today, law_of(key), int)
    return earliest_debit_date(
        announced_on=today,
        notice_days=scheme if mandate.notice_days is None else mandate.notice_days,
        territory=parameters_of(order.terms).working_day_territory,
    )


def debits_to_announce(today: date) -> list[ToAnnounce]:
    """CGV II.2.b: what clients with a mandate in use owe and nothing debits yet, oldest first.

    Orders paid by debit, of a schedule what is due by the day of the debit, and further invoices.
    """
    mandates = _usable_mandates()
    found = [*_orders(mandates, today), *_invoices(mandates, today)]
    return found[:_MOST]


def _usable_mandates() -> dict[int, DebitMandate]:
    """By company; a mandate for one debit only is used once."""
    refused = [DebitState.REJECTED, DebitState.CANCELLED]
    used = Count("debits", filter=~Q(debits__state__in=refused) & Q(debits__isnull=False))
    rows = DebitMandate.objects.filter(state=MandateState.ACTIVE).annotate(used=used)
    usable = rows.exclude(is_one_off=True, used__gt=0).select_related("company")
    return {mandate.company_id: mandate for mandate in usable}


def _orders(mandates: dict[int, DebitMandate], today: date) -> Iterable[ToAnnounce]:
    pending = DirectDebit.objects.filter(state__in=PENDING_DEBITS, invoice=None)
    rows = Order.objects.filter(payment_method=PaymentMethod.DEBIT, company_id__in=mandates)
    waiting = rows.exclude(state__in=ENDED).exclude(pk__in=pending.values("order"))
    for order in waiting.select_related("company", "terms").order_by("accepted_at", "pk"):
        mandate, due = mandates[order.company_id], _due_of(order)
        day = collection_day(mandate, order, today)
        amount, due_on = _asked(due, day)
        if amount.cents and not _is_pending(due):
            yield ToAnnounce(mandate, due, amount, day, due_on)


def _due_of(order: Order) -> Due:
    """The order itself while it awaits its payment, then its invoice: instalments to come."""
    due = due_named(order.reference)
    invoice = first_invoice_of(order)
    if invoice is not None and (due is None or not due.remaining.cents):
        due = due_named(invoice.number)
    return due or Due(order, None, Money.zero)


def _is_pending(due: Due) -> bool:
    pending = DirectDebit.objects.filter(state__in=PENDING_DEBITS)
    return due.invoice is not None and pending.filter(invoice=due.invoice).exists()


def _asked(due: Due, by: date) -> tuple[Money, date | None]:
    """What an order asks by a day: its instalments until then, or all of it without a schedule."""
    planned = schedule_of(due.order, by)
    if not planned:
        return due.remaining, None
    until = [one for one in planned if one.due_on <= by and one.remaining.cents]
    later = Money.total(one.remaining for one in planned if one.due_on > by)
    asked = max(due.remaining - later, Money.zero)
    return asked, max((one.due_on for one in until), default=None)


def _invoices(mandates: dict[int, DebitMandate], today: date) -> Iterable[ToAnnounce]:
    pending = DirectDebit.objects.filter(state__in=PENDING_DEBITS)
    taken = set(pending.exclude(invoice=None).values_list("invoice_id", flat=True))
    for invoice, owed in unpaid_invoices():
        if invoice.company_id in mandates and invoice.pk not in taken and _is_further(invoice):
            mandate = mandates[invoice.company_id]
            day = collection_day(mandate, invoice.order, today)
            yield ToAnnounce(mandate, Due(invoice.order, invoice, owed), owed, day, invoice.due_on)


def _is_further(invoice: Invoice) -> bool:
    """The invoice of an order itself is debited with its order."""
    return bool(invoice.cause)


def debits_on(day: date) -> QuerySet[DirectDebit]:
    """The debits of a day, in the order of their announcement."""
    rows = DirectDebit.objects.filter(collected_on=day)
    return rows.select_related("mandate__company", "order", "invoice", "file").order_by("pk")


def debits_in(file: DebitFile) -> QuerySet[DirectDebit]:
    """The debits of a file, in its order."""
    rows = DirectDebit.objects.filter(file=file)
    return rows.select_related("mandate__company", "order", "invoice").order_by("pk")


def debit_of(debit_id: int) -> DirectDebit | None:
    """One debit, whosever it is."""
    rows = DirectDebit.objects.select_related("mandate__company", "order", "invoice", "file")
    return rows.select_related("payment", "announced_by").filter(pk=debit_id).first()


def debit_days() -> QuerySet[DirectDebit, Any]:
    """The days of debits, the latest first: how many, how much, and how many in each state."""
    by_state = {state.value: Count("pk", filter=Q(state=state)) for state in DebitState}
    days = DirectDebit.objects.order_by().values("collected_on")
    sent = Sum("cents", filter=~Q(state=DebitState.CANCELLED), default=0)
    return days.annotate(cents=sent, **by_state).order_by("-collected_on")


def debits_to_export() -> QuerySet[DirectDebit]:
    """Announced, in no file yet; the nearest day first."""
    rows = DirectDebit.objects.filter(state=DebitState.ANNOUNCED)
    return rows.order_by("collected_on", "pk")


def export_by(day: date) -> date:
    """CGV II.2.b: the last day to hand in the file of a day."""
    return latest_export_date(collected_on=day, territory="metropole")


def debit_files() -> QuerySet[DebitFile]:
    """Files made for the bank, the latest first, without their content."""
    return DebitFile.objects.defer("content").order_by("-pk")


def debit_file_of(file_id: int) -> DebitFile | None:
    """One file."""
    return DebitFile.objects.filter(pk=file_id).first()
