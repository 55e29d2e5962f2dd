"""From a frozen selection to published files: the rows as they may leave at that moment."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from marketingconnect import storage
from marketingconnect.base.vocabulary import Channel, Population
from marketingconnect.clock import paris_date
from marketingconnect.offers.list_rental.delivery_files.columns import needed_columns
from marketingconnect.offers.list_rental.delivery_files.spec import Source
from marketingconnect.offers.list_rental.errors import RentalError
from marketingconnect.offers.list_rental.models import Delivery
from marketingconnect.offers.list_rental.services.preparing import (
    alone_with,
    make_files,
    note_failure,
    options_of,
    publish_delivery,
)
from marketingconnect.offers.list_rental.states import DeliveryState, RentalState
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.extraction import extract_selection
from marketingconnect.targeting.models import Selection
from marketingconnect.targeting.services import FreezeError, freeze_selection

_WORKED_ON = {RentalState.PREPARING, RentalState.DELIVERED}


def prepare_delivery(delivery_id: int, *, now: datetime) -> bool:
    """CGV CL.2, CL.3, CL.6: make the files of a delivery and publish them, once.

    Of two workers one does it and the other leaves it. A process killed at any moment leaves
    nothing to see, and the next run gives the same files. What cannot be made is noted for staff
    and tried again. False when nothing was published.
    """
    with alone_with(delivery_id) as is_alone:
        if not is_alone:
            return False
        delivery = Delivery.objects.select_related("rental__company", "selection__release").get(
            pk=delivery_id
        )
        if delivery.state != DeliveryState.PREPARING:
            _remove_what_is_left(delivery)
            return False
        if delivery.rental.state not in _WORKED_ON:
            return False
        try:
            return _make(delivery, now)
        except (RentalError, FreezeError) as error:
            note_failure(delivery_id, str(error))
            return False


def _make(delivery: Delivery, now: datetime) -> bool:
    selection = _selection(delivery, now)
    population = Population(selection.population)
    columns = needed_columns(population, options_of(delivery))
    extraction = extract_selection(selection, columns, on=paris_date(now))
    prepared = make_files(
        delivery,
        extraction.batches(),
        sources=sources_of(selection),
        phone_right=extraction.rights[Channel.PHONE],
        now=now,
    )
    release = selection.release.name
    published = publish_delivery(delivery.pk, prepared, release=release, now=now)
    if not published:
        delivery.refresh_from_db()
        _remove_what_is_left(delivery)
    return published


def _selection(delivery: Delivery, now: datetime) -> Selection:
    """The rows of the order; for a top-up or a replacement, others of the same criteria.

    CGV CL.9: no address of an earlier delivery of this client is among them.
    """
    if delivery.selection is not None:
        return delivery.selection
    criteria = Criteria.from_json(delivery.rental.criteria)
    selection = freeze_selection(
        replace(criteria, exclude=replace(criteria.exclude, earlier_deliveries=True), sample=None),
        company_id=delivery.rental.company_id,
        order_reference=delivery.reference,
        quantity=delivery.asked_quantity,
        now=now,
    )
    Delivery.objects.filter(pk=delivery.pk, selection=None).update(selection=selection)
    return selection


def sources_of(selection: Selection) -> Iterator[Source]:
    """Where the rows of the release come from, as its manifest says."""
    for source in selection.release.manifest.get("sources", ()):
        as_of = date.fromisoformat(source["delivered_on"])
        yield Source(source["name"], as_of, source["licence"])


def _remove_what_is_left(delivery: Delivery) -> None:
    """Files of a delivery that was withdrawn before they were published."""
    if delivery.state == DeliveryState.WITHDRAWN and delivery.available_at is None:
        storage.discard(f"rentals/d{delivery.pk}")
