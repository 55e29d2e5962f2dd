"""Reads of rentals: lists, what is missing, where each stands, what may be downloaded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from django.db.models import Count, Min, QuerySet

from marketingconnect import storage
from marketingconnect.messages.states import ModerationState
from marketingconnect.offers.contract import Missing, Progress
from marketingconnect.offers.list_rental.models import (
    Amendment,
    Delivery,
    DeliveryFile,
    Licence,
    ListRental,
    MessageSample,
    Subcontractor,
)
from marketingconnect.offers.list_rental.rules.delivering import (
    LicenceFacts,
    licence_hash,
    licence_sentences,
)
from marketingconnect.offers.list_rental.rules.ordering import RentalFacts, missing_facts
from marketingconnect.offers.list_rental.states import (
    AmendmentState,
    DeliveryState,
    RentalState,
)
from marketingconnect.offers.list_rental.vocabulary import BILLED_KINDS, DeliveryKind

_PROGRESS = {
    RentalState.COMPOSING: "waiting",
    RentalState.ORDERED: "waiting",
    RentalState.FROZEN: "waiting",
    RentalState.SUSPENDED: "waiting",
    RentalState.PREPARING: "running",
    RentalState.DELIVERED: "done",
    RentalState.CANCELLED: "stopped",
}
_STAGES = {
    RentalState.COMPOSING: "En préparation",
    RentalState.ORDERED: "Commandée",
    RentalState.FROZEN: "Sélection arrêtée",
    RentalState.PREPARING: "Fichiers en cours d’écriture",
    RentalState.SUSPENDED: "Suspendue",
    RentalState.CANCELLED: "Annulée",
}
_DELIVERED_STAGES = {
    DeliveryState.PREPARING: "Nouvelle livraison en préparation",
    DeliveryState.AVAILABLE: "Fichier à télécharger",
    DeliveryState.DOWNLOADED: "Fichier téléchargé",
    DeliveryState.RE_DELIVERED: "Fichier vérifié de nouveau",
    DeliveryState.WITHDRAWN: "Fichier retiré",
}


@dataclass(frozen=True)
class SampleQueue:
    """How many samples wait for moderation, and since when."""

    count: int
    oldest_at: datetime | None


def rentals_of(company_id: int) -> QuerySet[ListRental]:
    """A company's rentals, the latest first; those abandoned before the order are left out."""
    return (
        ListRental.objects.filter(company_id=company_id)
        .exclude(state=RentalState.CANCELLED, order_reference="")
        .select_related("company", "created_by")
        .order_by("-pk")
    )


def rental_of(company_id: int, rental_id: int) -> ListRental:
    """One rental of this company. Raises ListRental.DoesNotExist for anybody else's."""
    return rentals_of(company_id).get(pk=rental_id)


def subcontractors_of(rental: ListRental) -> QuerySet[Subcontractor]:
    """The subcontractors declared today."""
    return rental.subcontractors.filter(withdrawn_at__isnull=True)


def sample_of(rental: ListRental) -> MessageSample | None:
    """The sample that counts."""
    return rental.samples.exclude(state=ModerationState.VOID).select_related("decided_by").first()


def missing_for(
    rental: ListRental, *, quantity: int | None, payment_validated_on: date | None
) -> list[Missing]:
    """What this rental waits for; nothing once its files are being made, or it is cancelled."""
    state = RentalState(rental.state)
    if state in {RentalState.PREPARING, RentalState.DELIVERED, RentalState.CANCELLED}:
        return []
    sample = sample_of(rental)
    return missing_facts(
        RentalFacts(
            state=state,
            counted=rental.counted,
            quantity=quantity,
            uses=rental.uses,
            times=rental.times,
            channel=(rental.criteria or {}).get("channel", ""),
            sample=sample.state if sample else "",
            payment_validated_on=payment_validated_on,
        )
    )


def progress_of(rental: ListRental) -> Progress:
    """Where the work stands, for the order."""
    return Progress(_PROGRESS[RentalState(rental.state)])


def stage_of(rental: ListRental) -> str:
    """Where a rental stands, in the client's words."""
    state = RentalState(rental.state)
    if state is not RentalState.DELIVERED:
        return _STAGES[state]
    latest = rental.deliveries.order_by("-number").first()
    return _DELIVERED_STAGES[DeliveryState(latest.state)] if latest else _STAGES[state]


def deliveries_of(rental: ListRental) -> QuerySet[Delivery]:
    """Every delivery with its files, the latest first."""
    return rental.deliveries.prefetch_related("files", "licences").order_by("-number")


