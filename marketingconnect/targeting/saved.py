"""Reads of the targets that clients keep."""

from django.db.models import QuerySet

from marketingconnect.targeting.models import SavedTarget


def targets_of(company_id: int) -> QuerySet[SavedTarget]:
    """The targets of a company, the latest changed first; those put away are left out."""
    return SavedTarget.objects.filter(company_id=company_id, deleted_at=None).order_by(
        "-changed_at", "-pk"
    )


def target_of(company_id: int, target_id: int) -> SavedTarget:
    """One target of this company. Raises SavedTarget.DoesNotExist."""
    return targets_of(company_id).get(pk=target_id)


def target_anywhere(target_id: int) -> SavedTarget:
    """One target, whosever it is, for the staff. Raises SavedTarget.DoesNotExist."""
    return SavedTarget.objects.select_related("company").get(pk=target_id, deleted_at=None)
