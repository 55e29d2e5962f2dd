"""Reads about mail to clients."""

from datetime import datetime

from django.db.models import Count, Min, QuerySet

from marketingconnect.notices.models import Notice
from marketingconnect.notices.states import NoticeState


def notices_to_settle() -> QuerySet[Notice]:
    """Failed or uncertain mail, which staff must send again or settle; oldest first."""
    return Notice.objects.filter(state__in=[NoticeState.FAILED, NoticeState.UNCERTAIN]).order_by(
        "queued_at", "pk"
    )


def notices_to_settle_count() -> tuple[int, datetime | None]:
    """How many, and since when the oldest waits."""
    figures = notices_to_settle().order_by().aggregate(count=Count("pk"), oldest=Min("queued_at"))
    return figures["count"], figures["oldest"]


def notices_of_company(company_id: int) -> QuerySet[Notice]:
    """Mail to one client, newest first."""
    return Notice.objects.filter(company_id=company_id).order_by("-pk")


def sent_at_by_key(keys: list[str]) -> dict[str, datetime | None]:
    """When each of these mails left; None for those still on their way."""
    return dict(Notice.objects.filter(key__in=keys).values_list("key", "sent_at"))
