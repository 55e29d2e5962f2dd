"""Direct-debit mandates: proposed, signed, put in use, and ended."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from schwifty import IBAN

from marketingconnect.accounts.models import Company
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.payments.errors import MandateError
from marketingconnect.payments.models import DebitMandate, DirectDebit
from marketingconnect.payments.rules import (
    is_creditor_identifier,
    mandate_reference,
    mandate_void_on,
)
from marketingconnect.payments.states import (
    MANDATE_TRANSITIONS,
    DebitState,
    MandateState,
)
from marketingconnect.terms.law import value_on
from marketingconnect.terms.queries import law_of

SCHEME = Actor.system("Règles des prélèvements")


@transaction.atomic
def propose_mandate(
    company_id: int,
    *,
    iban: str,
    debtor: str,
    actor: Actor,
    now: datetime,
    is_one_off: bool = False,
    notice_days: int | None = None,
    order_id: int | None = None,
) -> DebitMandate:
    """CGV II.2.b: write a mandate to sign, with its unique reference (RUM) and our ICS.

    `notice_days` is the notice agreed instead of the scheme's. Raises MandateError for an IBAN
    that does not stand, no ICS, or a mandate already proposed or in use.
    """
    company = Company.objects.select_for_update().get(pk=company_id)
    rank = DebitMandate.objects.filter(company=company).count() + 1
    values = {
        "company": company,
        "order_id": order_id,
        "reference": mandate_reference(company=company.reference, rank=rank),
        "creditor_identifier": _creditor_identifier(),
        "debtor": " ".join(debtor.split())[:70],
        "iban": valid_iban(iban),
        "is_one_off": is_one_off,
        "notice_days": notice_days,
    }
    try:
        with transaction.atomic():
            mandate = DebitMandate.objects.create(
                **values, proposed_at=now, proposed_by_id=actor.id
            )
    except IntegrityError as clash:
        raise MandateError("Ce client a déjà un mandat : révoquez-le d’abord.") from clash
    _journal("debit_mandate.proposed", mandate, actor, now)
    return mandate


def _creditor_identifier() -> str:
    identifier = settings.SEPA_CREDITOR_IDENTIFIER
    if not is_creditor_identifier(identifier):
        raise MandateError("Aucun identifiant créancier SEPA (ICS) valable n’est réglé.")
    return str(identifier)


def valid_iban(text: str) -> str:
    """The IBAN without its blanks. Raises MandateError for no account of the SEPA zone."""
    iban = IBAN(text, allow_invalid=True)
    if not iban.is_valid or not iban.in_sepa_zone:
        raise MandateError(
            "Cet IBAN n’est pas celui d’un compte de la zone SEPA : recopiez-le du relevé"
            " d’identité bancaire."
        )
    return str(iban.compact)


@transaction.atomic
def sign_mandate(
    mandate_id: int, *, signed_on: date, signature: str, actor: Actor, now: datetime
) -> DebitMandate:
    """CGV II.2.b: the client signed the mandate, with its order form or alone.

    `signature` says what proves it. Raises MandateError.
    """
    proof = " ".join(signature.split())[:200]
    if not proof:
        raise MandateError("Dites ce qui prouve la signature du mandat.")
    mandate = _locked(mandate_id)
    if not paris_date(mandate.proposed_at) <= signed_on <= paris_date(now):
        raise MandateError("La date de signature ne tient pas.")
    facts = {"signed_on": signed_on, "signature": proof}
    return _move(mandate, MandateState.SIGNED, "debit_mandate.signed", actor, now, **facts)


@transaction.atomic
def activate_mandate(mandate_id: int, *, actor: Actor, now: datetime) -> DebitMandate:
    """CGV II.2.b: accounting checked the signed mandate; it may be debited from now on."""
    mandate = _locked(mandate_id)
    return _move(mandate, MandateState.ACTIVE, "debit_mandate.activated", actor, now)


@transaction.atomic
def revoke_mandate(mandate_id: int, *, actor: Actor, now: datetime) -> DebitMandate:
    """CGV II.2.b: the client takes its mandate back; what was announced and not sent is dropped."""
    mandate = _locked(mandate_id)
    ended = {"ended_on": paris_date(now)}
    _move(mandate, MandateState.REVOKED, "debit_mandate.revoked", actor, now, **ended)
    _drop_announced(mandate, now)
    return mandate


@transaction.atomic
def expire_if_unused(mandate: DebitMandate, *, now: datetime) -> bool:
    """CGV II.2.b: a mandate unused for 36 months is void; whether it is."""
    today = paris_date(now)
    used = mandate.last_used_on or mandate.signed_on
    if used is None or MandateState.EXPIRED not in MANDATE_TRANSITIONS[MandateState(mandate.state)]:
        return mandate.state == MandateState.EXPIRED
    key = "sepa_mandate_unused_months"
    months = value_on(key, today, law_of(key), int)
    if today < mandate_void_on(last_used_on=used, unused_months=months):
        return False
    locked = _locked(mandate.pk)
    _move(locked, MandateState.EXPIRED, "debit_mandate.expired", SCHEME, now, ended_on=today)
    _drop_announced(locked, now)
    mandate.refresh_from_db()
    return True


def _drop_announced(mandate: DebitMandate, now: datetime) -> None:
    announced = DirectDebit.objects.filter(mandate=mandate, state=DebitState.ANNOUNCED)
    announced.update(state=DebitState.CANCELLED, ended_on=paris_date(now))


def _locked(mandate_id: int) -> DebitMandate:
    return DebitMandate.objects.select_for_update().get(pk=mandate_id)


def _move(
    mandate: DebitMandate,
    new: MandateState,
    action: str,
    actor: Actor,
    now: datetime,
    **facts: Any,
) -> DebitMandate:
    """`mandate` is locked: nobody changes its state meanwhile."""
    old = MandateState(mandate.state)
    if new not in MANDATE_TRANSITIONS[old]:
        raise MandateError("L’état de ce mandat ne le permet plus.")
    DebitMandate.objects.filter(pk=mandate.pk, state=old).update(state=new, **facts)
    mandate.refresh_from_db()
    _journal(action, mandate, actor, now)
    return mandate


def _journal(action: str, mandate: DebitMandate, actor: Actor, now: datetime) -> None:
    record(
        action=action,
        actor=actor,
        company_id=mandate.company_id,
        subject=f"debit_mandate:{mandate.pk}",
        at=now,
        after={"state": mandate.state, "reference": mandate.reference},
    )
