"""Write the next version of the terms, and publish it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from marketingconnect.accounts.models import User
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.terms import queries
from marketingconnect.terms.drafting import draft_problems, with_header, without_header
from marketingconnect.terms.errors import NotPublishableTermsError, StaleDraftError
from marketingconnect.terms.models import TermsDraft, TermsOrigin, TermsVersion
from marketingconnect.terms.parameters import InvalidParametersError, TermsParameters
from marketingconnect.terms.rules import start_problem
from marketingconnect.terms.services.texts import publish_text
from marketingconnect.terms.texts import parse_terms

_STALE = "Ce brouillon a été modifié ou publié entre-temps : rechargez la page."


@transaction.atomic
def start_draft(*, by: User, now: datetime) -> TermsDraft:
    """The draft of the next version, started as a copy of the last one; the same one if any."""
    _only_administrator(by)
    latest = TermsVersion.objects.select_for_update().latest("number")
    draft, is_new = TermsDraft.objects.get_or_create(
        number=latest.number + 1,
        defaults={
            "title": latest.title,
            "body": without_header(latest.text),
            "parameters": queries.parameters_of(latest).to_json(),
            "edited_by": by,
            "edited_at": now,
        },
    )
    if is_new:
        _journal("terms.draft_started", draft, by, now)
    return draft


@transaction.atomic
def save_draft(
    *,
    revision: int,
    by: User,
    now: datetime,
    title: str | None = None,
    body: str | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> TermsDraft:
    """Keep what is given of the draft, if it is still the revision that was on the screen.

    Raises StaleDraftError, or InvalidParametersError naming the parameter.
    """
    _only_administrator(by)
    changes: dict[str, Any] = {"revision": revision + 1, "edited_by": by, "edited_at": now}
    if title is not None:
        changes["title"] = title
    if body is not None:
        changes["body"] = body.replace("\r\n", "\n")
    if parameters is not None:
        changes["parameters"] = TermsParameters.from_json(parameters).to_json()
    if not TermsDraft.objects.filter(revision=revision).update(**changes):
        raise StaleDraftError(_STALE)
    draft = TermsDraft.objects.get()
    _journal("terms.draft_saved", draft, by, now)
    return draft


@transaction.atomic
def discard_draft(*, revision: int, by: User, now: datetime) -> None:
    """Throw the draft away. Raises StaleDraftError."""
    _only_administrator(by)
    draft = _locked(revision)
    _journal("terms.draft_discarded", draft, by, now)
    draft.delete()


@transaction.atomic
def publish_draft(*, revision: int, in_force_from: date, by: User, now: datetime) -> TermsVersion:
    """CGV III.b: publish the draft for a day that leaves every client the time to refuse it.

    The text becomes immutable, the clients concerned are told by mail. Raises
    NotPublishableTermsError with every problem, or StaleDraftError.
    """
    _only_administrator(by)
    draft = _locked(revision)
    latest = TermsVersion.objects.select_for_update().latest("number")
    today = paris_date(now)
    problem = start_problem(
        starts_on=in_force_from,
        published_on=today,
        latest_start=latest.in_force_from,
        earliest=queries.earliest_change(today),
    )
    problems = [*([problem] if problem else []), *problems_of(draft, latest)]
    if problems:
        raise NotPublishableTermsError(problems)
    text = with_header(draft.body, draft.number, draft.title, in_force_from)
    version = publish_text(
        parse_terms(text),
        TermsParameters.from_json(draft.parameters),
        in_force_from=in_force_from,
        origin=TermsOrigin.OPERATOR,
        by=by,
        now=now,
    )
    draft.delete()
    return version


def problems_of(draft: TermsDraft, latest: TermsVersion) -> list[str]:
    """What keeps the draft from being published, besides its date; French sentences."""
    try:
        TermsParameters.from_json(draft.parameters)
    except InvalidParametersError as error:
        return [f"Un chiffre du brouillon n’est pas admis : {error}"]
    if draft.number != latest.number + 1:
        return [f"La version {latest.number} a été publiée depuis : recommencez un brouillon."]
    return draft_problems(draft.body, title=draft.title, latest=parse_terms(latest.text))


def _locked(revision: int) -> TermsDraft:
    draft = TermsDraft.objects.select_for_update().filter(revision=revision).first()
    if draft is None:
        raise StaleDraftError(_STALE)
    return draft


def _only_administrator(by: User) -> None:
    if by.staff_role != StaffRole.ADMINISTRATOR or not by.is_active:
        raise NotPublishableTermsError(["Seul un administrateur écrit et publie les conditions."])


def _journal(action: str, draft: TermsDraft, by: User, now: datetime) -> None:
    record(
        action=action,
        actor=Actor.staff(by.pk, by.full_name),
        company_id=None,
        subject=f"terms_draft:{draft.number}",
        after={"number": draft.number, "revision": draft.revision},
        at=now,
    )
