"""What a work queue is: its name, who sees it, and how it is counted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet

from marketingconnect.accounts.roles import StaffRole

Figures = tuple[int, datetime | None]


@dataclass(frozen=True, slots=True)
class Queue:
    """One kind of work; `roles` see it, and administrators always."""

    name: str
    detail: str
    icon: str
    url_name: str
    roles: frozenset[StaffRole]
    figures: Callable[[datetime], Figures]


def since(rows: QuerySet[Any], field: str) -> Figures:
    """How many rows, and the oldest instant of one of their columns."""
    figures = rows.order_by().aggregate(count=Count("pk"), oldest=Min(field))
    return figures["count"], figures["oldest"]
