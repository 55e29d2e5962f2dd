from datetime import date

import pytest
from django.db import IntegrityError, transaction

from marketingconnect.audit.models import JournalEntry
from marketingconnect.catalogue.services import NewOperator
from marketingconnect.contracts.errors import (
    ContractError,
    InvalidFieldsError,
    StaleContractError,
)
from marketingconnect.contracts.models import FormalNotice, SolvencyCheck, Termination
from marketingconnect.contracts.queries import (
    citable_orders,
    confidentiality_end_of,
    formal_notices_of,
    has_opposed_reference,
    last_day_of,
    solvency_check_of,
    solvency_last_day_of,
)
from marketingconnect.contracts.rules.ending import Ground, Party
from marketingconnect.contracts.rules.letters import Direction, LetterDates, Purpose
from marketingconnect.contracts.services.force_majeure import (
    declare_force_majeure,
    end_force_majeure,
)
from marketingconnect.contracts.services.formal_notices import (
    conclude_formal_notice,
    note_cure,
    open_formal_notice,
    withdraw_formal_notice,
)
from marketingconnect.contracts.services.lasting import (
    allow_reference,
    assign_contracts,
    oppose_reference,
)
from marketingconnect.contracts.services.letters import note_letter
from marketingconnect.contracts.services.solvency import (
    ask_guarantees,
    decline_performance,
    note_guarantees,
    note_silence,
)
from marketingconnect.contracts.services.terminating import terminate_order
from marketingconnect.contracts.states import FormalNoticeState, SolvencyState
from marketingconnect.contracts.tasks import conclude_notices, note_silent_clients
from marketingconnect.notices.models import Notice
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState
from tests.contracts.living import TODAY, at, at_work, later, letter_for, paid, receive
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db
LAST = date(2026, 12, 1)


def give_notice(order: Order, shop: Shop, **letter: object) -> FormalNotice:
    return open_formal_notice(
        order.pk,
        letter=letter_for(order, shop, **letter),  # type: ignore[arg-type]
        breach="La facture n’est pas payée.",
        user_id=shop.cast.ines.pk,
        actor=CLERK,
        now=NOON,
    )


def test_without_effect_the_contract_ends_by_right_after_the_seventh_day(shop: Shop) -> None:
    order = at_work(shop)
    notice = give_notice(order, shop)

    assert last_day_of(notice) is None
    assert not conclude_formal_notice(notice.pk, now=later(60))

    receive(notice.letter, date(2026, 11, 24))
    notice = formal_notices_of(order).get()
    assert last_day_of(notice) == LAST
    assert not conclude_formal_notice(notice.pk, now=at(LAST, 22))
    assert conclude_formal_notice(notice.pk, now=at(LAST, 23))

    termination = Termination.objects.get(order=order)
    assert (termination.ground, termination.by) == (Ground.FORMAL_NOTICE, Party.OPERATOR)
    assert termination.terminated_by is None
    assert Order.objects.get(pk=order.pk).state == OrderState.TERMINATED
    assert shop.offer.items[1].state == "stopped"
    with pytest.raises(StaleContractError):
        conclude_formal_notice(notice.pk, now=later(60))


def test_a_refused_letter_counts_from_its_refusal_and_an_unclaimed_one_never(shop: Shop) -> None:
    notice = give_notice(at_work(shop), shop)
    other = give_notice(paid(shop.order()), shop, number="2C 002")
    day = date(2026, 11, 24)
    for one, facts in ((notice, {"refused_on": day}), (other, {"unclaimed_on": day})):
        dates = LetterDates(posted_on=TODAY, **facts)
        note_letter(one.letter.pk, dates=dates, actor=CLERK, now=at(day))

    assert conclude_formal_notice(notice.pk, now=later(9))
    assert not conclude_formal_notice(other.pk, now=later(90))


