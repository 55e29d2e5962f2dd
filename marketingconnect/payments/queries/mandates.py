"""Direct-debit mandates as accounting keeps them (CGV II.2.b)."""

from collections.abc import Collection
from datetime import date

from django.db.models import Count, QuerySet

from marketingconnect.payments.models import DebitMandate, DirectDebit
from marketingconnect.payments.rules import mandate_void_on
from marketingconnect.payments.states import MANDATE_TRANSITIONS, MandateState
from marketingconnect.signature.models import SignatureRequest
from marketingconnect.signature.queries import documents_of
from marketingconnect.signature.states import DocumentKind, SignatureState
from marketingconnect.terms.law import value_on
from marketingconnect.terms.queries import law_of


def mandates_in(states: Collection[MandateState]) -> QuerySet[DebitMandate]:
    """Those in one of these states, the latest first."""
    rows = DebitMandate.objects.filter(state__in=states).select_related("company", "order")
    return rows.order_by("-pk")


def mandates_to_check() -> QuerySet[DebitMandate]:
    """Signed by their clients, not put in use yet; oldest first."""
    return mandates_in([MandateState.SIGNED]).order_by("pk")


def mandates_by_state() -> dict[str, int]:
    """How many there are in each state."""
    counted = DebitMandate.objects.order_by().values_list("state").annotate(count=Count("pk"))
    return dict(counted.values_list("state", "count"))


def debit_mandate_of(mandate_id: int) -> DebitMandate | None:
    """One mandate, whosever it is."""
    rows = DebitMandate.objects.select_related("company", "order", "proposed_by", "replaces")
    return rows.filter(pk=mandate_id).first()


def debits_of(mandate: DebitMandate) -> QuerySet[DirectDebit]:
    """What was announced under a mandate, the latest first."""
    rows = DirectDebit.objects.filter(mandate=mandate)
    return rows.select_related("order", "invoice", "file").order_by("-pk")


def void_on(mandate: DebitMandate, today: date) -> date | None:
    """CGV II.2.b: the day on which it would be void without another debit; None once ended."""
    used = mandate.last_used_on or mandate.signed_on
    if used is None or MandateState.EXPIRED not in MANDATE_TRANSITIONS[MandateState(mandate.state)]:
        return None
    key = "sepa_mandate_unused_months"
    return mandate_void_on(last_used_on=used, unused_months=value_on(key, today, law_of(key), int))


def signature_of(mandate: DebitMandate) -> SignatureRequest | None:
    """The electronic signature of a mandate, with its evidence; None for one signed on paper."""
    if mandate.order is None:
        return None
    signed = documents_of(mandate.order).filter(
        kind=DocumentKind.MANDATE, state=SignatureState.SIGNED
    )
    return signed.filter(title__contains=mandate.reference).last()
