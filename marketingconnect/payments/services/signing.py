"""What a client signs so that its order binds it: the order form, the mandate (CGV III.a)."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from marketingconnect.catalogue.queries import operator_on
from marketingconnect.clock import paris_date
from marketingconnect.orders.models import Order
from marketingconnect.orders.order_form import PaymentWords, render_order_form
from marketingconnect.orders.order_form import title_of as form_title
from marketingconnect.orders.rules import binding_documents
from marketingconnect.orders.services import receive_signed
from marketingconnect.orders.states import OrderState, Sale
from marketingconnect.payments.errors import MandateError
from marketingconnect.payments.iban import spaced_iban
from marketingconnect.payments.mandate_form import render_mandate
from marketingconnect.payments.mandate_form import title_of as mandate_title
from marketingconnect.payments.models import DebitMandate
from marketingconnect.payments.queries import agreed_schedule
from marketingconnect.payments.rules import creditor_reference
from marketingconnect.payments.services.mandates import sign_mandate
from marketingconnect.payments.states import (
    LIVE_MANDATES,
    METHOD_LABELS,
    MandateState,
    PaymentMethod,
)
from marketingconnect.signature.errors import NoLongerWantedError
from marketingconnect.signature.events import PLATFORM, Visitor
from marketingconnect.signature.models import SignatureRequest
from marketingconnect.signature.queries import has_lost_its_signer
from marketingconnect.signature.services import propose_document, withdraw_document
from marketingconnect.signature.states import OPEN, DocumentKind, SignatureState

_TO_BE_BOUND = (OrderState.ACCEPTED, OrderState.FIRM)


@transaction.atomic
def propose_documents(
    order_id: int, *, signer_id: int, visitor: Visitor, now: datetime
) -> list[SignatureRequest]:
    """CGV III.a: offer to one person each document that binds the order; again, the same ones.

    A mandate signed before serves again: it is received, and nothing more is to be signed for it.
    Raises NotTheSignerError for a person who may not order for the company.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    codes = binding_documents(sale=Sale(order.sale), payment_method=order.payment_method)
    makers = {DocumentKind.ORDER_FORM: _order_form, DocumentKind.MANDATE: _mandate}
    made = [makers[DocumentKind(code)](order, signer_id, visitor, now) for code in codes]
    return [request for request in made if request is not None]


def _order_form(
    order: Order, signer_id: int, visitor: Visitor, now: datetime
) -> SignatureRequest | None:
    known = _kept(order, DocumentKind.ORDER_FORM, now)
    if known is not None and (
        known.state == SignatureState.SIGNED or known.subject in {"", order.payment_method}
    ):
        return known
    if known is not None:
        _withdraw(known, "Un autre moyen de paiement a été choisi.", now)
    return propose_document(
        order.pk,
        kind=DocumentKind.ORDER_FORM,
        title=form_title(order),
        subject=order.payment_method,
        pdf=render_order_form(order, payment_words(order)),
        signer_id=signer_id,
        visitor=visitor,
        now=now,
    )


def _mandate(
    order: Order, signer_id: int, visitor: Visitor, now: datetime
) -> SignatureRequest | None:
    """None when there is nothing to sign: no mandate is proposed, or it is signed already."""
    mandate = _mandate_of(order)
    known = _kept(order, DocumentKind.MANDATE, now)
    if known is not None and _still_serves(known, mandate):
        return known
    if known is not None:
        _withdraw(known, "Un autre mandat a pris sa place.", now)
    if mandate is None:
        return None
    if mandate.state != MandateState.PROPOSED:
        receive_signed(order.pk, mandate_signed_at=now, actor=PLATFORM.actor, at=now)
        return None
    return propose_document(
        order.pk,
        kind=DocumentKind.MANDATE,
        title=mandate_title(mandate),
        subject=mandate.reference,
        pdf=render_mandate(mandate),
        signer_id=signer_id,
        visitor=visitor,
        now=now,
    )


def _kept(order: Order, kind: DocumentKind, now: datetime) -> SignatureRequest | None:
    """The document known, unless nobody may sign it any more: then it leaves its place."""
    known = _current(order, kind).first()
    if known is None or known.state == SignatureState.SIGNED:
        return known
    if has_lost_its_signer(known, paris_date(now)):
        _withdraw(known, "La personne désignée ne peut plus signer pour la société.", now)
        return _current(order, kind).first()
    return known


