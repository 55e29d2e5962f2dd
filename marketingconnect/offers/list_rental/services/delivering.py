"""Have files made, publish them all at once, hand them over with their licence (CGV CL.3)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from marketingconnect.audit.actors import Actor
from marketingconnect.clock import paris_date
from marketingconnect.jobs import job
from marketingconnect.offers.contract import OrderFacts
from marketingconnect.offers.list_rental.errors import RentalError
from marketingconnect.offers.list_rental.models import (
    Delivery,
    DeliveryFile,
    Download,
    Licence,
    ListRental,
)
from marketingconnect.offers.list_rental.queries import licence_of, missing_for
from marketingconnect.offers.list_rental.rules.delivering import (
    download_refusal,
    re_delivery_refusal,
)
from marketingconnect.offers.list_rental.services.rows import (
    LAUNCHER,
    journal,
    locked,
    move,
    move_delivery,
)
from marketingconnect.offers.list_rental.states import DeliveryState, RentalState
from marketingconnect.offers.list_rental.vocabulary import DeliveryKind

PREPARE = "offers.list_rental.prepare"


@transaction.atomic
def launch_rental(rental_id: int, *, facts: OrderFacts, now: datetime) -> Delivery:
    """CGV CL.3, CL.7: nothing is missing: have the files of the first delivery made, once.

    Everything is looked at again here, under lock. Raises RentalError when something is missing
    after all.
    """
    rental = locked(rental_id)
    if first := rental.deliveries.filter(kind=DeliveryKind.FIRST).first():
        return first
    missing = missing_for(
        rental, quantity=facts.quantity, payment_validated_on=facts.payment_validated_on
    )
    if missing or rental.state != RentalState.FROZEN or rental.selection_id is None:
        raise RentalError(" ".join(one.sentence for one in missing) or "Rien n’est arrêté.")
    move(rental, RentalState.PREPARING, "rental.preparing", actor=LAUNCHER, now=now)
    return start_delivery(
        rental,
        kind=DeliveryKind.FIRST,
        selection_id=rental.selection_id,
        quantity=facts.quantity,
        actor=LAUNCHER,
        now=now,
    )


@transaction.atomic
def start_delivery(
    rental: ListRental,
    *,
    kind: DeliveryKind,
    selection_id: int | None,
    quantity: int,
    actor: Actor,
    now: datetime,
    cause: str = "",
    replaces: Delivery | None = None,
) -> Delivery:
    """CGV CL.3: one more delivery, to be made by a job; once a `cause`. The rental is locked."""
    if cause and (existing := Delivery.objects.filter(cause=cause).first()):
        return existing
    latest = rental.deliveries.aggregate(latest=Max("number"))["latest"] or 0
    delivery = Delivery.objects.create(
        rental=rental,
        number=latest + 1,
        reference=f"LC-{rental.pk:06d}-{latest + 1}",
        kind=kind,
        cause=cause,
        replaces=replaces,
        selection_id=selection_id,
        has_phones=rental.has_phones,
        asked_quantity=quantity,
        started_at=now,
    )
    after = {"delivery": delivery.reference, "kind": kind, "quantity": quantity, "cause": cause}
    journal("rental.delivery_started", rental, actor=actor, now=now, after=after)
    job(PREPARE, queue="rentals", lock=f"delivery:{delivery.pk}").defer(delivery_id=delivery.pk)
    return delivery


@transaction.atomic
def ask_re_delivery(delivery_id: int, *, actor: Actor, now: datetime) -> Delivery:
    """CGV CL.6: check a file of phones again, free of charge, from its last day of use on.

    Asked twice, it is made once. Raises RentalError with the article.
    """
    rental_id = Delivery.objects.values_list("rental_id", flat=True).get(pk=delivery_id)
    rental = locked(rental_id)
    delivery = Delivery.objects.get(pk=delivery_id)
    refusal = re_delivery_refusal(
        state=DeliveryState(delivery.state),
        use_by=delivery.use_by,
        has_phones=delivery.has_phones,
        today=paris_date(now),
    )
    if refusal is not None:
        raise RentalError(refusal.sentence, article=refusal.article)
    must_be_running(rental)
    return start_delivery(
        rental,
        kind=DeliveryKind.RE_DELIVERY,
        selection_id=delivery.selection_id,
        quantity=delivery.asked_quantity,
        actor=actor,
        now=now,
        cause=f"re_delivery:{delivery.pk}",
        replaces=delivery,
    )


@transaction.atomic
def download_file(
    file_id: int,
    *,
    accepted: str,
    user_id: int,
    actor: Actor,
    ip_address: str | None,
    now: datetime,
) -> Download:
    """CGV CL.1, CL.3: hand a file over to who accepted its licence; each download is recorded.

    `accepted` is the fingerprint of the licence shown. Raises RentalError with the article.
    """
    file = DeliveryFile.objects.get(pk=file_id)
    delivery = Delivery.objects.select_for_update().get(pk=file.delivery_id)
    licence = licence_of(delivery)
    must_be_running(delivery.rental)
    refusal = download_refusal(
        state=DeliveryState(delivery.state),
        accepted=accepted,
        licence=licence.sha256,
        use_by=delivery.use_by,
        today=paris_date(now),
    )
    if refusal is not None:
        raise RentalError(refusal.sentence, article=refusal.article)
    download = Download.objects.create(
        file=file, user_id=user_id, at=now, licence=licence, ip_address=ip_address
    )
    _note_download(delivery, download, actor, now)
    return download


def _note_download(delivery: Delivery, download: Download, actor: Actor, now: datetime) -> None:
    """The first one moves the delivery on; the journal has every one."""
    if delivery.state == DeliveryState.AVAILABLE:
        move_delivery(
            delivery,
            DeliveryState.DOWNLOADED,
            "rental.first_downloaded",
            actor=actor,
            now=now,
            downloaded_at=now,
        )
    file = download.file
    after = {
        "delivery": delivery.reference,
        "file": file.name,
        "format": file.format,
        "sha256": file.sha256,
        "licence": download.licence.sha256,
    }
    journal("rental.downloaded", delivery.rental, actor=actor, now=now, after=after)


def must_be_running(rental: ListRental) -> None:
    """Nothing is handed over while a rental is suspended, nor once it is cancelled."""
    if rental.state == RentalState.SUSPENDED:
        raise RentalError(
            "Cette location est suspendue : notre équipe vous a écrit pourquoi.", article="CL.2"
        )
    if rental.state == RentalState.CANCELLED:
        raise RentalError("Cette location est annulée.", article="CL.2")


def issue_licence(delivery: Delivery, sentences: list[str], sha256: str, now: datetime) -> Licence:
    """CGV CL.1: the next version of a delivery's licence, kept word for word."""
    rental = delivery.rental
    latest = delivery.licences.aggregate(latest=Max("version"))["latest"] or 0
    return Licence.objects.create(
        delivery=delivery,
        version=latest + 1,
        sentences=sentences,
        sha256=sha256,
        uses=rental.uses,
        times=rental.times,
        subcontractors=[
            {"name": one.name, "siret": one.siret, "role": one.role}
            for one in rental.subcontractors.filter(withdrawn_at__isnull=True)
        ],
        issued_at=now,
    )
