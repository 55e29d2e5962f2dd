"""What is agreed with one client: a schedule for an order, and whether transfers are required."""

from datetime import date, datetime

from django.db import transaction

from marketingconnect.accounts.models import Company
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.errors import AgreementError
from marketingconnect.payments.models import Instalment, TransferRequirement
from marketingconnect.payments.rules import first_payment_due, schedule
from marketingconnect.terms.queries import parameters_of


@transaction.atomic
def agree_on_instalments(
    order_id: int, *, count: int, first_on: date, actor: Actor, now: datetime
) -> list[Instalment]:
    """CGV II.2.b: the schedule of an order not paid yet, monthly; its first date within a month.

    Asked again with the same dates, the same schedule. Raises AgreementError.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    known = list(Instalment.objects.filter(order=order))
    planned = planned_instalments(order, count=count, first_on=first_on)
    if known:
        if [(one.due_on, Money(one.cents)) for one in known] == planned:
            return known
        raise AgreementError("Cette commande a déjà un échéancier.")
    if order.state not in {OrderState.ACCEPTED, OrderState.FIRM}:
        raise AgreementError("Cette commande n’attend plus de paiement.")
    instalments = [
        Instalment.objects.create(order=order, number=number, due_on=day, cents=amount.cents)
        for number, (day, amount) in enumerate(planned, start=1)
    ]
    record(
        action="order.schedule_agreed",
        actor=actor,
        company_id=order.company_id,
        subject=f"order:{order.pk}",
        at=now,
        after={"instalments": [[day.isoformat(), amount.cents] for day, amount in planned]},
    )
    return instalments


def planned_instalments(order: Order, *, count: int, first_on: date) -> list[tuple[date, Money]]:
    """CGV II.2.b: the days and amounts of a schedule before it is agreed. Raises AgreementError."""
    earliest, latest = first_payment_range(order)
    if not earliest <= first_on <= latest:
        raise AgreementError(
            f"Le premier paiement a lieu au plus tard le {latest:%d/%m/%Y} (CGV, art. II.2.b)."
        )
    try:
        return list(schedule(total=Money(order.total_cents), count=count, first_on=first_on))
    except ValueError as error:
        raise AgreementError("Ce nombre d’échéances ne convient pas.") from error


def first_payment_range(order: Order) -> tuple[date, date]:
    """CGV II.2.b: the first and the last day for the first payment of an order."""
    accepted_on = paris_date(order.accepted_at)
    months = parameters_of(order.terms).first_payment_within_months
    return accepted_on, first_payment_due(accepted_on=accepted_on, within_months=months)


@transaction.atomic
def set_transfer_requirement(
    company_id: int,
    *,
    applies: bool,
    reason: str,
    in_force_from: date,
    actor: Actor,
    now: datetime,
) -> TransferRequirement:
    """CGV II.1.b: from a day on, whether this client pays by transfer above the threshold, and why.

    Never in the past: no order already accepted changes. Raises AgreementError.
    """
    company = Company.objects.select_for_update().get(pk=company_id)
    why = " ".join(reason.split())[:300]
    if not why:
        raise AgreementError("Dites pourquoi.")
    if in_force_from < paris_date(now):
        raise AgreementError("Cette règle ne peut pas commencer dans le passé.")
    if TransferRequirement.objects.filter(company=company, in_force_from=in_force_from).exists():
        raise AgreementError("Une règle commence déjà ce jour-là pour ce client.")
    row = TransferRequirement.objects.create(
        company=company,
        in_force_from=in_force_from,
        applies=applies,
        reason=why,
        set_at=now,
        set_by_id=actor.id,
    )
    record(
        action="transfer_requirement.set",
        actor=actor,
        company_id=company.pk,
        subject=f"company:{company.pk}",
        at=now,
        after={"applies": applies, "from": in_force_from, "reason": why},
    )
    return row
