"""Formal notices (mises en demeure): opened by letter, cured in time, or without effect."""

from datetime import date, datetime

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.contracts.errors import InvalidFieldsError, StaleContractError
from marketingconnect.contracts.models import FormalNotice, RegisteredLetter
from marketingconnect.contracts.notices import tell_notice_is_sent
from marketingconnect.contracts.queries import last_day_of
from marketingconnect.contracts.rules.ending import Party, is_without_effect, notice_problems
from marketingconnect.contracts.rules.letters import Direction, LetterDates, Purpose
from marketingconnect.contracts.services.letters import register_letter
from marketingconnect.contracts.services.terminating import by_right
from marketingconnect.contracts.states import FORMAL_NOTICE_TRANSITIONS, FormalNoticeState
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import TRANSITIONS, OrderState

BY_RIGHT = Actor.system("Mise en demeure restée sans effet")


@transaction.atomic
def open_formal_notice(
    order_id: int,
    *,
    letter: RegisteredLetter,
    breach: str,
    user_id: int,
    actor: Actor,
    now: datetime,
) -> FormalNotice:
    """CGV III.g: a party is told of its breach by registered letter; 7 days run from its reception.

    A letter we sent is ours to the client, one received is the client's to us. Raises
    InvalidFieldsError.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    problems = notice_problems(breach=breach, state=OrderState(order.state))
    if letter.company_id != order.company_id or letter.purpose != Purpose.FORMAL_NOTICE:
        problems["letter"] = "Cette lettre n’est pas une mise en demeure pour ce client."
    elif FormalNotice.objects.filter(letter=letter).exists():
        problems["letter"] = "Cette lettre sert déjà à une autre mise en demeure."
    if problems:
        raise InvalidFieldsError(problems)
    ours = letter.direction == Direction.SENT
    notice = FormalNotice.objects.create(
        order=order,
        letter=letter,
        by=Party.OPERATOR if ours else Party.CLIENT,
        breach=breach.strip()[:300],
        opened_at=now,
        opened_by_id=user_id,
    )
    _journal("formal_notice.open", notice, actor, now)
    if ours:
        tell_notice_is_sent(notice, at=now)
    return notice


@transaction.atomic
def give_formal_notice(
    order_id: int,
    *,
    number: str,
    posted_on: date,
    breach: str,
    user_id: int,
    actor: Actor,
    now: datetime,
) -> FormalNotice:
    """CGV III.g: we post a formal notice: its letter enters the register, and it is opened.

    Raises InvalidFieldsError.
    """
    company_id = Order.objects.values_list("company_id", flat=True).get(pk=order_id)
    letter = register_letter(
        direction=Direction.SENT,
        purpose=Purpose.FORMAL_NOTICE,
        number=number,
        company_id=company_id,
        order_id=order_id,
        dates=LetterDates(posted_on=posted_on),
        user_id=user_id,
        actor=actor,
        now=now,
    )
    return open_formal_notice(
        order_id, letter=letter, breach=breach, user_id=user_id, actor=actor, now=now
    )


@transaction.atomic
def note_cure(
    notice_id: int, *, cured_on: date, user_id: int, actor: Actor, now: datetime
) -> FormalNotice:
    """CGV III.g: the breach was put right, by the last day; the contract goes on.

    Raises InvalidFieldsError when it was too late, or is to come.
    """
    notice = _locked(notice_id)
    if cured_on > paris_date(now):
        raise InvalidFieldsError({"cured_on": "Cette date est dans le futur."})
    deadline = last_day_of(notice)
    if is_without_effect(deadline=deadline, cured_on=cured_on, today=paris_date(now)):
        raise InvalidFieldsError(
            {"cured_on": "Le dernier jour était passé : la commande est résiliée de plein droit."}
        )
    _close(notice, FormalNoticeState.CURED, user_id, actor, now, cured_on=cured_on)
    return notice


@transaction.atomic
def withdraw_formal_notice(
    notice_id: int, *, user_id: int, actor: Actor, now: datetime
) -> FormalNotice:
    """CGV III.g: who gave notice takes it back; nothing follows."""
    notice = _locked(notice_id)
    _close(notice, FormalNoticeState.WITHDRAWN, user_id, actor, now)
    return notice


@transaction.atomic
def conclude_formal_notice(notice_id: int, *, now: datetime) -> bool:
    """CGV III.g: past its last day the contract is terminated by right. False while it is not.

    An order that ended otherwise meanwhile leaves its notice without an object: it is withdrawn.
    """
    notice = _locked(notice_id)
    if OrderState.TERMINATED not in TRANSITIONS[OrderState(notice.order.state)]:
        _close(notice, FormalNoticeState.WITHDRAWN, None, BY_RIGHT, now)
        return False
    today = paris_date(now)
    if not is_without_effect(deadline=last_day_of(notice), cured_on=None, today=today):
        return False
    _close(notice, FormalNoticeState.WITHOUT_EFFECT, None, BY_RIGHT, now)
    by_right(notice, actor=BY_RIGHT, now=now)
    return True


def _locked(notice_id: int) -> FormalNotice:
    """Its order first, as everybody does; then the notice, if it is still open."""
    order_id = FormalNotice.objects.values_list("order_id", flat=True).get(pk=notice_id)
    order = Order.objects.select_for_update().get(pk=order_id)
    notice = FormalNotice.objects.select_related("letter").get(pk=notice_id)
    if notice.state != FormalNoticeState.OPEN:
        raise StaleContractError
    notice.order = order
    return notice


def _close(
    notice: FormalNotice,
    new: FormalNoticeState,
    user_id: int | None,
    actor: Actor,
    now: datetime,
    **facts: object,
) -> None:
    old = FormalNoticeState(notice.state)
    if new not in FORMAL_NOTICE_TRANSITIONS[old]:
        raise StaleContractError
    found = FormalNotice.objects.filter(pk=notice.pk, state=old)
    if not found.update(state=new, closed_at=now, closed_by_id=user_id, **facts):
        raise StaleContractError
    notice.state = new
    _journal(f"formal_notice.{new}", notice, actor, now, **facts)


def _journal(
    action: str, notice: FormalNotice, actor: Actor, now: datetime, **after: object
) -> None:
    record(
        action=action,
        actor=actor,
        company_id=notice.order.company_id,
        subject=f"order:{notice.order_id}",
        at=now,
        after={
            "notice": notice.pk,
            "by": notice.by,
            "letter": notice.letter.number,
            "breach": notice.breach,
            **after,
        },
    )
