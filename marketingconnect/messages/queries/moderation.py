"""The moderators' queue, one request, what was decided before for a company."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from marketingconnect.messages.models import ModerationRequest, Validation
from marketingconnect.messages.states import ModerationState


@dataclass(frozen=True)
class ModerationQueue:
    """How many requests wait, since when, and how many call for a closer look."""

    count: int
    oldest_at: datetime | None
    raised: int


def moderation_queue() -> ModerationQueue:
    """The figures of the queue, for the staff's home."""
    waiting = ModerationRequest.objects.filter(state=ModerationState.WAITING)
    figures = waiting.aggregate(count=Count("pk"), oldest=Min("requested_at"))
    return ModerationQueue(
        count=figures["count"],
        oldest_at=figures["oldest"],
        raised=waiting.filter(level__gt=1).count(),
    )


def waiting_requests(*, limit: int = 50) -> list[ModerationRequest]:
    """Requests waiting for a decision, the oldest first."""
    waiting = ModerationRequest.objects.filter(state=ModerationState.WAITING)
    return list(_whole(waiting).order_by("requested_at", "pk")[:limit])


def request_of(request_id: int) -> ModerationRequest:
    """One request with its message and company. Raises ModerationRequest.DoesNotExist."""
    return _whole(ModerationRequest.objects.all()).get(pk=request_id)


def next_waiting(request: ModerationRequest) -> ModerationRequest | None:
    """The oldest other request that waits."""
    return next((each for each in waiting_requests(limit=2) if each.pk != request.pk), None)


def moderation_of(version_id: int) -> ModerationRequest | None:
    """The request of a version that counts: waiting or decided, never a void one."""
    return (
        ModerationRequest.objects.filter(version_id=version_id)
        .exclude(state=ModerationState.VOID)
        .select_related("decided_by", "version")
        .first()
    )


def company_history(company_id: int, *, limit: int = 20) -> list[ModerationRequest]:
    """Decisions taken for a company, the latest first."""
    decided = ModerationRequest.objects.filter(
        version__message__company_id=company_id, decided_at__isnull=False
    )
    return list(_whole(decided).order_by("-decided_at")[:limit])


def _whole(requests: QuerySet[ModerationRequest]) -> QuerySet[ModerationRequest]:
    return requests.select_related("version__message__company", "decided_by")


def validation_behind(request: ModerationRequest) -> Validation | None:
    """The client's validation that asked for this reading."""
    made = Validation.objects.filter(version=request.version, at__lte=request.requested_at)
    return made.select_related("user").order_by("-pk").first()
