"""What the pages of orders show, in words; no rule, no write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import mark_safe

from marketingconnect.catalogue.models import OperatorIdentity
from marketingconnect.catalogue.queries import operator_on
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import invoices_of_order
from marketingconnect.kernel.money import Money
from marketingconnect.offers.contract import Missing
from marketingconnect.orders.models import Order, OrderLine
from marketingconnect.orders.queries import (
    missing_of,
    order_of,
    scheduled_for,
    sessions_in_words,
)
from marketingconnect.orders.rules import PAYMENT_MISSING
from marketingconnect.orders.states import LineState, OrderState, Sale
from marketingconnect.payments.epc import transfer_qr_code
from marketingconnect.payments.iban import spaced_iban
from marketingconnect.payments.models import PaymentAttempt
from marketingconnect.payments.queries import (
    Balance,
    balance_of,
    card_is_refused,
    last_attempt,
)
from marketingconnect.payments.rules import creditor_reference, proposed_after_refusal
from marketingconnect.payments.states import METHOD_LABELS, AttemptState, PaymentMethod
from marketingconnect.web.client_area.orders.instalments import Instalments, instalments_of
from marketingconnect.web.client_area.orders.story import story_of
from marketingconnect.web.client_area.signing.presenting import (
    Document,
    documents_to_sign,
    signs_first,
)
from marketingconnect.web.components import Kind, Tab, TimelineEntry
from marketingconnect.web.keys import number_in

ROWS = 25
STATE_LABELS: dict[str, tuple[str, Kind]] = {
    OrderState.ACCEPTED: ("En attente de paiement", "warning"),
    OrderState.FIRM: ("Ferme, paiement attendu", "warning"),
    OrderState.VALIDATED: ("Validée", "success"),
    OrderState.IN_EXECUTION: ("En cours", "progress"),
    OrderState.EXECUTED: ("Exécutée", "success"),
    OrderState.CLOSED: ("Terminée", "neutral"),
    OrderState.SUSPENDED: ("Suspendue", "warning"),
    OrderState.CANCELLED: ("Annulée", "neutral"),
    OrderState.TERMINATED: ("Résiliée", "neutral"),
}
TO_SIGN: tuple[str, Kind] = ("En attente de signature", "warning")
LINE_LABELS: dict[str, tuple[str, Kind]] = {
    LineState.TO_PREPARE: ("À préparer", "warning"),
    LineState.READY: ("Prête", "info"),
    LineState.SCHEDULED: ("Programmée", "info"),
    LineState.RUNNING: ("En cours", "progress"),
    LineState.DONE: ("Terminée", "success"),
    LineState.STOPPED: ("Arrêtée", "neutral"),
}
PAGES = {"email": "client_area:campaign", "list_rental": "client_area:rental"}
"""The page of what a line sold."""
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class OrderRow:
    """An order of the list."""

    order: Order
    state: str
    kind: Kind


@dataclass(frozen=True)
class MissingThing:
    """Something missing and the page where it is mended, if the client can mend it."""

    what: Missing
    href: str


@dataclass(frozen=True)
class LineView:
    """A line, how far it has come, what it lacks, and its own page."""

    line: OrderLine
    state: str
    kind: Kind
    missing: Sequence[MissingThing]
    scheduled_for: datetime | None
    href: str


@dataclass(frozen=True)
class Transfer:
    """What a transfer must say to be recognised, and the QR code that says it."""

    reference: str
    qr_code: str


@dataclass(frozen=True)
class OrderPage:
    """Everything the page of an order shows."""

    state: str
    kind: Kind
    lines: Sequence[LineView]
    balance: Balance
    attempt: PaymentAttempt | None
    methods: Sequence[tuple[str, str]]
    operator: OperatorIdentity
    iban: str
    transfer: Transfer | None
    invoices: Sequence[Invoice]
    story: Sequence[TimelineEntry]
    today: date
    documents: Sequence[Document]
    signs_first: bool
    """The client signs before it pays."""
    is_paid_by_post: bool
    instalments: Instalments
    sessions: Sequence[str]
    """The live sessions from which it was placed, with who took part (CGV B.1.3)."""

    @property
    def pays_now(self) -> bool:
        """Whether the page says how to pay already: not before the signature when it comes first.

        An order placed on line may be paid by transfer or cheque meanwhile: it binds too.
        """
        waits = self.awaits_payment or (self.instalments.rows and self.instalments.asks_client)
        return bool(waits) and (
            self.attempt is not None or not self.signs_first or self.is_paid_by_post
        )

    @property
    def awaits_payment(self) -> bool:
        return self.state in {
            TO_SIGN[0],
            STATE_LABELS[OrderState.ACCEPTED][0],
            STATE_LABELS[OrderState.FIRM][0],
        }

    @property
    def is_checking(self) -> bool:
        """Whether the bank is being asked about a payment."""
        return self.attempt is not None and self.attempt.state in {
            AttemptState.CREATED,
            AttemptState.UNKNOWN,
        }

    @property
    def is_by_card(self) -> bool:
        """Whether a refused payment was of the means in use."""
        return self.instalments.method in {PaymentMethod.CARD, PaymentMethod.CARD_DEBIT}

    @property
    def is_open(self) -> bool:
        return self.attempt is not None and self.attempt.state == AttemptState.SENT

    @property
    def was_refused(self) -> bool:
        return self.attempt is not None and self.attempt.state == AttemptState.FAILED

    @property
    def to_do(self) -> list[MissingThing]:
        """What the client must do besides paying, which the page asks at its top."""
        return [
            one
            for view in self.lines
            for one in view.missing
            if one.what.whose == "client" and one.what.code != PAYMENT_MISSING
        ]

    @property
    def awaited_from_us(self) -> list[MissingThing]:
        return [one for view in self.lines for one in view.missing if one.what.whose != "client"]


def order_or_404(company_id: int, reference: str) -> Order:
    """One order of the company; another company's order does not exist."""
    try:
        return order_of(company_id, reference)
    except Order.DoesNotExist as missing:
        raise Http404 from missing


