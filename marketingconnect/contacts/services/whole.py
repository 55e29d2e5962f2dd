"""One import from end to end, whatever happens on the way."""

from collections.abc import Callable
from datetime import datetime

from marketingconnect import storage
from marketingconnect.clock import paris_date
from marketingconnect.contacts.reading.spreadsheet import WorkbookError
from marketingconnect.contacts.services.chunks import ImportOvertakenError
from marketingconnect.contacts.services.importing import import_records
from marketingconnect.contacts.services.running import fail_import, finish_import
from marketingconnect.contacts.services.states import StaleFileError


def import_to_the_end(file_id: int, *, now: Callable[[], datetime]) -> None:
    """Import what is left of a file and close it, or say why it cannot be.

    A run that another one overtook, or that the client stopped, ends quietly. Trouble with the
    database goes up: the job is tried again and goes on from the last chunk.
    """
    try:
        if import_records(file_id):
            ended = now()
            finish_import(file_id, now=ended, today=paris_date(ended))
    except (ImportOvertakenError, StaleFileError):
        return
    except WorkbookError:
        fail_import(
            file_id,
            failure="Ce classeur Excel est abîmé : nous n’avons pas pu le lire jusqu’au bout."
            " Enregistrez-le au format CSV, puis déposez ce nouveau fichier.",
            now=now(),
        )
    except storage.UnknownFileError:
        fail_import(
            file_id,
            failure="Le fichier déposé n’est plus là. Déposez-le de nouveau.",
            now=now(),
        )