def test_a_breach_put_right_in_time_leaves_the_contract(shop: Shop) -> None:
    order = at_work(shop)
    notice = give_notice(order, shop)
    receive(notice.letter, date(2026, 11, 24))

    def cure(day: date, on: date) -> FormalNotice:
        user = shop.cast.ines.pk
        return note_cure(notice.pk, cured_on=on, user_id=user, actor=CLERK, now=at(day))

    for day, on in ((LAST, date(2026, 12, 2)), (date(2026, 12, 2), date(2026, 12, 2))):
        with pytest.raises(InvalidFieldsError):
            cure(day, on)
    cure(date(2026, 12, 5), LAST)

    notice.refresh_from_db()
    assert notice.state == FormalNoticeState.CURED
    assert Order.objects.get(pk=order.pk).state == OrderState.IN_EXECUTION
    with pytest.raises(StaleContractError):
        withdraw_formal_notice(notice.pk, user_id=1, actor=CLERK, now=later(60))
    acts = JournalEntry.objects.filter(action__startswith="formal_notice.").order_by("position")
    assert [act.action for act in acts] == ["formal_notice.open", "formal_notice.cured"]


def test_force_majeure_holds_a_formal_notice(shop: Shop) -> None:
    order = at_work(shop)
    notice = give_notice(order, shop)
    receive(notice.letter, date(2026, 11, 24))
    case = declare_force_majeure(
        label="Crue",
        began_on=date(2026, 11, 26),
        order_ids=[order.pk],
        user_id=shop.cast.admin.pk,
        actor=CLERK,
        now=at(date(2026, 11, 26)),
    )
    assert not conclude_formal_notice(notice.pk, now=at(date(2026, 12, 20)))

    end_force_majeure(
        case.pk,
        ended_on=date(2026, 11, 30),
        user_id=shop.cast.admin.pk,
        actor=CLERK,
        now=at(date(2026, 12, 20)),
    )

    assert last_day_of(formal_notices_of(order).get()) == date(2026, 12, 6)


def test_a_client_gives_notice_too(shop: Shop) -> None:
    order = at_work(shop)
    notice = give_notice(order, shop, direction=Direction.RECEIVED)
    receive(notice.letter, TODAY)

    assert notice.by == Party.CLIENT
    assert not Notice.objects.filter(key=f"formal-notice:{notice.pk}").exists()
    assert conclude_formal_notice(notice.pk, now=later(8))
    assert Termination.objects.get(order=order).by == Party.CLIENT


def test_a_letter_gives_notice_once_and_for_its_own_client(shop: Shop) -> None:
    order = at_work(shop)
    notice = give_notice(order, shop)

    for letter in (notice.letter, letter_for(order, shop, purpose=Purpose.OTHER, number="3C")):
        with pytest.raises(InvalidFieldsError):
            open_formal_notice(
                order.pk,
                letter=letter,
                breach="Encore",
                user_id=shop.cast.ines.pk,
                actor=CLERK,
                now=NOON,
            )


def test_an_order_ended_otherwise_leaves_its_notice_without_object(shop: Shop) -> None:
    order = at_work(shop)
    notice = give_notice(order, shop)
    terminate_order(
        order.pk,
        ground=Ground.NON_PAYMENT,
        reason="Impayé.",
        user_id=shop.cast.ines.pk,
        actor=CLERK,
        now=NOON,
    )

    conclude_notices(0)

    notice.refresh_from_db()
    assert notice.state == FormalNoticeState.WITHDRAWN
    assert notice.closed_by is None


def test_the_database_keeps_a_termination_whole(shop: Shop) -> None:
    order = at_work(shop)

    for ground in (Ground.FORMAL_NOTICE, Ground.FORCE_MAJEURE):
        with pytest.raises(IntegrityError), transaction.atomic():
            Termination.objects.create(
                order=order, ground=ground, by="operator", reason="Sans pièce", terminated_at=NOON
            )


def ask(order: Order, shop: Shop, *, day: int = 0, **facts: object) -> SolvencyCheck:
    values: dict[str, object] = {
        "guarantees": ["prepayment", "transfer"],
        "reason": "Deux factures sont impayées.",
        "answer_by": at(TODAY).date().replace(day=30),
        **facts,
    }
    return ask_guarantees(
        order.pk,
        user_id=shop.cast.ines.pk,
        actor=CLERK,
        now=later(day),
        **values,  # type: ignore[arg-type]
    )


def test_the_right_to_ask_guarantees_lapses_after_thirty_days(shop: Shop) -> None:
    order = shop.order(method="transfer")
    answer_by = date(2027, 1, 31)

    assert solvency_last_day_of(order) == date(2026, 12, 23)
    with pytest.raises(InvalidFieldsError):
        ask(order, shop, day=31, answer_by=answer_by)
    check = ask(order, shop, day=30, answer_by=answer_by)

    assert solvency_check_of(order) == check
    told = Notice.objects.get(key=f"guarantees-asked:{check.pk}")
    assert "paiement d’avance, paiement par virement" in told.text
    with pytest.raises(StaleContractError):
        ask(order, shop, day=30, answer_by=answer_by)