def _withdraw(known: SignatureRequest, why: str, now: datetime) -> None:
    """Unless it is consented to: what was agreed to is signed as it is."""
    withdraw_document(known.pk, reason=why, visitor=PLATFORM, now=now)


def _still_serves(known: SignatureRequest, mandate: DebitMandate | None) -> bool:
    """Whether a document is about this mandate, which waits for it or was signed by it."""
    if mandate is None or known.subject != mandate.reference:
        return False
    return mandate.state == MandateState.PROPOSED or known.state == SignatureState.SIGNED


def _current(order: Order, kind: DocumentKind) -> QuerySet[SignatureRequest]:
    """The document of that kind that is open or signed."""
    return SignatureRequest.objects.filter(
        order=order, kind=kind, state__in=[*OPEN, SignatureState.SIGNED]
    )


def _mandate_of(order: Order) -> DebitMandate | None:
    """The client's mandate that lives, if any; a one-off one serves its own order alone."""
    live = DebitMandate.objects.filter(company_id=order.company_id, state__in=LIVE_MANDATES)
    found = live.select_related("company", "order").first()
    if found is not None and found.is_one_off and found.order_id != order.pk:
        return None
    return found


def mandate_was_signed(request: SignatureRequest, now: datetime) -> None:
    """CGV II.2.b: note the signature on the mandate that the document was about, and its proof.

    Every order of the client that waits for this mandate receives it. Raises NoLongerWantedError
    when the mandate was revoked meanwhile.
    """
    mandate = DebitMandate.objects.filter(reference=request.subject).first()
    if mandate is None or request.signed_at is None:
        return
    if mandate.state == MandateState.PROPOSED:
        try:
            sign_mandate(
                mandate.pk,
                signed_on=paris_date(request.signed_at),
                signature=f"{request.reference}, preuve SHA-256 {request.evidence_sha256}",
                actor=PLATFORM.actor,
                now=now,
            )
        except MandateError as refusal:
            raise NoLongerWantedError(refusal.sentence) from refusal
    elif mandate.state not in LIVE_MANDATES:
        raise NoLongerWantedError("Le mandat a été révoqué avant la signature.")
    _receive_elsewhere(mandate, request, now)


def _receive_elsewhere(mandate: DebitMandate, request: SignatureRequest, now: datetime) -> None:
    if mandate.is_one_off:
        return
    waiting = Order.objects.filter(
        company_id=mandate.company_id,
        payment_method=PaymentMethod.DEBIT,
        mandate_signed_at__isnull=True,
        state__in=_TO_BE_BOUND,
    ).exclude(pk=request.order_id)
    for order_id in waiting.order_by("pk").values_list("pk", flat=True):
        receive_signed(order_id, mandate_signed_at=request.signed_at, actor=PLATFORM.actor, at=now)


def payment_words(order: Order) -> PaymentWords:
    """CGV II.1.b, II.2.b: how an order is paid, as its order form says it."""
    method = PaymentMethod(order.payment_method)
    return PaymentWords(METHOD_LABELS[method], _sentence(order, method), agreed_schedule(order))


def _sentence(order: Order, method: PaymentMethod) -> str:
    operator = operator_on(paris_date(order.accepted_at))
    other = " Un autre moyen peut être choisi jusqu’au paiement (art. II.1.b)."
    if method is PaymentMethod.TRANSFER:
        return (
            f"Virement sur le compte {spaced_iban(operator.iban)}, motif "
            f"{creditor_reference(order.reference)}.{other}"
        )
    if method is PaymentMethod.CHEQUE:
        return f"Chèque à l’ordre de {operator.cheque_payee}.{other}"
    if method is PaymentMethod.DEBIT:
        return (
            "Chaque échéance est prélevée sur le compte que désigne le mandat de prélèvement SEPA "
            "signé par le client (art. II.2.b)."
        )
    if method is PaymentMethod.CARD_DEBIT:
        return (
            "Chaque échéance est prélevée sur la carte que le client enregistre auprès du "
            "prestataire de paiement (art. II.2.b)."
        )
    return f"Paiement en ligne sur la page de la banque.{other}"
