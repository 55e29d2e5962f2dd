from datetime import date

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from marketingconnect.audit.models import JournalEntry
from marketingconnect.contracts.errors import (
    ContractError,
    InvalidFieldsError,
    StaleContractError,
)
from marketingconnect.contracts.models import ForceMajeure, Suspension, Termination
from marketingconnect.contracts.queries import cases_open, stops_of, termination_of
from marketingconnect.contracts.rules.clocks import Stop
from marketingconnect.contracts.rules.ending import Ground
from marketingconnect.contracts.rules.letters import Purpose
from marketingconnect.contracts.services.force_majeure import (
    declare_force_majeure,
    end_force_majeure,
)
from marketingconnect.contracts.services.suspending import resume_order, suspend_order
from marketingconnect.contracts.services.terminating import terminate_order
from marketingconnect.kernel.working_days import add_working_days
from marketingconnect.notices.models import Notice
from marketingconnect.orders.models import Order
from marketingconnect.orders.services import advance_line, change_state
from marketingconnect.orders.states import LineState, OrderState
from tests.contracts.living import TODAY, at, at_work, later, letter_for, paid
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db


def suspend(
    order: Order,
    shop: Shop,
    ground: str = Ground.CONTENT,
    reason: str = "Propos injurieux.",
    case: ForceMajeure | None = None,
) -> Suspension:
    return suspend_order(
        order.pk,
        ground=ground,
        reason=reason,
        case=case,
        user_id=shop.cast.paul.pk,
        actor=CLERK,
        now=NOON,
    )


def resume(order: Order, shop: Shop) -> Order:
    return resume_order(
        order.pk,
        reason="Contenu corrigé.",
        user_id=shop.cast.paul.pk,
        actor=CLERK,
        now=later(1),
    )


def terminate(order: Order, shop: Shop, ground: str = Ground.NON_PAYMENT) -> Termination:
    return terminate_order(
        order.pk,
        ground=ground,
        reason="Deux échéances impayées.",
        damages="Frais de recouvrement.",
        user_id=shop.cast.ines.pk,
        actor=CLERK,
        now=NOON,
    )


def test_a_suspension_stops_what_runs_and_only_it_takes_it_up_again(shop: Shop) -> None:
    order = at_work(shop)

    suspension = suspend(order, shop)

    order.refresh_from_db()
    line = order.lines.get(offer="email")
    assert order.state == OrderState.SUSPENDED
    assert shop.offer.items[1].held
    assert suspension.held_lines == [line.pk]
    shop.offer.change(1, state="done")
    assert advance_line(line.pk, now=NOON) is LineState.RUNNING

    shop.offer.change(1, state="running")
    assert resume(order, shop).state == OrderState.IN_EXECUTION
    assert not shop.offer.items[1].held
    assert Notice.objects.filter(key__startswith="order-").count() == 2


def test_what_somebody_held_before_stays_held(shop: Shop) -> None:
    order = at_work(shop)
    shop.offer.change(1, held=True)

    assert suspend(order, shop).held_lines == []
    resume(order, shop)

    assert shop.offer.items[1].held


def test_ground_reason_and_author_are_kept(shop: Shop) -> None:
    order = paid(shop.order())

    suspension = suspend(order, shop)

    assert (suspension.ground, suspension.reason) == ("content", "Propos injurieux.")
    assert suspension.began_by == shop.cast.paul
    assert JournalEntry.objects.filter(action="order.suspended").count() == 1
    told = Notice.objects.get(key=f"order-suspended:{suspension.pk}")
    assert "III.g" in told.text
    assert "Propos injurieux." in told.text


def test_a_suspension_needs_its_ground_and_comes_once(shop: Shop) -> None:
    order = paid(shop.order())

    for ground, reason in ((Ground.FORCE_MAJEURE, "Panne"), ("mood", "Non"), ("content", " ")):
        with pytest.raises(InvalidFieldsError):
            suspend(order, shop, ground=ground, reason=reason)
    suspend(order, shop)
    with pytest.raises(InvalidFieldsError):
        suspend(order, shop)
    with pytest.raises(IntegrityError), transaction.atomic():
        Suspension.objects.create(order=order, ground="content", reason="Deux", began_at=NOON)
    resume(order, shop)
    with pytest.raises(StaleContractError):
        resume(order, shop)


def test_an_order_paid_while_it_stands_still_goes_on_paid(shop: Shop) -> None:
    order = shop.order(method="transfer")
    change_state(order, OrderState.FIRM, actor=CLERK, at=NOON, firm_at=NOON)
    suspend(order, shop, ground=Ground.NON_PAYMENT, reason="Impayé.")
    order.refresh_from_db()

    paid(order)

    assert order.state == OrderState.SUSPENDED
    assert order.payment_validated_on == TODAY
    assert resume(order, shop).state == OrderState.VALIDATED
    assert JournalEntry.objects.filter(action="order.paid_while_suspended").count() == 1


