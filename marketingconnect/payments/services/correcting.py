"""Another account on a mandate that nobody signed yet, at its client's request (CGV II.2.b)."""

from datetime import datetime

from django.db import transaction

from marketingconnect.accounts.models import Company
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.orders.models import Order
from marketingconnect.payments.errors import MandateError
from marketingconnect.payments.models import DebitMandate
from marketingconnect.payments.services.mandates import propose_mandate, valid_iban
from marketingconnect.payments.services.signing import propose_documents
from marketingconnect.payments.states import MandateState
from marketingconnect.signature.errors import NotTheSignerError
from marketingconnect.signature.events import Visitor
from marketingconnect.signature.models import SignatureRequest
from marketingconnect.signature.queries import may_be_withdrawn
from marketingconnect.signature.states import OPEN, DocumentKind

_SIGNED = "Ce mandat n’attend plus sa signature : révoquez-le, puis proposez-en un autre."
_UNDER_WAY = "La signature de ce mandat est en cours : attendez qu’elle aboutisse ou échoue."
_THE_SAME = "Ce mandat désigne déjà ce compte et ce titulaire."


@transaction.atomic
def correct_mandate(
    mandate_id: int, *, iban: str, debtor: str, asked: str, visitor: Visitor, now: datetime
) -> DebitMandate:
    """CGV II.2.b: write a mandate anew for another account, and offer it to the same signer.

    A mandate is one text: the one proposed before is kept as it was, ended, and the new one has
    its own reference. `asked` says how the client asked. Raises MandateError for one that is
    signed, being signed or ended, an account that does not stand, or nothing to change.
    """
    words = " ".join(asked.split())[:300]
    if not words:
        raise MandateError("Dites comment le client a demandé cette correction.")
    before = DebitMandate.objects.get(pk=mandate_id)
    # Orders first, then the company: as whoever proposes documents.
    offered = _offered(before)
    list(Order.objects.select_for_update().filter(pk__in=[one.order_id for one in offered]))
    Company.objects.select_for_update().get(pk=before.company_id)
    before = DebitMandate.objects.select_for_update().get(pk=mandate_id)
    _must_be_correctable(before, _offered(before, hold=True), iban=iban, debtor=debtor)
    after = _replaced(before, iban=iban, debtor=debtor, visitor=visitor, now=now)
    _journal(before, after, words, visitor, now)
    _offer_again(offered, visitor, now)
    return after


def _offered(mandate: DebitMandate, *, hold: bool = False) -> list[SignatureRequest]:
    """The documents that wait for a signature under this mandate; held, they cannot be signed."""
    waiting = SignatureRequest.objects.filter(
        company_id=mandate.company_id,
        kind=DocumentKind.MANDATE,
        subject=mandate.reference,
        state__in=OPEN,
    )
    return list((waiting.select_for_update() if hold else waiting).order_by("order_id"))


def _must_be_correctable(
    mandate: DebitMandate, offered: list[SignatureRequest], *, iban: str, debtor: str
) -> None:
    if mandate.state != MandateState.PROPOSED:
        raise MandateError(_SIGNED)
    if not all(may_be_withdrawn(one) for one in offered):
        raise MandateError(_UNDER_WAY)
    holder = " ".join(debtor.split())[:70]
    if not holder:
        raise MandateError("Indiquez le titulaire du compte.")
    if (valid_iban(iban), holder) == (mandate.iban, mandate.debtor):
        raise MandateError(_THE_SAME)


def _replaced(
    before: DebitMandate, *, iban: str, debtor: str, visitor: Visitor, now: datetime
) -> DebitMandate:
    """One lives at a time: the old one ends first."""
    DebitMandate.objects.filter(pk=before.pk, state=MandateState.PROPOSED).update(
        state=MandateState.REVOKED, ended_on=paris_date(now)
    )
    after = propose_mandate(
        before.company_id,
        iban=iban,
        debtor=debtor,
        actor=visitor.actor,
        now=now,
        is_one_off=before.is_one_off,
        notice_days=before.notice_days,
        order_id=before.order_id,
    )
    DebitMandate.objects.filter(pk=after.pk).update(replaces=before)
    after.refresh_from_db()
    return after


def _offer_again(offered: list[SignatureRequest], visitor: Visitor, now: datetime) -> None:
    """To the person it was offered to; who may sign no more leaves it to the signing page."""
    for one in offered:
        try:
            with transaction.atomic():
                propose_documents(one.order_id, signer_id=one.signer_id, visitor=visitor, now=now)
        except NotTheSignerError:
            continue


def _journal(
    before: DebitMandate, after: DebitMandate, asked: str, visitor: Visitor, now: datetime
) -> None:
    record(
        action="debit_mandate.corrected",
        actor=visitor.actor,
        company_id=before.company_id,
        subject=f"debit_mandate:{before.pk}",
        at=now,
        before={"state": MandateState.PROPOSED.value, "reference": before.reference},
        after={
            "state": MandateState.REVOKED.value,
            "replaced_by": after.reference,
            "asked": asked,
        },
    )
