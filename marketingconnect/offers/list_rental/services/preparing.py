"""Make the files of a delivery, one worker at a time, and publish them all at once."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from marketingconnect.base.vocabulary import Population
from marketingconnect.clock import paris_date
from marketingconnect.offers.list_rental.delivery_files.columns import PHONE
from marketingconnect.offers.list_rental.delivery_files.preparing import prepare_delivery_files
from marketingconnect.offers.list_rental.delivery_files.register import seal_delivery
from marketingconnect.offers.list_rental.delivery_files.spec import (
    DeliverySpec,
    LicenceText,
    Prepared,
    Source,
)
from marketingconnect.offers.list_rental.manifest import manifest_of
from marketingconnect.offers.list_rental.models import Delivery, DeliveryFile
from marketingconnect.offers.list_rental.notices import tell_delivery_is_available
from marketingconnect.offers.list_rental.queries import licence_text
from marketingconnect.offers.list_rental.rules.delivering import licence_hash
from marketingconnect.offers.list_rental.services.delivering import issue_licence
from marketingconnect.offers.list_rental.services.rows import (
    LAUNCHER,
    locked,
    move,
    move_delivery,
)
from marketingconnect.offers.list_rental.states import DeliveryState, RentalState
from marketingconnect.targeting.context import ChannelRight
from marketingconnect.targeting.files.batches import Batch
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.queries import law

_LOCKS: Final = 4_213
"""Class of our advisory locks, beside the number of the delivery."""


def make_files(
    delivery: Delivery,
    batches: Iterable[Batch],
    *,
    sources: Iterable[Source],
    phone_right: ChannelRight,
    now: datetime,
) -> Prepared:
    """CGV CL.3: write the files of a delivery from rows of the base; nothing shows yet."""
    rental = delivery.rental
    criteria = rental.criteria or {}
    spec = DeliverySpec(
        delivery=delivery.pk,
        reference=delivery.reference,
        label=f"{delivery.reference}, {rental.company.legal_name}"[:200],
        population=Population(criteria["population"]),
        options=options_of(delivery),
        sources=list(sources),
        checked_on=paris_date(now),
        licence=_licence(delivery),
        terms=TermsParameters.from_json(rental.terms),
        law=law(),
        phone_right=phone_right,
    )
    return prepare_delivery_files(spec, batches, now=now)


def options_of(delivery: Delivery) -> tuple[str, ...]:
    """The enrichment columns, and the number where calling is a designated use."""
    phone = (PHONE,) if delivery.has_phones else ()
    return (*delivery.rental.columns, *phone)


def _licence(delivery: Delivery) -> LicenceText:
    return lambda quantity, use_by: licence_text(delivery, quantity=quantity, use_by=use_by)[0]


@transaction.atomic
def publish_delivery(delivery_id: int, prepared: Prepared, *, release: str, now: datetime) -> bool:
    """CGV CL.3: make the files available, all at once: this is the delivery.

    False when it was published meanwhile, withdrawn, or its rental is suspended: what was written
    is then nobody's, and the next run begins by removing it.
    """
    rental_id = Delivery.objects.values_list("rental_id", flat=True).get(pk=delivery_id)
    rental = locked(rental_id)
    delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
    waits = rental.state in {RentalState.PREPARING, RentalState.DELIVERED}
    if delivery.state != DeliveryState.PREPARING or not waits:
        return False
    seal_delivery(prepared, now=now)
    _keep_files(delivery, prepared)
    sentences = list(prepared.licence)
    issue_licence(delivery, sentences, licence_hash(sentences), now)
    facts = _facts(delivery, prepared, release, now)
    told = {name: value for name, value in facts.items() if name != "manifest"}
    move_delivery(
        delivery,
        DeliveryState.AVAILABLE,
        "rental.available",
        actor=LAUNCHER,
        now=now,
        told=told,
        **facts,
    )
    _follow(delivery, now)
    tell_delivery_is_available(delivery, at=now)
    return True


def _keep_files(delivery: Delivery, prepared: Prepared) -> None:
    DeliveryFile.objects.bulk_create(
        DeliveryFile(
            delivery=delivery,
            format=file.format,
            name=file.name,
            path=file.stored.path,
            size=file.stored.size,
            sha256=file.stored.sha256,
            rows=file.rows,
        )
        for file in prepared.files
    )


def _facts(delivery: Delivery, prepared: Prepared, release: str, now: datetime) -> dict[str, Any]:
    manifest, digest = manifest_of(delivery, prepared, release=release, checked_on=paris_date(now))
    return {
        "release": release,
        "quantity": prepared.quantity,
        "traps": prepared.traps,
        "phones": prepared.phones,
        "use_by": prepared.use_by,
        "checked_on": paris_date(now),
        "keys_path": prepared.keys.path,
        "keys_sha256": prepared.keys.sha256,
        "manifest": manifest,
        "manifest_sha256": digest,
        "available_at": now,
        "failure": "",
    }


def _follow(delivery: Delivery, now: datetime) -> None:
    """The rental is delivered; what this delivery replaces is no longer given."""
    rental = delivery.rental
    if rental.state == RentalState.PREPARING:
        move(rental, RentalState.DELIVERED, "rental.delivered", actor=LAUNCHER, now=now)
    if delivery.replaces is not None:
        move_delivery(
            delivery.replaces,
            DeliveryState.RE_DELIVERED,
            "rental.re_delivered",
            actor=LAUNCHER,
            now=now,
        )


@transaction.atomic
def note_failure(delivery_id: int, sentence: str) -> None:
    """Why the files cannot be made yet, for staff; the next run tries again."""
    waiting = Delivery.objects.filter(pk=delivery_id, state=DeliveryState.PREPARING)
    waiting.update(failure=sentence[:300])


@contextmanager
def alone_with(delivery_id: int) -> Iterator[bool]:
    """Whether nobody else makes this delivery; the lock dies with the process that holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCKS, delivery_id])
        (is_alone,) = cursor.fetchone() or (False,)
    try:
        yield bool(is_alone)
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCKS, delivery_id])
