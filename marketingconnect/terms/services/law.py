"""Keep the law table: seed what ships, continue it."""

from datetime import date, datetime, timedelta

from django.db import transaction

from marketingconnect.accounts.models import User
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.terms.errors import LegalFactRefusedError
from marketingconnect.terms.law import Fact, FactValue, LawTableError, checked, shipped_law
from marketingconnect.terms.models import LegalFact

_DAY = timedelta(days=1)


@transaction.atomic
def seed_law(now: datetime) -> int:
    """Add the facts that ship and that the database does not know; returns how many.

    Within a key, only what starts after its last known value is new: an administrator may have
    continued it already, and nobody rewrites the past.
    """
    last_of = {row.key: row for row in LegalFact.objects.order_by("in_force_from")}
    added: list[LegalFact] = []
    for fact in shipped_law():
        last = last_of.get(fact.key)
        if last is not None and fact.in_force_from <= last.in_force_from:
            continue
        if last is not None and last.in_force_to is None:
            last.in_force_to = fact.in_force_from - _DAY
            if last.pk is not None:
                last.save(update_fields=["in_force_to"])
        last_of[fact.key] = _row(fact, set_at=now)
        added.append(last_of[fact.key])
    LegalFact.objects.bulk_create(added)
    return len(added)


def _row(fact: Fact, *, set_at: datetime, set_by: User | None = None) -> LegalFact:
    return LegalFact(
        key=fact.key,
        value=fact.value,
        in_force_from=fact.in_force_from,
        in_force_to=fact.in_force_to,
        source=fact.source,
        set_by=set_by,
        set_at=set_at,
    )


@transaction.atomic
def set_legal_fact(
    *, key: str, value: FactValue, in_force_from: date, source: str, by: User, now: datetime
) -> LegalFact:
    """Continue a known key with a later value; the one before ends the day before.

    Only an administrator may; the past is never rewritten: the new value starts after the last
    one did. Raises LegalFactRefusedError.
    """
    if by.staff_role != StaffRole.ADMINISTRATOR or not by.is_active:
        raise LegalFactRefusedError("Seul un administrateur modifie les données légales.")
    last = LegalFact.objects.select_for_update().filter(key=key).order_by("in_force_from").last()
    if last is None:
        raise LegalFactRefusedError(f"La donnée légale « {key} » n’existe pas.")
    before = {"value": last.value, "in_force_from": last.in_force_from}
    _close(last, in_force_from - _DAY)
    fact = Fact(key, value, in_force_from, None, source.strip())
    _check_continuation(last, fact)
    last.save(update_fields=["in_force_to"])
    row = _row(fact, set_at=now, set_by=by)
    row.save(force_insert=True)
    record(
        action="legal_fact.set",
        actor=Actor.staff(by.pk, by.full_name),
        company_id=None,
        subject=f"legal_fact:{key}",
        before=before,
        after={"value": value, "in_force_from": in_force_from, "source": fact.source},
        at=now,
    )
    return row


def _close(last: LegalFact, day: date) -> None:
    """End the value in force, unless it had already an end of its own."""
    last.in_force_to = day if last.in_force_to is None else last.in_force_to


def _check_continuation(last: LegalFact, new: Fact) -> None:
    if not new.source:
        raise LegalFactRefusedError("Indiquez la source : le texte et son article.")
    before = Fact(last.key, last.value, last.in_force_from, last.in_force_to, last.source)
    try:
        checked((before, new))
    except LawTableError as error:
        raise LegalFactRefusedError(
            "Cette valeur ne fait pas suite à la précédente : même nature, date postérieure "
            "au début de la précédente, sans trou ni recouvrement."
        ) from error
