"""Declare a case of force majeure, hold the orders it strikes, and let them go on (CGV III.h)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.contracts.errors import InvalidFieldsError, StaleContractError
from marketingconnect.contracts.models import ForceMajeure
from marketingconnect.contracts.rules.clocks import declaration_problems
from marketingconnect.contracts.rules.ending import Ground
from marketingconnect.contracts.services.suspending import resume_order, suspend_order


@transaction.atomic
def declare_force_majeure(
    *,
    label: str,
    began_on: date,
    order_ids: Sequence[int],
    third_party: str = "",
    user_id: int,
    actor: Actor,
    now: datetime,
) -> ForceMajeure:
    """CGV III.h: a case suspends the contracts it strikes, and stops their periods from its day.

    `third_party` names the provider that is itself struck. Raises InvalidFieldsError.
    """
    problems = declaration_problems(
        label=label, began_on=began_on, orders=len(order_ids), today=paris_date(now)
    )
    if problems:
        raise InvalidFieldsError(problems)
    case = ForceMajeure.objects.create(
        label=label.strip()[:200],
        third_party=third_party.strip()[:200],
        began_on=began_on,
        declared_by_id=user_id,
        declared_at=now,
    )
    _journal("force_majeure.declared", case, actor, now, orders=sorted(order_ids))
    # In the order of their ids, so that two cases declared at once wait for one another.
    for order_id in sorted(order_ids):
        suspend_order(
            order_id,
            ground=Ground.FORCE_MAJEURE,
            reason=case.label,
            case=case,
            user_id=user_id,
            actor=actor,
            now=now,
        )
    return case


@transaction.atomic
def end_force_majeure(
    case_id: int, *, ended_on: date, user_id: int, actor: Actor, now: datetime
) -> ForceMajeure:
    """CGV III.h: the case is over, its last day included; what it still holds goes on.

    Raises InvalidFieldsError, StaleContractError when it was ended before.
    """
    case = ForceMajeure.objects.select_for_update().get(pk=case_id)
    if case.ended_on is not None:
        raise StaleContractError
    if not case.began_on <= ended_on <= paris_date(now):
        raise InvalidFieldsError({"ended_on": "Cette date précède le début, ou est à venir."})
    case.ended_on = ended_on
    case.save(update_fields=["ended_on"])
    _journal("force_majeure.ended", case, actor, now, ended_on=ended_on)
    held = case.suspensions.filter(ended_at__isnull=True).order_by("order_id")
    for order_id in held.values_list("order_id", flat=True):
        reason = f"Le cas de force majeure a cessé : {case.label}"
        resume_order(order_id, reason=reason, user_id=user_id, actor=actor, now=now)
    return case


def _journal(action: str, case: ForceMajeure, actor: Actor, now: datetime, **after: object) -> None:
    record(
        action=action,
        actor=actor,
        company_id=None,
        subject=f"force_majeure:{case.pk}",
        at=now,
        after={
            "label": case.label,
            "third_party": case.third_party,
            "began_on": case.began_on,
            **after,
        },
    )
