"""Arrest the rows of an order (CGV CL.4)."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import numpy as np
from django.db import IntegrityError, transaction
from numpy.typing import NDArray

from marketingconnect import storage
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.base.index.masks import rows_of
from marketingconnect.clock import paris_date
from marketingconnect.targeting.context import CountContext
from marketingconnect.targeting.criteria import Criteria, Group, Population
from marketingconnect.targeting.desk import office
from marketingconnect.targeting.desk.office import Opened
from marketingconnect.targeting.engine.draw import smallest
from marketingconnect.targeting.models import Selection
from marketingconnect.targeting.own_lists import opposed_by_own_list
from marketingconnect.targeting.selections.reading import selection_of

Rows = NDArray[np.uint32]
FREEZER: Final = Actor.system("freezing")
_PIECE: Final = 1 << 20
_SEED_BITS: Final = 31


class FreezeError(Exception):
    """Nothing can be arrested; the message is for a person."""


def freeze_selection(
    criteria: Criteria,
    *,
    company_id: int | None,
    order_reference: str,
    quantity: int,
    now: datetime,
) -> Selection:
    """CGV CL.4: arrest `quantity` rows of these criteria, or all when there are fewer.

    The same reference gives the same selection, whatever is asked with it. Everything is computed
    and on the disk before one row of the database makes it true: a process killed before that
    leaves nothing that counts, and a second one beside it finds the first one's selection. Raises
    DeskError, InvalidCriteriaError, and FreezeError when nobody is left.
    """
    if known := selection_of(order_reference):
        return known
    opened = office().opened(criteria.population)
    context = opened.live.context(criteria, company_id=company_id, on=paris_date(now))
    found = opened.engine.rows(criteria, context)
    seed = draw_seed(criteria, order_reference)
    rows = _drawn(opened, found, quantity, seed, criteria=criteria, company_id=company_id)
    if not len(rows):
        raise FreezeError("Plus personne ne répond à ce ciblage : élargissez-le.")
    selection = Selection(
        order_reference=order_reference,
        company_id=company_id,
        criteria=criteria.to_json(),
        fingerprint=criteria.fingerprint(),
        context=context_summary(context, criteria),
        available=len(found),
        seed=seed,
        frozen_at=now,
        **_kept(opened, rows),
    )
    return _arrested_once(selection, now)


def _drawn(
    opened: Opened,
    found: Rows,
    quantity: int,
    seed: int,
    *,
    criteria: Criteria,
    company_id: int | None,
) -> Rows:
    """CGV B.5: the rows drawn; whom the client's own list opposes is replaced by the next."""
    while True:
        rows = smallest(found, quantity, seed)
        opposed = opposed_by_own_list(opened, rows, channel=criteria.channel, company_id=company_id)
        if not opposed:
            return rows
        found = np.setdiff1d(found, rows_of(opposed), assume_unique=True)


def _arrested_once(selection: Selection, now: datetime) -> Selection:
    """This selection, or the one that another process arrested meanwhile."""
    try:
        _arrest(selection, now)
    except IntegrityError:
        storage.delete(selection.rows_path)
        storage.delete(selection.keys_path)
        if known := selection_of(selection.order_reference):
            return known
        raise
    return selection


def _kept(opened: Opened, rows: NDArray[np.uint32]) -> dict[str, Any]:
    """Write rows and keys to the disk; the fields that say where, and what they are of."""
    keys = opened.counter.index.keys_of(rows)
    stored_rows = storage.save("selections", "rows.bin", _pieces(rows.astype("<u4")))
    stored_keys = storage.save("selections", "keys.bin", _pieces(keys.astype("<i8")))
    return {
        "population": opened.ref.population.value,
        "release_id": opened.ref.id,
        "count": len(rows),
        "households": _households(opened, rows),
        "rows_path": stored_rows.path,
        "keys_path": stored_keys.path,
        "sha256": stored_keys.sha256,
    }


@transaction.atomic
def _arrest(selection: Selection, now: datetime) -> None:
    selection.save(force_insert=True)
    record(
        action="selection.frozen",
        actor=FREEZER,
        company_id=selection.company_id,
        subject=f"selection:{selection.pk}",
        at=now,
        after={
            "order_reference": selection.order_reference,
            "count": selection.count,
            "available": selection.available,
            "release": selection.release.name,
            "fingerprint": selection.fingerprint,
            "sha256": selection.sha256,
        },
    )


def draw_seed(criteria: Criteria, order_reference: str) -> int:
    """The seed that the client chose, else one of the order's own: it can be drawn again."""
    if criteria.sample is not None:
        return criteria.sample.seed
    digest = hashlib.sha256(f"freeze:{order_reference}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - _SEED_BITS)


def context_summary(context: CountContext, criteria: Criteria) -> dict[str, Any]:
    """What the count stood on, in numbers: kept with the selection as evidence."""
    channels = {
        channel.value: {
            "suppliers": sorted(state.right.suppliers),
            "oldest_day": state.right.oldest_day,
            "newest_day": state.right.newest_day,
            "opposed": len(state.opposed),
            "flagged": len(state.flagged),
        }
        for channel, state in context.channels.items()
    }
    excluded = {name: len(rows) for name, rows in context.excluded(criteria).items()}
    summary = {"channels": channels, "excluded": excluded}
    plain: dict[str, Any] = json.loads(json.dumps(summary))
    return plain


def _households(opened: Opened, rows: NDArray[np.uint32]) -> int | None:
    if opened.ref.population != Population.CONSUMERS:
        return None
    numbers = opened.counter.index.column(f"{Group.HOUSEHOLD.value}_no")[rows]
    return len(np.unique(numbers))


def _pieces(numbers: NDArray[Any]) -> Iterator[bytes]:
    for start in range(0, len(numbers), _PIECE):
        yield numbers[start : start + _PIECE].tobytes()
