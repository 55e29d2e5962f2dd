"""Ask guarantees of a client who may not be able to pay, and what follows (CGV III.c)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.contracts.errors import (
    ContractError,
    InvalidFieldsError,
    StaleContractError,
)
from marketingconnect.contracts.models import SolvencyCheck
from marketingconnect.contracts.notices import tell_guarantees_are_asked
from marketingconnect.contracts.queries import solvency_check_of, solvency_last_day_of
from marketingconnect.contracts.rules.solvency import (
    answer_problems,
    guarantee_problems,
    is_not_provided,
)
from marketingconnect.contracts.states import AWAITED, SOLVENCY_TRANSITIONS, SolvencyState
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import TRANSITIONS, OrderState

WATCH = Actor.system("Suivi des garanties")


@transaction.atomic
def ask_guarantees(
    order_id: int,
    *,
    guarantees: Sequence[str],
    reason: str,
    answer_by: date,
    user_id: int,
    actor: Actor,
    now: datetime,
) -> SolvencyCheck:
    """CGV III.c: tell the client, within 30 days of acceptance, which guarantees are possible.

    Raises InvalidFieldsError once that right has lapsed, StaleContractError when it was used.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    problems = guarantee_problems(
        guarantees=guarantees,
        reason=reason,
        answer_by=answer_by,
        today=paris_date(now),
        deadline=solvency_last_day_of(order),
    )
    if OrderState.CANCELLED not in TRANSITIONS[OrderState(order.state)]:
        problems["order"] = "Cette commande est exécutée, ou a pris fin."
    if problems:
        raise InvalidFieldsError(problems)
    if solvency_check_of(order) is not None:
        raise StaleContractError
    check = SolvencyCheck.objects.create(
        order=order,
        guarantees=list(guarantees),
        reason=reason.strip()[:300],
        answer_by=answer_by,
        asked_at=now,
        asked_by_id=user_id,
    )
    _journal("solvency.asked", check, actor, now, guarantees=list(guarantees))
    tell_guarantees_are_asked(check, at=now)
    return check


@transaction.atomic
def note_guarantees(check_id: int, *, provided: bool, actor: Actor, now: datetime) -> SolvencyCheck:
    """CGV III.c: the client provided them, even late, or refuses them."""
    check = _locked(check_id)
    reached = SolvencyState.PROVIDED if provided else SolvencyState.NOT_PROVIDED
    _move(check, reached, actor, now, answered_at=now)
    return check


@transaction.atomic
def offer_guarantee(
    check_id: int, *, guarantee: str, words: str, actor: Actor, now: datetime
) -> SolvencyCheck:
    """CGV III.c: the client says which guarantee it gives; accounting then sees whether it came.

    Possible as long as the operator has not declined. Raises InvalidFieldsError, or
    StaleContractError.
    """
    check = _locked(check_id)
    problems = answer_problems(guarantee=guarantee, asked=check.guarantees, words=words)
    if problems:
        raise InvalidFieldsError(problems)
    rows = SolvencyCheck.objects.filter(pk=check.pk, state__in=AWAITED)
    told = " ".join(words.split())[:300]
    if not rows.update(offered=guarantee, offered_words=told, offered_at=now):
        raise StaleContractError
    check.refresh_from_db()
    _journal("solvency.offered", check, actor, now, guarantee=guarantee, words=told)
    return check


@transaction.atomic
def note_silence(check_id: int, *, now: datetime) -> bool:
    """CGV III.c: the day set went by without an answer. False when it has not, or one came."""
    check = _locked(check_id)
    late = is_not_provided(refused=False, answer_by=check.answer_by, today=paris_date(now))
    if check.offered_at is not None:
        return False
    if check.state != SolvencyState.ASKED or not late:
        return False
    _move(check, SolvencyState.NOT_PROVIDED, WATCH, now)
    return True


@transaction.atomic
def decline_performance(check_id: int, *, actor: Actor, now: datetime) -> SolvencyCheck:
    """CGV III.c: without guarantees the operator does not perform. Ending the order is for claims.

    Raises ContractError while they may still come.
    """
    check = _locked(check_id)
    if check.state != SolvencyState.NOT_PROVIDED:
        raise ContractError(
            "Les garanties peuvent encore être fournies, ou l’ont été.", article="III.c"
        )
    _move(check, SolvencyState.DECLINED, actor, now, declined_at=now)
    return check


def _locked(check_id: int) -> SolvencyCheck:
    order_id = SolvencyCheck.objects.values_list("order_id", flat=True).get(pk=check_id)
    Order.objects.select_for_update().get(pk=order_id)
    return SolvencyCheck.objects.select_related("order").get(pk=check_id)


def _move(
    check: SolvencyCheck, new: SolvencyState, actor: Actor, now: datetime, **facts: object
) -> None:
    old = SolvencyState(check.state)
    if new not in SOLVENCY_TRANSITIONS[old]:
        raise StaleContractError
    if not SolvencyCheck.objects.filter(pk=check.pk, state=old).update(state=new, **facts):
        raise StaleContractError
    check.refresh_from_db()
    _journal(f"solvency.{new}", check, actor, now)


def _journal(
    action: str, check: SolvencyCheck, actor: Actor, now: datetime, **after: object
) -> None:
    record(
        action=action,
        actor=actor,
        company_id=check.order.company_id,
        subject=f"order:{check.order_id}",
        at=now,
        after={"reason": check.reason, "answer_by": check.answer_by, **after},
    )
