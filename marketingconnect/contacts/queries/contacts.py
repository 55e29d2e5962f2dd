"""The contacts of a file, by the million and in order."""

import json
from collections.abc import Iterator
from typing import Any, TypeAlias

from django.db import connection

from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.states import ContactFileState
from marketingconnect.contacts.vocabulary import FIELD_LABELS, extra_label, key_of

UsableContact: TypeAlias = tuple[int, str, dict[str, str]]
"""Contact id, canonical e-mail, merge fields."""

_PAGE = 5_000


def usable_contacts(file_id: int, *, after_id: int = 0) -> Iterator[UsableContact]:
    """Every contact of an imported file in the order of ids, at most 5,000 read at a time.

    `after_id` goes on where another reading stopped. Oppositions are not taken out here: they
    are asked just before each send. A file that is not imported, or was deleted, has none.
    """
    bounds = (
        ContactFile.objects.filter(pk=file_id, state=ContactFileState.IMPORTED)
        .values_list("first_contact_id", "last_contact_id")
        .first()
    )
    if bounds is None or bounds[0] is None or bounds[1] is None:
        return
    for place in range(max(after_id, bounds[0] - 1), bounds[1], _PAGE):
        for contact_id, email, fields in _page(file_id, place, min(place + _PAGE, bounds[1])):
            yield contact_id, email, json.loads(fields)


def _page(file_id: int, place: int, last: int) -> list[tuple[Any, ...]]:
    # Both bounds make the primary key do the work of an index on (file, id). A LIMIT would not: the
    # planner thinks a file just imported small, reads the rest of it and sorts it each time. Nor
    # would the bare column: it would go through the index of the whole file for each page (+ 0).
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, email, fields::text FROM contacts_contact"
            " WHERE id > %s AND id <= %s AND file_id + 0 = %s ORDER BY id",
            [place, last, file_id],
        )
        return list(cursor.fetchall())


def contact_count(file_id: int) -> int:
    """Addresses that a file gives, oppositions included; 0 when it is not imported."""
    accepted = ContactFile.objects.filter(pk=file_id, state=ContactFileState.IMPORTED).values_list(
        "accepted", flat=True
    )
    return accepted.first() or 0


def merge_fields_of(file_id: int) -> list[str]:
    """Names under which a message may call this file's values, `email` included, in file order."""
    return list(merge_labels_of(file_id))


def merge_labels_of(file_id: int) -> dict[str, str]:
    """Merge field -> its name for people (« Prénom », or the client's own column title)."""
    mapping: dict[str, str] = ContactFile.objects.values_list("mapping", flat=True).get(pk=file_id)
    targets = [mapping[index] for index in sorted(mapping, key=int)]
    labels = {
        key_of(target): extra_label(target) or FIELD_LABELS[target]
        for target in targets
        if target != "mobile"
    }
    return dict(sorted(labels.items(), key=lambda item: item[0] != "email"))
