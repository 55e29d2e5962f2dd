"""The only reader of the system clock; movable in demo mode only (never in production)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

PARIS = ZoneInfo("Europe/Paris")


class ClockNotMovableError(Exception):
    """The clock was asked to move outside demo mode, or backwards."""


def now() -> datetime:
    """The present instant, UTC; in demo mode, moved as the demo asked."""
    return _system_now() + shift()


def today() -> date:
    """The civil date in Paris, on which every deadline of the terms is counted."""
    return paris_date(now())


def paris_date(instant: datetime) -> date:
    """The civil date in Paris of an aware instant."""
    return instant.astimezone(PARIS).date()


def shift() -> timedelta:
    """How far the demo moved the clock; zero in production."""
    if not settings.CLOCK_MOVABLE:
        return timedelta(0)
    from marketingconnect.clock.models import ClockShift

    seconds = ClockShift.objects.filter(pk=1).values_list("seconds", flat=True).first()
    return timedelta(seconds=seconds or 0)


@transaction.atomic
def advance_to(instant: datetime) -> datetime:
    """Move the demo's clock forward to `instant` and return the new present.

    Raises ClockNotMovableError in production, or when `instant` is already past.
    """
    from marketingconnect.clock.models import ClockShift

    if not settings.CLOCK_MOVABLE:
        raise ClockNotMovableError("L'horloge ne se déplace qu'en démonstration.")
    if instant < now():
        raise ClockNotMovableError("L'horloge n'avance que vers le futur.")
    seconds = int((instant - _system_now()).total_seconds()) + 1
    ClockShift.objects.update_or_create(pk=1, defaults={"seconds": seconds})
    return now()


def _system_now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the one place that may