def test_a_termination_for_non_payment_stops_running_sends_at_once(shop: Shop) -> None:
    order = at_work(shop)

    termination = terminate(order, shop)

    order.refresh_from_db()
    assert order.state == OrderState.TERMINATED
    assert order.ended_at == NOON
    assert order.end_reason.endswith("(CGV, art. III.g).")
    assert shop.offer.items[1].state == "stopped"
    assert order.lines.get(offer="email").state == LineState.STOPPED
    assert termination_of(order) == termination
    assert termination.damages == "Frais de recouvrement."
    assert Notice.objects.filter(key=f"order-terminated:{order.pk}").exists()
    with pytest.raises(InvalidFieldsError):
        terminate(order, shop)


def test_a_suspended_order_is_terminated_and_its_suspension_closed(shop: Shop) -> None:
    order = at_work(shop)
    suspension = suspend(order, shop)

    terminate(order, shop, ground=Ground.CONTENT)

    suspension.refresh_from_db()
    assert suspension.ended_at == NOON
    with pytest.raises(StaleContractError):
        resume(order, shop)


def test_other_terminations_need_more_than_a_reason(shop: Shop) -> None:
    order = at_work(shop)

    for ground in (Ground.FORMAL_NOTICE, Ground.FORCE_MAJEURE):
        with pytest.raises(InvalidFieldsError):
            terminate(order, shop, ground=ground)

    assert shop.offer.items[1].state == "running"
    assert not Termination.objects.exists()


def declare(shop: Shop, *orders: Order, began_on: date = TODAY) -> ForceMajeure:
    return declare_force_majeure(
        label="Crue : la salle des machines est sous l’eau.",
        began_on=began_on,
        order_ids=[order.pk for order in orders],
        third_party="Hébergeur",
        user_id=shop.cast.admin.pk,
        actor=CLERK,
        now=NOON,
    )


def test_a_case_of_force_majeure_holds_its_orders_and_their_periods(shop: Shop) -> None:
    first, second = at_work(shop), paid(shop.order())
    case = declare(shop, first, second)

    assert stops_of(first) == [Stop(TODAY, None)]
    assert [held.suspensions.count() for held in cases_open()] == [2]

    end_force_majeure(
        case.pk, ended_on=date(2026, 11, 25), user_id=shop.cast.admin.pk, actor=CLERK, now=later(3)
    )

    states = [Order.objects.get(pk=order.pk).state for order in (first, second)]
    assert states == [OrderState.IN_EXECUTION, OrderState.VALIDATED]
    assert stops_of(first) == [Stop(TODAY, date(2026, 11, 25))]
    assert cases_open() == []
    acts = JournalEntry.objects.filter(subject=f"force_majeure:{case.pk}")
    assert [act.action for act in acts.order_by("position")] == [
        "force_majeure.declared",
        "force_majeure.ended",
    ]
    with pytest.raises(StaleContractError):
        end_force_majeure(case.pk, ended_on=TODAY, user_id=1, actor=CLERK, now=later(3))


def test_a_case_that_strikes_an_order_it_cannot_hold_holds_none(shop: Shop) -> None:
    runs, unpaid = at_work(shop), shop.order()

    with pytest.raises(InvalidFieldsError):
        declare(shop, runs, unpaid)

    assert not ForceMajeure.objects.exists()
    assert Order.objects.get(pk=runs.pk).state == OrderState.IN_EXECUTION


def test_a_case_does_not_end_before_it_began_or_tomorrow(shop: Shop) -> None:
    case = declare(shop, at_work(shop))

    for day in (date(2026, 11, 22), date(2026, 11, 24)):
        with pytest.raises(InvalidFieldsError):
            end_force_majeure(case.pk, ended_on=day, user_id=1, actor=CLERK, now=NOON)


def test_after_ninety_working_days_a_letter_terminates(shop: Shop) -> None:
    order = at_work(shop)
    declare(shop, order)
    ninetieth = add_working_days(TODAY, 90)
    next_one = add_working_days(ninetieth, 1)
    letter = letter_for(order, shop, purpose=Purpose.FORCE_MAJEURE)
    other = letter_for(order, shop, number="2C 002")

    def end(day: date, by: object) -> Termination:
        return terminate_order(
            order.pk,
            ground=Ground.FORCE_MAJEURE,
            reason="La crue dure.",
            letter=by,  # type: ignore[arg-type]
            user_id=shop.cast.admin.pk,
            actor=CLERK,
            now=at(day),
        )

    for day, by in ((ninetieth, letter), (next_one, None), (next_one, other)):
        with pytest.raises(InvalidFieldsError):
            end(day, by)
    assert end(next_one, letter).letter == letter
    assert shop.offer.items[1].state == "stopped"


def test_an_order_never_passes_to_another_client(shop: Shop) -> None:
    order = shop.order()

    with pytest.raises(ProgrammingError, match=r"III\.d"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(company=shop.cast.garage)
    Order.objects.filter(pk=order.pk).update(purchase_reference="A1")


def test_a_refusal_tells_its_article() -> None:
    assert ContractError("Non : c’est ainsi.", article="III.g").article == "III.g"
