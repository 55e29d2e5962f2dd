"""The client's answer: it accepts, refuses, or asks for an up-to-date proposal."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from marketingconnect.accounts.models import Company, User
from marketingconnect.accounts.queries import companies_open_to
from marketingconnect.audit.actors import Actor
from marketingconnect.cart.models import CartLine
from marketingconnect.cart.queries import Cart
from marketingconnect.clock import paris_date
from marketingconnect.kernel.money import Money
from marketingconnect.offers.contract import NotSellableError
from marketingconnect.orders.models import Order
from marketingconnect.orders.services import place_order, receive_signed
from marketingconnect.orders.states import Sale
from marketingconnect.payments.errors import AgreementError, MandateError
from marketingconnect.payments.notices import tell_how_to_pay
from marketingconnect.payments.services import agree_on_instalments, propose_mandate
from marketingconnect.payments.states import MandateState, PaymentMethod
from marketingconnect.proposals.errors import (
    ExpiredProposalError,
    InvalidFieldsError,
    NotAgreedError,
    NotAllowedError,
    ProposalError,
    ShownOtherwiseError,
    StaleProposalError,
    TermsChangedError,
    UnproposableLineError,
)
from marketingconnect.proposals.models import Proposal
from marketingconnect.proposals.notices import (
    tell_another_is_asked,
    tell_order_to_sign,
    tell_proposal_is_answered,
)
from marketingconnect.proposals.queries import (
    description_of,
    mandate_in_use,
    priced_by,
    quote_of,
    schedule_of,
)
from marketingconnect.proposals.rules import has_changed, is_expired, may_answer
from marketingconnect.proposals.services.rows import journal, locked, move
from marketingconnect.proposals.states import ProposalState
from marketingconnect.terms.models import TermsAcceptance
from marketingconnect.terms.services import accept_terms


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """What the client sends with its acceptance: what it read, ticked and typed.

    `iban` and `debtor` only for a direct debit without a mandate in use.
    """

    request_uuid: uuid.UUID
    terms_sha256: str
    attestations: Collection[str]
    shown_total_cents: int
    shown_first_due_on: date | None = None
    iban: str = ""
    debtor: str = ""


@transaction.atomic
def accept(
    proposal_id: int, agreement: Agreement, *, user_id: int, ip_address: str | None, now: datetime
) -> Order:
    """CGV Def, III.a, III.b: the proposal becomes an order at its frozen prices, once.

    The same `request_uuid` gives the same order. Raises a ProposalError with a sentence for the
    client; nothing is written then.
    """
    proposal, user = _locked(proposal_id), User.objects.get(pk=user_id)
    today = paris_date(now)
    _must_be_the_client(proposal, user, today)
    if existing := _ordered(proposal, agreement.request_uuid):
        return existing
    _must_wait(proposal, today)
    quote = quote_of(proposal, today)
    plan = schedule_of(proposal, quote.total, today)
    _must_be_what_was_read(agreement, quote, plan)
    _must_still_be_sold(proposal)
    acceptance = _accepted(quote, proposal, user, agreement, ip_address, now)
    actor = Actor.user(user.pk, f"{user.full_name} <{user.email}>")
    order = _order(proposal, quote, acceptance, agreement, actor, now)
    if plan:
        _agree(order, count=len(plan), first_on=plan[0][0], actor=actor, now=now)
    if proposal.payment_method == PaymentMethod.DEBIT:
        _give_mandate(order, agreement, actor, now)
    _leave_the_basket(proposal)
    move(
        proposal,
        ProposalState.ACCEPTED,
        "proposal.accepted",
        actor=actor,
        now=now,
        ended_at=now,
        ended_by=user,
        order=order,
    )
    _tell(proposal, order, plan, now)
    return order


def _locked(proposal_id: int) -> Proposal:
    """The company first, as at checkout: two ways of ordering the same item wait for each other."""
    company_id = Proposal.objects.values_list("company_id", flat=True).get(pk=proposal_id)
    Company.objects.select_for_update().get(pk=company_id)
    return locked(proposal_id)


def _must_be_the_client(proposal: Proposal, user: User, today: date) -> None:
    open_to_user = companies_open_to(user.pk, today=today)
    role = next((one.role for one in open_to_user if one.pk == proposal.company_id), None)
    if not may_answer(is_staff=user.is_staff, role=role):
        raise NotAllowedError(
            "Seul un propriétaire ou un éditeur de l’entreprise peut répondre à une proposition "
            "(CGV, art. II.1.c)."
        )


def _ordered(proposal: Proposal, request_uuid: uuid.UUID) -> Order | None:
    order = proposal.order
    return order if order and order.request_uuid == request_uuid else None


def _must_wait(proposal: Proposal, today: date) -> None:
    if proposal.state != ProposalState.PROPOSED:
        raise StaleProposalError("Cette proposition n’attend plus de réponse.")
    if proposal.valid_until and is_expired(valid_until=proposal.valid_until, today=today):
        raise ExpiredProposalError(
            "Cette proposition a expiré (CGV, Définitions) : demandez-en une nouvelle à votre "
            "conseiller."
        )


def _must_be_what_was_read(
    agreement: Agreement, quote: Cart, plan: tuple[tuple[date, Money], ...]
) -> None:
    if agreement.terms_sha256 != quote.terms.sha256:
        raise TermsChangedError(
            "Une nouvelle version des conditions générales est en vigueur : relisez-la avant "
            "d’accepter."
        )
    if Money(agreement.shown_total_cents) != quote.total:
        raise ShownOtherwiseError(
            f"Le taux de TVA a changé depuis l’affichage : le total est maintenant de "
            f"{quote.total}. Vérifiez-le, puis acceptez à nouveau."
        )
    if agreement.shown_first_due_on != (plan[0][0] if plan else None):
        raise ShownOtherwiseError(
            "Le jour a changé depuis l’affichage, et l’échéancier avec lui : relisez-le, puis "
            "acceptez à nouveau."
        )
    if {asked.code for asked in quote.attestations} - set(agreement.attestations):
        raise NotAgreedError("Chaque déclaration doit être cochée pour accepter.")


def _must_still_be_sold(proposal: Proposal) -> None:
    """What the prices were made for; the client, or an order, may have changed it since."""
    for line in proposal.lines.all():
        try:
            description = description_of(line)
        except NotSellableError:
            description = None
        now = priced_by(description) if description else {}
        if has_changed(proposed=line.described, now=now):
            raise UnproposableLineError(
                f"« {line.label} » a été modifiée depuis la proposition : demandez à votre "
                "conseiller une proposition à jour."
            )


def _accepted(
    quote: Cart,
    proposal: Proposal,
    user: User,
    agreement: Agreement,
    ip_address: str | None,
    now: datetime,
) -> TermsAcceptance:
    return accept_terms(
        version=quote.terms,
        sha256=agreement.terms_sha256,
        company=proposal.company,
        user=user,
        means="proposal",
        at=now,
        on=paris_date(now),
        ip_address=ip_address,
        attestations=[asked.sentence for asked in quote.attestations],
    )


def _order(
    proposal: Proposal,
    quote: Cart,
    acceptance: TermsAcceptance,
    agreement: Agreement,
    actor: Actor,
    now: datetime,
) -> Order:
    try:
        return place_order(
            request_uuid=agreement.request_uuid,
            acceptance=acceptance,
            price_list=quote.price_list,
            territory=proposal.territory,
            lines=quote.draft_lines(),
            payment_method=proposal.payment_method,
            purchase_reference=proposal.purchase_reference.strip(),
            actor=actor,
            now=now,
            sale=Sale.OFFLINE,
        )
    except IntegrityError as clash:
        raise UnproposableLineError(
            "Une de ces prestations vient d’être commandée autrement : demandez à votre conseiller "
            "une proposition à jour."
        ) from clash


def _agree(order: Order, *, count: int, first_on: date, actor: Actor, now: datetime) -> None:
    try:
        agree_on_instalments(order.pk, count=count, first_on=first_on, actor=actor, now=now)
    except AgreementError as refusal:
        raise ProposalError(refusal.sentence) from refusal


def _give_mandate(order: Order, agreement: Agreement, actor: Actor, now: datetime) -> None:
    """CGV II.2.b: a mandate to sign with the order form; one signed before serves again."""
    mandate = mandate_in_use(order.company_id)
    if mandate is None:
        _propose_mandate(order, agreement, actor, now)
    elif mandate.state != MandateState.PROPOSED:
        receive_signed(order.pk, mandate_signed_at=now, actor=actor, at=now)


def _propose_mandate(order: Order, agreement: Agreement, actor: Actor, now: datetime) -> None:
    iban, debtor = agreement.iban.strip(), agreement.debtor.strip()
    if not debtor:
        raise InvalidFieldsError({"debtor": "Indiquez le titulaire du compte."})
    try:
        propose_mandate(
            order.company_id, iban=iban, debtor=debtor, actor=actor, now=now, order_id=order.pk
        )
    except MandateError as refusal:
        raise InvalidFieldsError({"iban": refusal.sentence}) from refusal


def _leave_the_basket(proposal: Proposal) -> None:
    for line in proposal.lines.all():
        CartLine.objects.filter(offer=line.offer, item_id=line.item_id).delete()


def _tell(
    proposal: Proposal, order: Order, plan: tuple[tuple[date, Money], ...], now: datetime
) -> None:
    tell_order_to_sign(proposal, order, plan, at=now)
    if proposal.payment_method in {PaymentMethod.TRANSFER, PaymentMethod.CHEQUE}:
        tell_how_to_pay(order, at=now)
    tell_proposal_is_answered(proposal, at=now)


@transaction.atomic
def refuse(proposal_id: int, *, reason: str, user_id: int, now: datetime) -> Proposal:
    """CGV Def: the client says no, and why; nothing is ordered. Raises a ProposalError."""
    proposal, user = _locked(proposal_id), User.objects.get(pk=user_id)
    today = paris_date(now)
    _must_be_the_client(proposal, user, today)
    _must_wait(proposal, today)
    why = " ".join(reason.split())[:500]
    if not why:
        raise InvalidFieldsError({"reason": "Dites-nous pourquoi, en quelques mots."})
    move(
        proposal,
        ProposalState.REFUSED,
        "proposal.refused",
        actor=Actor.user(user.pk, f"{user.full_name} <{user.email}>"),
        now=now,
        ended_at=now,
        ended_by=user,
        end_reason=why,
    )
    tell_proposal_is_answered(proposal, at=now)
    return proposal


@transaction.atomic
def ask_for_another(proposal_id: int, *, user_id: int, now: datetime) -> Proposal:
    """CGV Def: after its last day, the client asks its advisor for an up-to-date one; once.

    Raises StaleProposalError while it may still be accepted, or once it was answered.
    """
    proposal, user = _locked(proposal_id), User.objects.get(pk=user_id)
    today = paris_date(now)
    _must_be_the_client(proposal, user, today)
    ended = proposal.state in {ProposalState.EXPIRED, ProposalState.WITHDRAWN} or (
        proposal.state == ProposalState.PROPOSED
        and proposal.valid_until is not None
        and is_expired(valid_until=proposal.valid_until, today=today)
    )
    if not ended:
        raise StaleProposalError("Cette proposition tient toujours, ou a reçu sa réponse.")
    if proposal.renewal_asked_at is None:
        Proposal.objects.filter(pk=proposal.pk).update(renewal_asked_at=now)
        actor = Actor.user(user.pk, f"{user.full_name} <{user.email}>")
        journal("proposal.renewal_asked", proposal, actor=actor, now=now)
        tell_another_is_asked(proposal, user, at=now)
    return proposal