def test_guarantees_that_do_not_come_let_the_operator_not_perform(shop: Shop) -> None:
    check = ask(shop.order(method="transfer"), shop)

    with pytest.raises(ContractError):
        decline_performance(check.pk, actor=CLERK, now=NOON)
    assert not note_silence(check.pk, now=later(7))
    assert note_silence(check.pk, now=later(8))
    assert not note_silence(check.pk, now=later(8))

    assert decline_performance(check.pk, actor=CLERK, now=later(8)).state == SolvencyState.DECLINED
    with pytest.raises(StaleContractError):
        note_guarantees(check.pk, provided=True, actor=CLERK, now=later(9))


def test_guarantees_may_come_late_or_be_refused(shop: Shop) -> None:
    first, second = (ask(shop.order(method="transfer"), shop) for _ in range(2))

    note_guarantees(first.pk, provided=False, actor=CLERK, now=NOON)
    late = note_guarantees(first.pk, provided=True, actor=CLERK, now=later(1))
    given = note_guarantees(second.pk, provided=True, actor=CLERK, now=NOON)

    assert (late.state, given.state) == (SolvencyState.PROVIDED, SolvencyState.PROVIDED)
    note_silent_clients(0)
    assert JournalEntry.objects.filter(action="solvency.provided").count() == 2


def test_a_client_that_opposes_is_not_cited(shop: Shop) -> None:
    order = paid(shop.order())
    shop.order()
    bakery = shop.cast.bakery.pk

    assert citable_orders(TODAY) == [order]
    assert citable_orders(date(2029, 11, 23)) == [order]
    assert citable_orders(date(2029, 11, 24)) == []

    assert oppose_reference(bakery, actor=CLERK, now=NOON)
    assert not oppose_reference(bakery, actor=CLERK, now=NOON)
    assert has_opposed_reference(bakery)
    assert citable_orders(TODAY) == []

    assert allow_reference(bakery, actor=CLERK, now=NOON)
    assert not allow_reference(bakery, actor=CLERK, now=NOON)
    assert citable_orders(TODAY) == [order]


def test_an_ended_order_stays_confidential_for_a_year(shop: Shop) -> None:
    order = at_work(shop)
    assert confidentiality_end_of(order) is None

    Order.objects.filter(pk=order.pk).update(executed_at=NOON)

    assert confidentiality_end_of(Order.objects.get(pk=order.pk)) == date(2027, 11, 23)


ASSIGNEE = NewOperator(
    legal_name="Reprise Postale SAS",
    legal_form="SAS",
    capital_cents=10_000_00,
    siret="90000001900019",
    rcs_city="Lyon",
    street="3 RUE DU PORT",
    postal_code="69002",
    city="LYON",
    email="contact@reprise-postale.test",
    phone="+33199000002",
    iban="FR7630006000011234567890189",
    bic="AGRIFRPP",
    bank_name="Banque d’essai",
    cheque_payee="Reprise Postale SAS",
    cheque_address="3 rue du Port\n69002 Lyon",
    vat_on_debits=False,
)


def test_the_operator_passes_every_contract_on_and_says_so(shop: Shop) -> None:
    at_work(shop)

    def assign(**facts: object) -> None:
        values: dict[str, object] = {
            "effective_on": date(2027, 1, 1),
            "takes_all_obligations": True,
            "reason": "Cession du fonds.",
            **facts,
        }
        assign_contracts(
            ASSIGNEE,
            user_id=shop.cast.admin.pk,
            actor=CLERK,
            now=NOON,
            **values,  # type: ignore[arg-type]
        )

    for wrong in ({"takes_all_obligations": False}, {"effective_on": TODAY}, {"reason": " "}):
        with pytest.raises(InvalidFieldsError):
            assign(**wrong)
    assign()

    told = Notice.objects.get(key__startswith="operator-changes:")
    assert told.to_email == shop.cast.alice.email
    assert "Reprise Postale SAS" in told.text
    entry = JournalEntry.objects.get(action="contracts.assigned")
    assert entry.after is not None
    assert entry.after["clients_told"] == 1
