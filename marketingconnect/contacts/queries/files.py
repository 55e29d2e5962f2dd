"""The files of a company."""

from datetime import timedelta
from typing import Final

from django.db.models import QuerySet
from django.db.models.functions import Coalesce, Now

from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.states import ContactFileState

_ABANDONED_AFTER: Final = timedelta(minutes=1)


def files_of(company_id: int) -> QuerySet[ContactFile]:
    """Files of a company, the newest first; deleted ones are left out."""
    return (
        ContactFile.objects.filter(company_id=company_id)
        .exclude(state=ContactFileState.DELETED)
        .order_by("-pk")
    )


def usable_files(company_id: int) -> QuerySet[ContactFile]:
    """Files that a campaign may be sent to: imported, with at least one address."""
    return files_of(company_id).filter(state=ContactFileState.IMPORTED, accepted__gt=0)


def file_of(company_id: int, file_id: int) -> ContactFile:
    """One file of this company, deleted ones included. Raises ContactFile.DoesNotExist."""
    return ContactFile.objects.get(pk=file_id, company_id=company_id)


def abandoned_imports() -> list[int]:
    """Imports without a sign of life for a minute, by the database's own clock."""
    still = Coalesce("progressed_at", "import_started_at")
    return list(
        ContactFile.objects.filter(state=ContactFileState.IMPORTING)
        .alias(still=still)
        .filter(still__lt=Now() - _ABANDONED_AFTER)
        .values_list("pk", flat=True)
    )
