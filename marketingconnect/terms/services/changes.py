"""Tell every client concerned of new terms or prices, and record who refuses them."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from marketingconnect.accounts.models import Company
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.jobs import job
from marketingconnect.notices.services import queue_notice
from marketingconnect.terms import queries
from marketingconnect.terms.errors import NotRefusableError
from marketingconnect.terms.models import AnnouncedChange, ClientChange
from marketingconnect.terms.rules import (
    ChangeKind,
    Refusal,
    effect_for_client,
    refusal_deadline,
    refusal_is_in_time,
    refusal_problems,
)
from marketingconnect.terms.states import TRANSITIONS, ClientChangeState

TELL: Final = "terms.tell_clients"
AT_A_TIME: Final = 100
_PLATFORM: Final = Actor.system("MarketingConnect")


@transaction.atomic
def announce_change(
    *, kind: ChangeKind, number: int, in_force_from: date, now: datetime
) -> AnnouncedChange:
    """CGV III.b: note what changes and leave the job that tells every client concerned.

    In the transaction that publishes. The same change twice is one announcement.
    """
    change, is_new = AnnouncedChange.objects.get_or_create(
        kind=kind,
        number=number,
        defaults={"in_force_from": in_force_from, "published_at": now},
    )
    if is_new and queries.companies_to_tell(change).exists():
        defer_telling(change.pk)
    return change


def defer_telling(change_id: int) -> None:
    """Leave the job; one at a time for a change."""
    job(TELL, queue="notices", lock=f"terms-change:{change_id}").defer(change_id=change_id)


@transaction.atomic
def tell_clients(change_id: int, *, now: datetime) -> int:
    """CGV III.b: tell the next clients concerned, once each, and say until when they may refuse.

    At most 100 at a time, so that a stop loses little; returns how many. Their 30 days run from
    the mail, not from the publication. Safe to call again.
    """
    change = AnnouncedChange.objects.select_for_update().get(pk=change_id)
    today = paris_date(now)
    terms = queries.parameters_of(queries.current_terms(today))
    found = list(queries.companies_to_tell(change).order_by("pk")[:AT_A_TIME])
    for company in found:
        client = ClientChange.objects.create(
            change=change,
            company=company,
            told_at=now,
            refuse_until=refusal_deadline(informed_on=today, terms=terms),
            applies_from=effect_for_client(
                informed_on=today, in_force_from=change.in_force_from, terms=terms
            ),
        )
        _tell(client, now)
    if len(found) == AT_A_TIME:
        defer_telling(change_id)
    return len(found)


def _tell(client: ClientChange, now: datetime) -> None:
    change, company = client.change, client.company
    queue_notice(
        key=client.notice_key,
        template=f"{change.kind}_changed",
        to_email=_email_of(company),
        company_id=company.pk,
        at=now,
        context={
            "company": company,
            "client": client,
            "change": change,
            "bound": queries.version_last_accepted(company),
            "action_url": settings.BASE_URL + _page_of(client),
            "action_text": "Lire ce qui change",
        },
    )
    record(
        action="terms.client_told",
        actor=_PLATFORM,
        company_id=company.pk,
        subject=f"client_change:{client.pk}",
        after={
            "kind": change.kind,
            "number": change.number,
            "refuse_until": client.refuse_until,
            "applies_from": client.applies_from,
        },
        at=now,
    )


def _email_of(company: Company) -> str:
    """The longest-standing owner, or who accepted the terms last."""
    owner = queries.first_owner(company)
    return owner.email if owner else queries.acceptances_of(company)[0].user.email


def _page_of(client: ClientChange) -> str:
    """Where the client reads what changes."""
    if client.change.kind == ChangeKind.PRICES:
        return reverse("shop:prices_coming", args=[client.change.number])
    bound = queries.version_last_accepted(client.company)
    return reverse("shop:terms_compare", args=[bound.number, client.change.number])


@transaction.atomic
def record_refusal(
    client_change_id: int, refusal: Refusal, *, actor: Actor, now: datetime
) -> ClientChange:
    """CGV III.b: record that a client refuses a change and terminates, and whether in time.

    Returns the row: REFUSED ends its contract, REFUSED_LATE changes nothing. Raises
    NotRefusableError for a refusal without its number or its days, from before what it refuses was
    published, or one already recorded.
    """
    client = ClientChange.objects.select_for_update(of=("self",)).get(pk=client_change_id)
    change, old = client.change, ClientChangeState(client.state)
    if problems := refusal_problems(refusal, kind=ChangeKind(change.kind)):
        raise NotRefusableError(problems)
    _check_days(refusal, change, now)
    terms = queries.parameters_of(queries.current_terms(paris_date(client.told_at)))
    in_time = refusal_is_in_time(refusal, deadline=client.refuse_until, terms=terms)
    new = ClientChangeState.REFUSED if in_time else ClientChangeState.REFUSED_LATE
    if new not in TRANSITIONS[old]:
        raise NotRefusableError({"": "Ce refus est déjà enregistré."})
    values: dict[str, Any] = {**asdict(refusal), "state": new, "answered_at": now}
    ClientChange.objects.filter(pk=client.pk, state=old).update(**values)
    record(
        action="terms.change_refused" if in_time else "terms.change_refused_late",
        actor=actor,
        company_id=client.company.pk,
        subject=f"client_change:{client.pk}",
        before={"state": old},
        after={
            **asdict(refusal),
            "state": new,
            "kind": change.kind,
            "number": change.number,
            "refuse_until": client.refuse_until,
        },
        at=now,
    )
    client.refresh_from_db()
    return client


def _check_days(refusal: Refusal, change: AnnouncedChange, now: datetime) -> None:
    """A refusal comes after what it refuses was published, and not from the future."""
    if refusal.posted_on < paris_date(change.published_at):
        raise NotRefusableError(
            {"posted_on": "Ce changement n’était pas encore publié ce jour-là : vérifiez la date."}
        )
    if refusal.received_on > paris_date(now):
        raise NotRefusableError({"received_on": "Ce jour n’est pas encore venu."})
