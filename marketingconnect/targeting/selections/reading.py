"""Read the rows and keys of a frozen selection."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from marketingconnect import storage
from marketingconnect.base.index import ReleaseIndex
from marketingconnect.base.index.masks import bitmap_of_ordered_rows
from marketingconnect.targeting.selections.models import Selection


def rows_of_selection(selection: Selection) -> NDArray[np.uint32]:
    """The rows of the selection in its release, in order."""
    with storage.open(selection.rows_path) as stream:
        rows: NDArray[np.uint32] = np.frombuffer(stream.read(), dtype="<u4")
    return rows


def keys_of_selection(selection_id: int) -> NDArray[np.int64]:
    """The record keys of a selection, in the order of its rows."""
    path = Selection.objects.values_list("keys_path", flat=True).get(pk=selection_id)
    with storage.open(path) as stream:
        keys: NDArray[np.int64] = np.frombuffer(stream.read(), dtype="<i8")
    return keys


def rows_in(index: ReleaseIndex, selection_id: int) -> BitMap:
    """The rows of a selection in a release: its own as they are, another's by their keys."""
    frozen = Selection.objects.select_related("release").get(pk=selection_id)
    if frozen.release.name == index.name:
        return bitmap_of_ordered_rows(rows_of_selection(frozen))
    return index.rows_with_keys(keys_of_selection(selection_id))


def selection_of(order_reference: str) -> Selection | None:
    """What was frozen under this reference."""
    return Selection.objects.filter(order_reference=order_reference).first()


def releases_of_selections() -> Collection[int]:
    """Ids of the releases that selections were frozen from: kept as long as they are."""
    return set(Selection.objects.values_list("release_id", flat=True).distinct())
