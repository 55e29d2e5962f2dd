"""What the page of encryption shows: a row a domain that has a policy."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from marketingconnect.clock import paris_date
from marketingconnect.sending.models import MailPolicy, TransportDay
from marketingconnect.sending.mta_sts.policy import Mode
from marketingconnect.sending.mta_sts.proof import Proof, fault_of

PAGE: Final = 50
DAYS: Final = 7
_MODES: Final = {
    Mode.ENFORCE: ("Exigé", "success"),
    Mode.TESTING: ("À l’essai", "info"),
    Mode.NONE: ("Non exigé", "neutral"),
}
_UNREADABLE: Final = ("Illisible", "warning")
_OVER: Final = ("Expirée", "neutral")


@dataclass(frozen=True)
class PolicyRow:
    """A domain, what it asks for, and how the last days went."""

    policy: MailPolicy
    label: str
    kind: str
    ends_at: datetime | None
    proved: int
    failed: int
    faults: tuple[str, ...]


def encryption_page(*, after: str, only_troubled: bool, now: datetime) -> dict[str, Any]:
    """Context of the page, `after` a domain in the order of their names."""
    since = paris_date(now) - timedelta(days=DAYS - 1)
    troubled = _troubled(since)
    every = troubled if only_troubled else MailPolicy.objects.all()
    found = list(
        every.filter(domain__gt=after[:253].replace("\0", "")).order_by("domain")[: PAGE + 1]
    )
    return {
        "rows": _rows(found[:PAGE], since, now),
        "following": found[PAGE - 1].domain if len(found) > PAGE else None,
        "only_troubled": only_troubled,
        "is_troubled": troubled.exists(),
        "by_relay": settings.SENDER_WAY == "relay",
        "is_off": settings.MTA_STS == "none",
        "days": DAYS,
    }


def _troubled(since: date) -> QuerySet[MailPolicy]:
    failed = TransportDay.objects.filter(domain=OuterRef("domain"), day__gte=since)
    return MailPolicy.objects.filter(~Q(trouble="") | Exists(failed.exclude(result=Proof.PROVED)))


def _rows(policies: Sequence[MailPolicy], since: date, now: datetime) -> list[PolicyRow]:
    proved: dict[str, int] = defaultdict(int)
    faults: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    days = TransportDay.objects.filter(day__gte=since, domain__in=[one.domain for one in policies])
    for one in days.order_by("server", "result"):
        if one.result == Proof.PROVED:
            proved[one.domain] += one.connections
        else:
            faults[one.domain][fault_of(one.server, Proof(one.result))] += one.connections
    return [_row(one, proved[one.domain], faults[one.domain], now) for one in policies]


def _row(policy: MailPolicy, proved: int, faults: dict[str, int], now: datetime) -> PolicyRow:
    label, kind = _MODES[Mode(policy.mode)] if policy.mode else _UNREADABLE
    ends_at = policy.fetched_at and policy.fetched_at + timedelta(seconds=policy.max_age)
    if ends_at and ends_at < now:
        label, kind = _OVER
    words = tuple(one[0].upper() + one[1:] for one in faults)
    return PolicyRow(policy, label, kind, ends_at, proved, sum(faults.values()), words)
