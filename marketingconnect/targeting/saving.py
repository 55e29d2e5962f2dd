"""Keep, rename, copy and put away the targets of a client."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.models import SavedTarget


@transaction.atomic
def keep_target(
    *,
    company_id: int,
    name: str,
    criteria: Criteria,
    user_id: int,
    actor: Actor,
    now: datetime,
) -> SavedTarget:
    """CGV CL.4: give criteria a name, to find them again and change them."""
    target = SavedTarget.objects.create(
        company_id=company_id,
        name=name,
        population=criteria.population.value,
        criteria=criteria.to_json(),
        created_by_id=user_id,
        created_at=now,
        changed_at=now,
    )
    _journal("target.created", target, actor, now, {"name": name})
    return target


@transaction.atomic
def copy_target(target_id: int, *, user_id: int, actor: Actor, now: datetime) -> SavedTarget:
    """The same criteria under the same name, « (copie) » added."""
    original = SavedTarget.objects.get(pk=target_id)
    name = f"{original.name[:110]} (copie)"
    copy = SavedTarget.objects.create(
        company_id=original.company_id,
        name=name,
        population=original.population,
        criteria=original.criteria,
        created_by_id=user_id,
        created_at=now,
        changed_at=now,
    )
    _journal("target.created", copy, actor, now, {"name": name, "copy_of": target_id})
    return copy


@transaction.atomic
def rename_target(target_id: int, *, name: str, actor: Actor, now: datetime) -> None:
    """Another name for the same criteria."""
    target = SavedTarget.objects.select_for_update().get(pk=target_id)
    before = target.name
    SavedTarget.objects.filter(pk=target_id).update(name=name)
    _journal("target.renamed", target, actor, now, {"name": name}, {"name": before})


@transaction.atomic
def put_target_away(target_id: int, *, actor: Actor, now: datetime) -> None:
    """It leaves the list; what was ordered with it stays as it was frozen."""
    target = SavedTarget.objects.select_for_update().get(pk=target_id)
    if target.deleted_at is not None:
        return
    SavedTarget.objects.filter(pk=target_id).update(deleted_at=now)
    _journal("target.deleted", target, actor, now, {"name": target.name})


def _journal(
    action: str,
    target: SavedTarget,
    actor: Actor,
    now: datetime,
    after: Mapping[str, Any],
    before: Mapping[str, Any] | None = None,
) -> None:
    record(
        action=action,
        actor=actor,
        company_id=target.company_id,
        subject=f"target:{target.pk}",
        at=now,
        before=before,
        after=after,
    )
