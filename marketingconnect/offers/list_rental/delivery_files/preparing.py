"""Make the files of a delivery: four formats, their notices, the traps, and the fingerprint.

The rows are read once and kept aside in files without a name; then each format is one pass. A run
killed anywhere leaves no more than files nobody knows of, which the next run removes first.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from django.conf import settings

from marketingconnect import storage
from marketingconnect.base.rules import use_by_date
from marketingconnect.base.schema import DAY_ZERO
from marketingconnect.offers.list_rental.delivery_files.columns import PHONE, needed_columns
from marketingconnect.offers.list_rental.delivery_files.fingerprint import (
    Fingerprint,
    Recogniser,
    Speller,
    drawn,
)
from marketingconnect.offers.list_rental.delivery_files.keys import master_key
from marketingconnect.offers.list_rental.delivery_files.notices import notice_paragraphs
from marketingconnect.offers.list_rental.delivery_files.packing import pack_all
from marketingconnect.offers.list_rental.delivery_files.register import open_trace
from marketingconnect.offers.list_rental.delivery_files.rules import may_show_phone, trap_count
from marketingconnect.offers.list_rental.delivery_files.shaping import Shaper
from marketingconnect.offers.list_rental.delivery_files.spec import DeliverySpec, Prepared
from marketingconnect.offers.list_rental.delivery_files.spool import Spool, spool
from marketingconnect.offers.list_rental.delivery_files.traps.placing import (
    Runs,
    place_of,
    with_traps,
)
from marketingconnect.offers.list_rental.delivery_files.traps.rows import trap_row
from marketingconnect.offers.list_rental.delivery_files.traps.services import reserve_traps
from marketingconnect.offers.list_rental.errors import RentalError
from marketingconnect.offers.list_rental.models import DeliveryTrace
from marketingconnect.targeting.context import ChannelRight
from marketingconnect.targeting.files.batches import Batch

_SAME_ADDRESS: Final = ("line4", "line5", "postal_code")


class EmptyDeliveryError(RentalError):
    """No row is left once what may not leave is taken out."""


def prepare_delivery_files(
    spec: DeliverySpec, batches: Iterable[Batch], *, now: datetime
) -> Prepared:
    """CGV CL.2, CL.3, CL.5, CL.6: write the files of a delivery and keep them, unseen.

    `batches` hold the `needed_columns`, in the order of the base. Nothing is delivered before
    `seal_delivery`; until then a second call begins again and gives the same bytes. One call at a
    time for a delivery: the caller holds its row. Raises RentalError.
    """
    columns = needed_columns(spec.population, spec.options)
    trace = open_trace(spec, now=now)
    prefix = f"rentals/d{spec.delivery}"
    storage.discard(prefix)
    folder = Path(settings.FILES_ROOT)
    with spool(columns, folder) as raw:
        seen = _Seen(spec)
        for batch in batches:
            raw.append(seen.look_at(batch))
        if not raw.rows:
            raise EmptyDeliveryError("Aucune adresse ne peut être livrée.", article="CL.6")
        shaper = _shaper(spec, trace, seen.use_by)
        with spool([column.name for column in shaper.columns], folder) as shaped:
            traps = _fill(shaped, shaper, raw, spec, trace, seen.runs)
            return _packed(spec, shaper, shaped, seen, traps=traps, prefix=prefix, folder=folder)


@dataclass(slots=True)
class _Seen:
    """What is learned of the rows as they pass; numbers that may not be shown are taken out."""

    spec: DeliverySpec
    runs: Runs = field(default_factory=Runs)
    phones: int = 0
    _oldest: int | None = None

    def look_at(self, batch: Batch) -> Batch:
        if PHONE in self.spec.options and len(batch):
            batch = self._with_lawful_phones(batch, self.spec.phone_right)
        self.runs.add(batch)
        return batch

    @property
    def use_by(self) -> date | None:
        """The last day of use of the numbers; None without a number."""
        if self._oldest is None:
            return None
        return use_by_date(
            checked_on=self.spec.checked_on,
            oldest_consent_on=DAY_ZERO + timedelta(days=self._oldest),
            population=self.spec.population,
            terms=self.spec.terms,
            law=self.spec.law,
        )

    def _with_lawful_phones(self, batch: Batch, right: ChannelRight) -> Batch:
        columns = batch.columns
        days = [int(day or 0) for day in columns["phone_on"]]
        shown = [
            bool(number)
            and may_show_phone(
                supplier=int(supplier or 0),
                collected_on=day,
                suppliers=right.suppliers,
                oldest=right.oldest_day,
                newest=right.newest_day,
            )
            for number, supplier, day in zip(
                columns[PHONE], columns["phone_supplier"], days, strict=True
            )
        ]
        kept = [day for day, is_shown in zip(days, shown, strict=True) if is_shown]
        self.phones += len(kept)
        if kept:
            self._oldest = min(kept) if self._oldest is None else min(*kept, self._oldest)
        numbers = [n if is_shown else "" for n, is_shown in zip(columns[PHONE], shown, strict=True)]
        return Batch({**columns, PHONE: numbers}, len(batch))


def _shaper(spec: DeliverySpec, trace: DeliveryTrace, use_by: date | None) -> Shaper:
    return Shaper(
        spec.population,
        spec.options,
        delivery=spec.delivery,
        recogniser=Recogniser(master_key(trace.key_version)),
        speller=Speller(bytes(trace.secret)),
        use_by=use_by.isoformat() if use_by else "",
    )


def _fill(
    shaped: Spool,
    shaper: Shaper,
    raw: Spool,
    spec: DeliverySpec,
    trace: DeliveryTrace,
    runs: Runs,
) -> int:
    """Shape every row, traps in their places among them; returns how many traps."""
    reserved = reserve_traps(
        trace,
        count=trap_count(raw.rows, spec.terms),
        communes=runs.communes,
        departements=runs.departements,
        on=spec.checked_on,
    )
    draw = drawn(bytes(trace.secret), "trap-place")
    traps: list[tuple[int, Callable[[dict[str, str]], dict[str, str]]]] = [
        (
            place_of(
                runs.runs,
                departement=variant.person.departement,
                commune=variant.person.commune,
                draw=draw(variant.rank),
            ),
            partial(trap_row, variant),
        )
        for variant in reserved
    ]
    for batch in with_traps(raw.batches(), traps, _SAME_ADDRESS):
        shaped.append(shaper.shape(batch))
    return len(reserved)


def _packed(
    spec: DeliverySpec,
    shaper: Shaper,
    shaped: Spool,
    seen: _Seen,
    *,
    traps: int,
    prefix: str,
    folder: Path,
) -> Prepared:
    quantity = shaped.rows - traps
    licence = tuple(spec.licence(quantity, seen.use_by))
    notice = notice_paragraphs(
        spec, shaper.columns, quantity=quantity, use_by=seen.use_by, licence=licence
    )
    return Prepared(
        delivery=spec.delivery,
        files=tuple(
            pack_all(
                shaped,
                shaper.columns,
                reference=spec.reference,
                notice=notice,
                prefix=prefix,
                folder=folder,
            )
        ),
        quantity=quantity,
        traps=traps,
        phones=seen.phones,
        use_by=seen.use_by,
        licence=licence,
        keys=storage.save(prefix, "keys.bin", _key_bytes(shaper.record_keys)),
        fingerprint=storage.save(
            prefix, "fingerprint.bin", Fingerprint.of(shaper.collected).chunks()
        ),
    )


def _key_bytes(record_keys: Sequence[int]) -> Iterator[bytes]:
    yield np.asarray(record_keys, dtype="<i8").tobytes()