def order_rows(orders: Sequence[Order]) -> list[OrderRow]:
    """Orders with their state in words."""
    return [OrderRow(order, *_state_of(order)) for order in orders]


def _state_of(order: Order) -> tuple[str, Kind]:
    """In words: what an accepted order waits for first is its signature (CGV III.a)."""
    lacks_mandate = order.payment_method == PaymentMethod.DEBIT and not order.mandate_signed_at
    if order.state == OrderState.ACCEPTED and (not order.form_signed_at or lacks_mandate):
        return TO_SIGN
    return STATE_LABELS[order.state]


def order_page(order: Order, now: datetime) -> OrderPage:
    """The page of one order at an instant."""
    state, kind = _state_of(order)
    today = paris_date(now)
    instalments = instalments_of(order, today)
    lines = [_line_view(line) for line in order.lines.select_related("order__terms")]
    invoices = list(invoices_of_order(order))
    operator = operator_on(today)
    return OrderPage(
        state=state,
        kind=kind,
        lines=lines,
        balance=balance_of(order),
        attempt=last_attempt(order),
        methods=_other_methods(order),
        operator=operator,
        iban=spaced_iban(operator.iban),
        transfer=_transfer(order, instalments.to_pay, operator),
        invoices=invoices,
        story=story_of(order, invoices, [view.scheduled_for for view in lines]),
        today=today,
        instalments=instalments,
        sessions=sessions_in_words(order),
        documents=documents_to_sign(order),
        signs_first=signs_first(order),
        is_paid_by_post=order.sale == Sale.ONLINE
        and order.payment_method in {PaymentMethod.TRANSFER, PaymentMethod.CHEQUE},
    )


def _transfer(order: Order, to_pay: Money, operator: OperatorIdentity) -> Transfer | None:
    """None when the order is not to be paid by transfer, or no longer to be paid."""
    if order.payment_method != PaymentMethod.TRANSFER or not to_pay.cents:
        return None
    reference = creditor_reference(order.reference)
    qr_code = transfer_qr_code(
        name=f"{operator.legal_name} {operator.legal_form}",
        iban=operator.iban,
        bic=operator.bic,
        amount=to_pay,
        reference=reference,
    )
    return Transfer(reference, mark_safe(qr_code))  # noqa: S308 - drawn from our own figures alone


def _line_view(line: OrderLine) -> LineView:
    state, kind = LINE_LABELS[line.state]
    missing = [MissingThing(one, _mended_at(one, line)) for one in missing_of(line)]
    href = _reversed(PAGES[line.offer], line.item_id) if line.offer in PAGES else ""
    return LineView(line, state, kind, missing, scheduled_for(line), href)


def _mended_at(missing: Missing, line: OrderLine) -> str:
    """The page where the client mends it, if there is one."""
    return _reversed(missing.url_name, line.item_id) if missing.url_name else ""


def _reversed(url_name: str, item_id: int | None) -> str:
    try:
        return reverse(url_name, args=[item_id])
    except NoReverseMatch:
        return ""


def _other_methods(order: Order) -> list[tuple[str, str]]:
    """Means of payment other than the one chosen, for an order that waits.

    What was agreed with an advisor changes with the advisor (CGV II.2.b).
    """
    if order.sale == Sale.OFFLINE:
        return []
    allowed = set(proposed_after_refusal(threshold_exceeded=card_is_refused(order))) | {
        PaymentMethod.TRANSFER
    }
    if not card_is_refused(order):
        allowed.add(PaymentMethod.CHEQUE)
    return [
        (method.value, METHOD_LABELS[method])
        for method in PaymentMethod
        if method in allowed and method != order.payment_method
    ]


def sections(current: str) -> list[Tab]:
    """The lists, side by side."""
    return [
        Tab("Propositions", reverse("client_area:proposals"), current == "proposals"),
        Tab("Commandes", reverse("client_area:orders"), current == "orders"),
        Tab("Factures", reverse("client_area:invoices"), current == "invoices"),
        Tab("Documents", reverse("client_area:documents"), current == "documents"),
        Tab("Compte et solde", reverse("client_area:balance"), current == "balance"),
    ]


def page_of(rows: QuerySet[Row], after: str) -> tuple[list[Row], int | None]:
    """One page by key, latest first, and the key of the next one."""
    ordered = rows.order_by("-pk")
    if (key := number_in(after)) is not None:
        ordered = ordered.filter(pk__lt=key)
    found = list(ordered[: ROWS + 1])
    return found[:ROWS], found[ROWS - 1].pk if len(found) > ROWS else None
