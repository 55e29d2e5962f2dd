"""What outlives an order: citing a client, passing every contract to another operator."""

from datetime import date, datetime

from django.db import transaction

from marketingconnect.accounts.models import Company
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.catalogue.queries import operator_on
from marketingconnect.catalogue.services import NewOperator, set_operator
from marketingconnect.clock import paris_date
from marketingconnect.contracts.errors import InvalidFieldsError
from marketingconnect.contracts.models import ContractAssignment, ReferenceOpposition
from marketingconnect.contracts.notices import tell_operator_changes
from marketingconnect.contracts.queries import orders_that_run
from marketingconnect.contracts.rules.lasting import assignment_problems


@transaction.atomic
def oppose_reference(company_id: int, *, actor: Actor, now: datetime) -> bool:
    """CGV III.e: a client is not to be cited any more. False when it said so before."""
    Company.objects.select_for_update().get(pk=company_id)
    _, is_new = ReferenceOpposition.objects.get_or_create(
        company_id=company_id, withdrawn_at=None, defaults={"opposed_at": now}
    )
    if is_new:
        _journal("reference.opposed", company_id, actor, now)
    return is_new


@transaction.atomic
def allow_reference(company_id: int, *, actor: Actor, now: datetime) -> bool:
    """CGV III.e: a client takes its opposition back. False when it had none."""
    Company.objects.select_for_update().get(pk=company_id)
    opposed = ReferenceOpposition.objects.filter(company_id=company_id, withdrawn_at__isnull=True)
    if not opposed.update(withdrawn_at=now):
        return False
    _journal("reference.allowed", company_id, actor, now)
    return True


def _journal(action: str, company_id: int, actor: Actor, now: datetime) -> None:
    record(
        action=action,
        actor=actor,
        company_id=company_id,
        subject=f"company:{company_id}",
        at=now,
    )


@transaction.atomic
def assign_contracts(
    assignee: NewOperator,
    *,
    effective_on: date,
    takes_all_obligations: bool,
    reason: str,
    user_id: int,
    actor: Actor,
    now: datetime,
) -> ContractAssignment:
    """CGV III.d: from a day on, another legal person is the operator, all obligations included.

    Each client with a contract that runs is told. Documents issued before keep their seller.
    Raises InvalidFieldsError and the errors of `set_operator`.
    """
    today = paris_date(now)
    problems = assignment_problems(
        by_client=False,
        takes_all_obligations=takes_all_obligations,
        effective_on=effective_on,
        today=today,
    )
    if not reason.strip():
        problems["reason"] = "Dites pourquoi : la raison est gardée."
    if problems:
        raise InvalidFieldsError(problems)
    assignor = operator_on(today)
    identity = set_operator(assignee, in_force_from=effective_on, actor=actor, now=now)
    assignment = ContractAssignment.objects.create(
        assignor=assignor,
        assignee=identity,
        effective_on=effective_on,
        reason=reason.strip()[:300],
        decided_by_id=user_id,
        decided_at=now,
    )
    _tell_clients(assignment, actor, now)
    return assignment


def _tell_clients(assignment: ContractAssignment, actor: Actor, now: datetime) -> None:
    assignor, assignee = assignment.assignor, assignment.assignee
    clients = list(Company.objects.filter(orders__in=orders_that_run()).distinct().order_by("pk"))
    record(
        action="contracts.assigned",
        actor=actor,
        company_id=None,
        subject=f"operator:{assignee.pk}",
        at=now,
        before={"operator": assignor.legal_name, "siret": assignor.siret},
        after={
            "operator": assignee.legal_name,
            "siret": assignee.siret,
            "effective_on": assignment.effective_on,
            "reason": assignment.reason,
            "clients_told": len(clients),
        },
    )
    for company in clients:
        tell_operator_changes(
            company,
            assignee.legal_name,
            assignment.effective_on,
            assignment=assignment.pk,
            at=now,
        )
