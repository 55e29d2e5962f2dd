"""Tell staff, once a vintage, that it must be loaded or replaced soon (CGV CL.5)."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from marketingconnect.accounts.queries import staff
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.base.models import SireneVintage
from marketingconnect.base.queries import latest_vintage
from marketingconnect.base.rules import sirene_alert_on, sirene_due_on
from marketingconnect.base.sirene.queries import vintages_waiting
from marketingconnect.clock import paris_date
from marketingconnect.notices.services import queue_notice
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.queries import current_terms, parameters_of


@transaction.atomic
def tell_of_ageing_vintage(*, now: datetime) -> list[date]:
    """CGV CL.5: mail administrators before the 30 days of a delivery are over; which vintages.

    A stock received and not loaded comes first; else the one in use, which the next must replace.
    """
    today = paris_date(now)
    terms = parameters_of(current_terms(today))
    waiting = vintages_waiting()
    current = latest_vintage()
    watched = waiting or ([current] if current else [])
    return [
        vintage.vintage
        for vintage in watched
        if vintage.alerted_on is None and _is_due(vintage, today, terms)
        if _tell(vintage, terms, is_waiting=bool(waiting), now=now)
    ]


def _is_due(vintage: SireneVintage, today: date, terms: TermsParameters) -> bool:
    alert_on = sirene_alert_on(
        delivered_on=vintage.delivered_on,
        terms=terms,
        days_before=settings.SIRENE_ALERT_DAYS_BEFORE,
    )
    return alert_on <= today


def _tell(
    vintage: SireneVintage, terms: TermsParameters, *, is_waiting: bool, now: datetime
) -> bool:
    """Whether this run is the one that tells: two at once tell once."""
    marked = SireneVintage.objects.filter(pk=vintage.pk, alerted_on=None).update(
        alerted_on=paris_date(now)
    )
    if not marked:
        return False
    about = "sirene-waiting" if is_waiting else "sirene-ageing"
    for person in staff().filter(is_active=True, staff_role=StaffRole.ADMINISTRATOR):
        queue_notice(
            key=f"{about}:{vintage.vintage.isoformat()}:{vintage.delivered_on.isoformat()}:{person.pk}",
            template="sirene_ageing",
            to_email=person.email,
            company_id=None,
            context={
                "first_name": person.first_name,
                "vintage": vintage,
                "is_waiting": is_waiting,
                "due_on": sirene_due_on(delivered_on=vintage.delivered_on, terms=terms),
            },
            at=now,
        )
    record(
        action="base.sirene_ageing",
        actor=Actor.system("base"),
        company_id=None,
        subject=f"sirene:{vintage.vintage.isoformat()}",
        after={"delivered_on": vintage.delivered_on, "waiting": is_waiting},
        at=now,
    )
    return True
