"""Change the criteria of a target, alone or with others, one change at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.targeting.sessions.services import Person, say_changes


@dataclass(frozen=True, slots=True)
class Change:
    """The criteria as they will stand, and what changed in them, in words."""

    criteria: Criteria
    sentences: Sequence[str]


Changing = Callable[[Mapping[str, Any]], Change | None]
"""From the criteria that stand now; None leaves them."""


@transaction.atomic
def change_target(
    target_id: int, changing: Changing, *, person: Person, now: datetime
) -> SavedTarget:
    """CGV B.1.3, CL.4: keep other criteria; whoever looks at the same target is told.

    The row is locked meanwhile: of two people who change it at once, the second one sees what the
    first one did.
    """
    target = SavedTarget.objects.select_for_update().get(pk=target_id)
    change = changing(target.criteria)
    if change is None or not change.sentences:
        return target
    target.criteria = change.criteria.to_json()
    target.population = change.criteria.population.value
    target.changed_at = now
    target.save(update_fields=["criteria", "population", "changed_at"])
    say_changes(target_id, change.sentences, person=person, now=now)
    return target
