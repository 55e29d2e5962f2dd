"""Files given back to the client: refused rows with their reasons, and the contacts themselves."""

import csv
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from django.db import connection, transaction

from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.quality.of_files import doubtful_addresses, in_words
from marketingconnect.contacts.queries.contacts import merge_labels_of, usable_contacts
from marketingconnect.contacts.rows import REFUSALS
from marketingconnect.kernel.spreadsheets import harmless

_FETCHED: Final = 2_000
BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it, Excel reads the accents of a CSV wrong."""


def refused_csv(file_id: int) -> Iterator[str]:
    """Lines of a CSV: line of the client's file, reason in French, the row as it was."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT line, reason, row FROM contacts_refusedrow WHERE file_id = %s ORDER BY line",
            [file_id],
        )
        rows: Iterable[tuple[int, str, str]] = iter(cursor.fetchone, None)
        yield from _csv(
            ["Ligne", "Motif du refus", "Votre ligne"],
            ([str(line), REFUSALS.get(reason, reason), row] for line, reason, row in rows),
        )


def contacts_csv(file_id: int) -> Iterator[str]:
    """Lines of a CSV of every contact taken, to give them back to the client (CGV B.5)."""
    labels = merge_labels_of(file_id)
    fields = [name for name in labels if name != "email"]
    yield from _csv(
        [labels["email"], *[labels[name] for name in fields]],
        (
            [email, *[values.get(name, "") for name in fields]]
            for _, email, values in usable_contacts(file_id)
        ),
    )


def doubtful_csv(file: ContactFile) -> Iterator[str]:
    """Lines of a CSV: the addresses to look at again, why, and what they may be (CGV B.5)."""
    rows = (
        [str(line), told.address, in_words(told), told.suggestion]
        for line, told in doubtful_addresses(file)
    )
    yield from _csv(["Ligne", "Adresse", "Remarque", "Peut-être"], rows)


class _Line:
    """A stream that hands back what is written."""

    def write(self, text: str) -> str:
        return text


def _csv(header: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    writer = csv.writer(_Line(), delimiter=";")
    write: Callable[[list[str]], str] = writer.writerow
    yield BYTE_ORDER_MARK + write([harmless(title) for title in header])
    for row in rows:
        yield write([harmless(cell) for cell in row])