def delivery_of(company_id: int, reference: str) -> Delivery:
    """One delivery of a company. Raises Delivery.DoesNotExist for anybody else's."""
    return Delivery.objects.select_related("rental__company").get(
        rental__company_id=company_id, reference=reference
    )


def file_of(company_id: int, file_id: int) -> DeliveryFile:
    """One file of a company. Raises DeliveryFile.DoesNotExist for anybody else's."""
    return DeliveryFile.objects.select_related("delivery__rental").get(
        delivery__rental__company_id=company_id, pk=file_id
    )


def licence_of(delivery: Delivery) -> Licence:
    """The licence in force of a delivery. Raises Licence.DoesNotExist before it is available."""
    return delivery.licences.latest("version")


def licence_text(
    delivery: Delivery, *, quantity: int, use_by: date | None
) -> tuple[list[str], str]:
    """CGV CL.1: the licence of a delivery as the rental stands, and its fingerprint."""
    rental = delivery.rental
    sentences = licence_sentences(
        LicenceFacts(
            reference=delivery.reference,
            order_reference=rental.order_reference,
            holder=rental.company.legal_name,
            siret=rental.company.siret,
            quantity=quantity,
            uses=rental.uses,
            times=rental.times,
            subcontractors=[(one.name, one.siret, one.role) for one in subcontractors_of(rental)],
            use_by=use_by,
        )
    )
    return sentences, licence_hash(sentences)


def delivered_quantity(rental: ListRental) -> int:
    """What was delivered under the order: the first delivery and its top-ups, traps not counted."""
    deliveries = rental.deliveries.filter(kind__in=BILLED_KINDS)
    made = deliveries.exclude(state__in=[DeliveryState.PREPARING, DeliveryState.WITHDRAWN])
    return sum(delivery.quantity or 0 for delivery in made)


def delivered_keys(delivery: Delivery, rows: Iterable[int]) -> dict[int, int]:
    """Row (from 1, as references count) -> record key, negative for a trap; no unknown row."""
    with storage.local_path(delivery.keys_path) as path:
        keys = np.fromfile(path, dtype="<i8")
    return {row: int(keys[row - 1]) for row in rows if 0 < row <= len(keys)}


def amendments_of(rental: ListRental) -> QuerySet[Amendment]:
    """Every amendment, the latest first."""
    return rental.amendments.select_related("proposed_by", "decided_by").order_by("-number")


def amendment_proposed(rental: ListRental) -> Amendment | None:
    """The amendment that waits for the client."""
    return rental.amendments.filter(state=AmendmentState.PROPOSED).first()


def sample_queue() -> SampleQueue:
    """The figures of moderation's queue of samples."""
    figures = _waiting_samples().aggregate(count=Count("pk"), oldest=Min("uploaded_at"))
    return SampleQueue(count=figures["count"], oldest_at=figures["oldest"])


def waiting_samples(*, limit: int = 50) -> list[MessageSample]:
    """Samples waiting for a decision, the oldest first."""
    waiting = _waiting_samples().select_related("rental__company", "uploaded_by")
    return list(waiting.order_by("uploaded_at", "pk")[:limit])


def _waiting_samples() -> QuerySet[MessageSample]:
    """What is worth reading: a rental abandoned since is not."""
    return MessageSample.objects.filter(state=ModerationState.WAITING).exclude(
        rental__state=RentalState.CANCELLED
    )


def rentals_in_trouble() -> QuerySet[ListRental]:
    """Paid rentals whose selection cannot be arrested: staff call the client."""
    return ListRental.objects.filter(state=RentalState.ORDERED).exclude(failure="")


def deliveries_in_trouble() -> QuerySet[Delivery]:
    """Deliveries whose files cannot be made, with the reason for staff."""
    return (
        Delivery.objects.filter(state=DeliveryState.PREPARING)
        .exclude(failure="")
        .select_related("rental__company")
    )


def rentals_to_freeze() -> QuerySet[ListRental, int]:
    """Ids of the paid rentals whose selection is not arrested yet."""
    return ListRental.objects.filter(
        state=RentalState.ORDERED, payment_validated_on__isnull=False
    ).values_list("pk", flat=True)


def deliveries_to_prepare() -> QuerySet[Delivery, int]:
    """Ids of the deliveries whose files are not made yet."""
    return Delivery.objects.filter(state=DeliveryState.PREPARING).values_list("pk", flat=True)


def first_delivery(rental: ListRental) -> Delivery | None:
    """The delivery that the order paid."""
    return rental.deliveries.filter(kind=DeliveryKind.FIRST).first()


def rental_ordered(order_reference: str) -> QuerySet[ListRental]:
    """The rentals that an order sold."""
    return ListRental.objects.filter(order_reference=order_reference)
