"""What the page of a signature shows; no rule, no write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.urls import reverse

from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.order_form import form_content
from marketingconnect.orders.rules import binding_documents
from marketingconnect.orders.states import OrderState, Sale
from marketingconnect.payments.mandate_form import mandate_content
from marketingconnect.payments.models import DebitMandate
from marketingconnect.payments.queries import balance_of
from marketingconnect.payments.services.signing import payment_words
from marketingconnect.signature.models import SignatureRequest
from marketingconnect.signature.queries import CodeSent, code_of, documents_of, wait_for_code
from marketingconnect.signature.states import DocumentKind, PendingReason, SignatureState
from marketingconnect.web.components import Kind, Step

Stage = Literal["absent", "other", "identity", "code", "waiting", "ended", "signed"]
DOCUMENT_LABELS = {
    DocumentKind.ORDER_FORM: "Bon de commande",
    DocumentKind.MANDATE: "Mandat de prélèvement SEPA",
}
STATE_LABELS: dict[str, tuple[str, Kind]] = {
    SignatureState.CREATED: ("À signer", "warning"),
    SignatureState.IDENTITY_COLLECTED: ("À signer", "warning"),
    SignatureState.CODE_SENT: ("Code envoyé", "progress"),
    SignatureState.PENDING: ("En attente", "warning"),
    SignatureState.SIGNED: ("Signé", "success"),
    SignatureState.REFUSED: ("Refusé", "error"),
    SignatureState.EXPIRED: ("Expiré", "neutral"),
}
LACKING = {
    PendingReason.CODE: "Le code n’a pas pu vous être envoyé par SMS.",
    PendingReason.SIGNING: "Votre code est accepté ; la signature est en cours.",
    PendingReason.CERTIFICATE: "Votre code est accepté ; il manque votre certificat de signature.",
    PendingReason.TIMESTAMP: "Votre code est accepté ; il manque l’horodatage de la signature.",
}


@dataclass(frozen=True)
class Document:
    """One document of the order: its state in words, and the row once it is proposed."""

    kind: DocumentKind
    label: str
    state: str
    colour: Kind
    request: SignatureRequest | None

    @property
    def is_signed(self) -> bool:
        return self.request is not None and self.request.state == SignatureState.SIGNED

    @property
    def was_ended(self) -> bool:
        ended = {SignatureState.REFUSED, SignatureState.EXPIRED}
        return self.request is not None and self.request.state in ended


@dataclass(frozen=True)
class SigningPage:
    """Everything the page of a signature shows to one person."""

    order: Order
    documents: Sequence[Document]
    document: Document | None
    """The one to sign now; None once nothing is left to sign."""
    stage: Stage
    code: CodeSent | None
    wait: timedelta
    content: dict[str, Any]
    remaining: Money
    """What is left to pay: a credit note may have paid a part."""
    pays_instead: bool
    """Placed on line, and signing waits for us: paying on line takes its place (III.a)."""

    @property
    def request(self) -> SignatureRequest | None:
        return self.document.request if self.document else None

    @property
    def number(self) -> int:
        """`document 1 sur 2`."""
        return 1 + next((at for at, one in enumerate(self.documents) if one == self.document), 0)

    @property
    def lacking(self) -> str:
        reason = self.request.pending_reason if self.request else ""
        return LACKING[PendingReason(reason)] if reason else ""

    @property
    def wait_seconds(self) -> int:
        return int(self.wait.total_seconds()) + 1 if self.wait else 0

    @property
    def wait_minutes(self) -> int:
        return -(-self.wait_seconds // 60)

    @property
    def is_ended(self) -> bool:
        return self.order.state in {OrderState.CANCELLED, OrderState.TERMINATED}

    @property
    def steps(self) -> list[Step]:
        done = self.stage == "signed"
        start = "Proposition" if self.order.sale == Sale.OFFLINE else "Panier"
        return [
            Step(start, "done"),
            Step("Récapitulatif et accord", "done"),
            Step("Signature", "done" if done else "current"),
            Step("Paiement", "current" if done else "todo"),
        ]


def documents_to_sign(order: Order) -> list[Document]:
    """CGV III.a: each document that binds the order, its latest row if it was proposed."""
    rows = {DocumentKind(row.kind): row for row in documents_of(order)}
    codes = binding_documents(sale=Sale(order.sale), payment_method=order.payment_method)
    return [_document(DocumentKind(code), rows.get(DocumentKind(code)), order) for code in codes]


def _document(kind: DocumentKind, row: SignatureRequest | None, order: Order) -> Document:
    received = order.mandate_signed_at if kind is DocumentKind.MANDATE else order.form_signed_at
    if row is not None and not (received and row.state != SignatureState.SIGNED):
        return Document(kind, DOCUMENT_LABELS[kind], *STATE_LABELS[row.state], row)
    words: tuple[str, Kind] = ("Signé", "success") if received else ("À signer", "warning")
    return Document(kind, DOCUMENT_LABELS[kind], *words, None)


def awaits_signature(order: Order, documents: Sequence[Document]) -> bool:
    """CGV III.a: whether something is left to sign before the order binds the client."""
    return order.state == OrderState.ACCEPTED and bool(unsigned(order, documents))


def unsigned(order: Order, documents: Sequence[Document]) -> list[Document]:
    """Those whose signature was not received, on this platform or otherwise."""
    received = {
        DocumentKind.ORDER_FORM: order.form_signed_at,
        DocumentKind.MANDATE: order.mandate_signed_at,
    }
    return [one for one in documents if received[one.kind] is None]


def may_pay_before(order: Order, documents: Sequence[Document]) -> bool:
    """CGV III.a: an order placed on line may be paid at once when its signature waits for us."""
    waits = any(one.request and one.request.pending_reason for one in documents)
    return order.sale == Sale.ONLINE and waits


def signs_first(order: Order) -> bool:
    """Whether the page to pay sends the client to sign first."""
    documents = documents_to_sign(order)
    return awaits_signature(order, documents) and not may_pay_before(order, documents)


def signing_page(
    order: Order, *, user_id: int, now: datetime, corrects: bool = False
) -> SigningPage:
    """The page of an order for one person at an instant."""
    documents = documents_to_sign(order)
    left = unsigned(order, documents) if order.state == OrderState.ACCEPTED else []
    document = left[0] if left else None
    request = document.request if document else None
    return SigningPage(
        order=order,
        documents=documents,
        document=document,
        stage=_stage(document, user_id, corrects=corrects),
        code=code_of(request, now) if request else None,
        wait=wait_for_code(request, now) if request else timedelta(0),
        content=_content(order, document),
        remaining=balance_of(order).remaining,
        pays_instead=may_pay_before(order, documents),
    )


def _stage(document: Document | None, user_id: int, *, corrects: bool) -> Stage:
    if document is None:
        return "signed"
    request = document.request
    if request is None:
        return "absent"
    if document.was_ended:
        return "ended"
    if request.consented_at is not None:
        return "waiting"
    if request.signer_id != user_id:
        return "other"
    return "identity" if corrects or request.state == SignatureState.CREATED else "code"


def _content(order: Order, document: Document | None) -> dict[str, Any]:
    """The words of the document, for those who do not open the PDF."""
    if document is None:
        return {}
    if document.kind is DocumentKind.ORDER_FORM:
        return form_content(order, payment_words(order))
    subject = document.request.subject if document.request else ""
    found = DebitMandate.objects.filter(reference=subject, company_id=order.company_id)
    mandate = found.select_related("company", "order").first()
    return mandate_content(mandate) if mandate else {}


def address_of(order: Order) -> str:
    """The page where an order is signed."""
    return reverse("client_area:signing", args=[order.reference])
