"""Files given back to the client: refused rows with their reasons, and the contacts themselves."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from django.db import connection, transaction

from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.quality.of_files import doubtful_addresses, in_words
from marketingconnect.contacts.queries.contacts import merge_labels_of, usable_contacts
from marketingconnect.contacts.rows import REFUSALS
from marketingconnect.kernel.spreadsheets import csv_lines

_FETCHED: Final = 2_000


def refused_csv(file_id: int) -> Iterator[str]:
    """Lines of a CSV: line of the client's file, reason in French, the row as it was."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT line, reason, row FROM contacts_refusedrow WHERE file_id = %s ORDER BY line",
            [file_id],
        )
        rows: Iterable[tuple[int, str, str]] = iter(cursor.fetchone, None)
        told = ([str(line), REFUSALS.get(reason, reason), row] for line, reason, row in rows)
        yield from csv_lines(chain([["Ligne", "Motif du refus", "Votre ligne"]], told))


def contacts_csv(file_id: int) -> Iterator[str]:
    """Lines of a CSV of every contact taken, to give them back to the client (CGV B.5)."""
    labels = merge_labels_of(file_id)
    fields = [name for name in labels if name != "email"]
    titles = [labels["email"], *[labels[name] for name in fields]]
    rows = (
        [email, *[values.get(name, "") for name in fields]]
        for _, email, values in usable_contacts(file_id)
    )
    yield from csv_lines(chain([titles], rows))


def doubtful_csv(file: ContactFile) -> Iterator[str]:
    """Lines of a CSV: the addresses to look at again, why, and what they may be (CGV B.5)."""
    rows = (
        [str(line), told.address, in_words(told), told.suggestion]
        for line, told in doubtful_addresses(file)
    )
    yield from csv_lines(chain([["Ligne", "Adresse", "Remarque", "Peut-être"]], rows))
