"""Give a discount on a line, within the limit that the operator sets for a day."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from marketingconnect.accounts.models import User
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.proposals.discounts import discount_limit_on
from marketingconnect.proposals.errors import InvalidFieldsError, NotAllowedError
from marketingconnect.proposals.models import DiscountLimit, ProposalLine
from marketingconnect.proposals.rules import discount_problems
from marketingconnect.proposals.services.rows import draft, journal


@transaction.atomic
def set_discount(
    proposal_id: int,
    line_id: int,
    *,
    percent: Decimal,
    reason: str,
    actor: Actor,
    now: datetime,
) -> ProposalLine:
    """CGV B.3, III.b: what is taken off the tariff of a line, and why; zero takes it back.

    Raises InvalidFieldsError above the limit of the day or without a reason, LookupError when the
    line is no longer there.
    """
    proposal = draft(proposal_id)
    line = ProposalLine.objects.filter(proposal=proposal, pk=line_id).first()
    if line is None:
        raise LookupError(line_id)
    why = " ".join(reason.split())[:120] if percent else ""
    most = discount_limit_on(paris_date(now))
    if problems := discount_problems(percent=percent, reason=why, most=most):
        raise InvalidFieldsError(problems)
    line.discount_percent, line.discount_reason = percent, why
    line.save(update_fields=["discount_percent", "discount_reason"])
    given = {"item": str(line), "percent": percent, "reason": why}
    journal("proposal.discount_set", proposal, actor=actor, now=now, after=given)
    return line


@transaction.atomic
def set_discount_limit(
    *,
    most_percent: Decimal,
    in_force_from: date,
    reason: str,
    user_id: int,
    actor: Actor,
    now: datetime,
) -> DiscountLimit:
    """CGV III.b: from a day on, how far advisors may go; never in the past, set once a day.

    What was sent before keeps its prices. Raises InvalidFieldsError, NotAllowedError for anybody
    but an administrator.
    """
    person = User.objects.get(pk=user_id)
    if person.staff_role != StaffRole.ADMINISTRATOR:
        raise NotAllowedError("Seul un administrateur fixe la limite des remises.")
    if problems := _limit_problems(most_percent, in_force_from, reason, paris_date(now)):
        raise InvalidFieldsError(problems)
    limit = DiscountLimit.objects.create(
        in_force_from=in_force_from,
        most_percent=most_percent,
        reason=" ".join(reason.split())[:200],
        set_by=person,
        set_at=now,
    )
    record(
        action="discount_limit.set",
        actor=actor,
        company_id=None,
        subject=f"discount_limit:{limit.pk}",
        at=now,
        after={"from": in_force_from, "most_percent": most_percent, "reason": limit.reason},
    )
    return limit


def _limit_problems(percent: Decimal, day: date, reason: str, today: date) -> dict[str, str]:
    problems = {}
    if not 0 <= percent <= 100:
        problems["most_percent"] = "Indiquez un pourcentage, de 0 à 100."
    if day < today:
        problems["in_force_from"] = "Cette limite ne peut pas commencer dans le passé."
    elif DiscountLimit.objects.filter(in_force_from=day).exists():
        problems["in_force_from"] = "Une limite commence déjà ce jour-là."
    if not reason.strip():
        problems["reason"] = "Dites pourquoi."
    return problems
