"""The counts already told to an account: a later one must not be set against them (CGV B.1.3)."""

from datetime import datetime

from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.selections.models import CountLog

_COMPARED = 20


def account_of(company_id: int | None, user_id: int) -> str:
    """Whoever could put two counts side by side: the company, or a member of the staff."""
    return f"company:{company_id}" if company_id is not None else f"user:{user_id}"


def note_count(
    account: str,
    *,
    user_id: int,
    release_id: int,
    criteria: Criteria,
    households: int,
    now: datetime,
) -> CountLog | None:
    """Note a count before it is told; None when the same was told before, with this number.

    Noted first, compared next: of two counts asked at once, each sees the other.
    """
    log, created = CountLog.objects.get_or_create(
        account=account,
        release_id=release_id,
        fingerprint=criteria.fingerprint(),
        defaults={
            "user_id": user_id,
            "criteria": criteria.to_json(),
            "households": households,
            "at": now,
        },
    )
    if created:
        return log
    if log.households != households:
        CountLog.objects.filter(pk=log.pk).update(households=households, at=now)
    return None


def nearly_equal(log: CountLog, *, within: int) -> list[CountLog]:
    """Other counts of the account on the same release, as close and not equal, the latest first."""
    close = CountLog.objects.filter(
        account=log.account,
        release_id=log.release_id,
        households__range=(log.households - within, log.households + within),
    )
    others = close.exclude(households=log.households).exclude(pk=log.pk)
    return list(others.order_by("-at", "-pk")[:_COMPARED])


def forget_count(log: CountLog) -> None:
    """A count that was not told after all."""
    log.delete()
