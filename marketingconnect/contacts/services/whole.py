"""One import from end to end, whatever happens on the way."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from marketingconnect import storage
from marketingconnect.audit.actors import Actor
from marketingconnect.clock import paris_date
from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.reading.layout import Layout, UnreadableFileError
from marketingconnect.contacts.reading.spreadsheet import WorkbookError
from marketingconnect.contacts.rules import Origin
from marketingconnect.contacts.services.chunks import ImportOvertakenError
from marketingconnect.contacts.services.deletion import delete_file
from marketingconnect.contacts.services.importing import import_records
from marketingconnect.contacts.services.preparing import (
    confirm_columns,
    receive_file,
    start_import,
)
from marketingconnect.contacts.services.running import fail_import, finish_import
from marketingconnect.contacts.services.states import StaleFileError

_BY_COMMAND: Final = Origin(
    legal_basis="",
    proof="Fichier remis par le client à l’opérateur, qui l’a importé par une commande.",
    collected_from=None,
    collected_to=None,
    attested=False,
)


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


def import_at_once(
    *,
    company_id: int,
    original_name: str,
    chunks: Iterable[bytes],
    actor: Actor,
    now: Callable[[], datetime],
    origin: Origin | None = None,
) -> ContactFile:
    """Receive and import a file in this process, columns as guessed: for commands.

    Raises FileTooLargeError, UnreadableFileError (also when no column holds addresses).
    """
    file = receive_file(
        company_id=company_id,
        user_id=None,
        name=original_name,
        original_name=original_name,
        chunks=chunks,
        actor=actor,
        now=now(),
    )
    mapping = {int(index): target for index, target in file.mapping.items()}
    if "email" not in mapping.values():
        delete_file(file.pk, reason="no_address", actor=actor, now=now())
        raise UnreadableFileError("Aucune colonne de ce fichier ne contient d’adresses e-mail.")
    confirm_columns(
        file.pk, layout=Layout.from_json(file.layout), mapping=mapping, actor=actor, now=now()
    )
    start_import(file.pk, origin=origin or _BY_COMMAND, actor=actor, now=now())
    import_to_the_end(file.pk, now=now)
    return ContactFile.objects.get(pk=file.pk)
