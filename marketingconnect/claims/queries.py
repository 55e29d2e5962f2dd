"""Reads of settlements, returns and claims, for accounting and for the client."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from marketingconnect.claims.models import Claim, ReturnBatch, Settlement, UndeliverableMail
from marketingconnect.claims.rules.returns import return_deadline
from marketingconnect.claims.states import BatchState, ClaimState, MailState, SettlementState
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import first_invoice_of
from marketingconnect.offers.list_rental.models import Delivery, ListRental
from marketingconnect.offers.list_rental.states import RentalState
from marketingconnect.offers.list_rental.vocabulary import DeliveryKind
from marketingconnect.orders.models import OrderLine
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.queries import parameters_of


@dataclass(frozen=True)
class Sale:
    """The order line behind a rental, its invoice and the terms that bind it."""

    line: OrderLine
    invoice: Invoice | None
    terms: TermsParameters


@dataclass(frozen=True)
class ReturnsFigures:
    """What came back of a delivery."""

    accepted: int
    refused: int
    claimed: int
    """Accepted ones that a claim already took."""
    deadline: date | None

    @property
    def claimable(self) -> int:
        return self.accepted - self.claimed


def sale_of(rental: ListRental) -> Sale:
    """The sale of a rental, whatever its line became. Raises OrderLine.DoesNotExist."""
    line = (
        OrderLine.objects.filter(offer="list_rental", item_id=rental.pk)
        .select_related("order__terms", "order__company")
        .latest("pk")
    )
    return Sale(line, first_invoice_of(line.order), parameters_of(line.order.terms))


def rentals_to_settle() -> QuerySet[ListRental, int]:
    """Ids of the rentals delivered and not settled, and of those topped up since."""
    unsettled = ListRental.objects.filter(state=RentalState.DELIVERED, settlement__isnull=True)
    topping_up = ListRental.objects.filter(
        state=RentalState.DELIVERED,
        settlement__state=SettlementState.TOPPING_UP,
        deliveries__kind=DeliveryKind.TOP_UP,
        deliveries__available_at__isnull=False,
    )
    return (unsettled | topping_up).distinct().values_list("pk", flat=True)


def settlements_awaiting_a_decision() -> QuerySet[Settlement]:
    """Accounting's queue: quantities beyond the tolerance, oldest first."""
    return (
        Settlement.objects.filter(state=SettlementState.DECISION_AWAITED)
        .select_related("rental__company")
        .order_by("opened_at")
    )


def settlement_of(rental: ListRental) -> Settlement | None:
    """The settlement of a rental, once its first delivery is available."""
    return Settlement.objects.filter(rental=rental).select_related("document").first()


def delivered_on(delivery: Delivery) -> date | None:
    """The civil day a delivery was made available."""
    return paris_date(delivery.available_at) if delivery.available_at else None


def returns_of(delivery: Delivery) -> ReturnsFigures:
    """How many pieces of mail came back of a delivery, and until when they may."""
    mails = UndeliverableMail.objects.filter(delivery=delivery)
    counted = {row["state"]: row["n"] for row in mails.values("state").annotate(n=Count("pk"))}
    day = delivered_on(delivery)
    terms = sale_of(delivery.rental).terms
    return ReturnsFigures(
        accepted=counted.get(MailState.ACCEPTED, 0),
        refused=counted.get(MailState.REFUSED, 0),
        claimed=mails.filter(state=MailState.ACCEPTED, claim__isnull=False).count(),
        deadline=return_deadline(delivered_on=day, terms=terms) if day else None,
    )


def batches_of(company_id: int) -> QuerySet[ReturnBatch]:
    """The lists a company handed back, latest first."""
    return ReturnBatch.objects.filter(company_id=company_id).select_related("received_by")


def batch_of(company_id: int, batch_id: int) -> ReturnBatch:
    """One list of a company. Raises ReturnBatch.DoesNotExist for anybody else's."""
    return batches_of(company_id).get(pk=batch_id)


def batches_to_check() -> QuerySet[ReturnBatch, int]:
    """Ids of the lists that nobody checked yet, oldest first."""
    waiting = ReturnBatch.objects.filter(state=BatchState.RECEIVED)
    return waiting.order_by("pk").values_list("pk", flat=True)


def refused_mails(batch: ReturnBatch) -> QuerySet[UndeliverableMail]:
    """The refused lines of a list with their reason, in its order."""
    return batch.mails.filter(state=MailState.REFUSED)


def claims_of(company_id: int) -> QuerySet[Claim]:
    """A company's claims, latest first."""
    return Claim.objects.filter(company_id=company_id).select_related(
        "delivery__rental", "credit_note", "replacement"
    )


def claim_of(company_id: int, reference: str) -> Claim:
    """One claim of a company. Raises Claim.DoesNotExist for anybody else's."""
    return claims_of(company_id).get(reference=reference)


def claims_awaiting_a_decision() -> QuerySet[Claim]:
    """Accounting's queue of claims, oldest first."""
    return (
        Claim.objects.filter(
            state__in=[ClaimState.RECEIVED, ClaimState.ADMISSIBLE, ClaimState.CHECKED]
        )
        .select_related("company", "delivery__rental")
        .order_by("received_at")
    )
