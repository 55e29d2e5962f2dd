"""The register of deliveries that tracing compares with: opened before the files, sealed after."""

import secrets
from datetime import datetime

from django.db import transaction

from marketingconnect import storage
from marketingconnect.offers.list_rental.delivery_files.fingerprint import SECRET_BYTES
from marketingconnect.offers.list_rental.delivery_files.keys import newest_version
from marketingconnect.offers.list_rental.delivery_files.spec import DeliverySpec, Prepared
from marketingconnect.offers.list_rental.errors import RentalError
from marketingconnect.offers.list_rental.models import DeliveryTrace

_KEY_BYTES = 8


class AlreadyPreparedError(RentalError):
    """The files of this delivery exist and are sealed: they never change."""


@transaction.atomic
def open_trace(spec: DeliverySpec, *, now: datetime) -> DeliveryTrace:
    """The secret of a delivery, drawn once: a second run goes on with the same.

    Raises AlreadyPreparedError once the delivery is sealed.
    """
    trace, _ = DeliveryTrace.objects.get_or_create(
        delivery=spec.delivery,
        defaults={
            "label": spec.label,
            "population": spec.population,
            "secret": secrets.token_bytes(SECRET_BYTES),
            "key_version": newest_version(),
            "opened_at": now,
        },
    )
    if trace.prepared_at is not None:
        raise AlreadyPreparedError("Cette livraison est déjà faite : ses fichiers ne changent pas.")
    return trace


@transaction.atomic
def seal_delivery(prepared: Prepared, *, now: datetime) -> None:
    """CGV CL.2, CL.3: from now on the files are those of the delivery, and can be traced.

    Goes in the transaction that makes them available. Raises AlreadyPreparedError.
    """
    sealed = DeliveryTrace.objects.filter(
        delivery=prepared.delivery, prepared_at__isnull=True
    ).update(
        rows=prepared.quantity + prepared.traps,
        fingerprint_path=prepared.fingerprint.path,
        fingerprint_sha256=prepared.fingerprint.sha256,
        prepared_at=now,
    )
    if not sealed:
        raise AlreadyPreparedError("Cette livraison est déjà faite : ses fichiers ne changent pas.")


def record_key_at(keys_path: str, row: int) -> int | None:
    """The record key of a row, counted from 1 as references are; None for a trap.

    Raises LookupError for a row that the delivery does not have.
    """
    with storage.open(keys_path) as stream:
        stream.seek(max(row - 1, 0) * _KEY_BYTES)
        found = stream.read(_KEY_BYTES) if row > 0 else b""
    if len(found) != _KEY_BYTES:
        raise LookupError(f"row {row}")
    key = int.from_bytes(found, "little", signed=True)
    return None if key < 0 else key
