"""Publish the terms, accept them, and keep the law table."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from marketingconnect.accounts.models import Company, User
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.terms import queries
from marketingconnect.terms.errors import (
    LegalFactRefusedError,
    PublishedTextChangedError,
    StaffCannotAcceptError,
    TermsChangedError,
)
from marketingconnect.terms.law import Fact, FactValue, LawTableError, checked, shipped_law
from marketingconnect.terms.models import LegalFact, TermsAcceptance, TermsVersion
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.texts import TermsText, published_texts

_DAY = timedelta(days=1)
_PLATFORM = Actor.system("MarketingConnect")


@transaction.atomic
def ensure_terms_published(now: datetime) -> TermsVersion:
    """Publish the versions that ship and are not yet in the database, and seed the law.

    Safe to call at every start. Returns the version in force that day. Raises
    PublishedTextChangedError when a file differs from what was published, since clients accepted
    its hash.
    """
    for text in published_texts():
        _publish(text, TermsParameters(), now)
    seed_law(now)
    return queries.current_terms(paris_date(now))


def _publish(text: TermsText, parameters: TermsParameters, now: datetime) -> None:
    version, created = TermsVersion.objects.get_or_create(
        number=text.number,
        defaults={
            "title": text.title,
            "text": text.text,
            "sha256": text.sha256,
            "parameters": parameters.to_json(),
            "published_at": now,
            "in_force_from": text.in_force_from,
        },
    )
    if version.sha256 != text.sha256:
        raise PublishedTextChangedError(
            f"Le texte de la version {text.number} a changé depuis sa publication : "
            "un texte publié est définitif, publiez une nouvelle version."
        )
    if created:
        record(
            action="terms.published",
            actor=_PLATFORM,
            company_id=None,
            subject=f"terms_version:{version.pk}",
            after={"number": text.number, "sha256": text.sha256},
            at=now,
        )


@transaction.atomic
def seed_law(now: datetime) -> int:
    """Add the facts that ship and that the database does not know; returns how many.

    Within a key, only what starts after its last known value is new: an administrator may have
    continued it already, and nobody rewrites the past.
    """
    last_of = {row.key: row for row in LegalFact.objects.order_by("in_force_from")}
    added = 0
    for fact in shipped_law():
        last = last_of.get(fact.key)
        if last is not None and fact.in_force_from <= last.in_force_from:
            continue
        if last is not None and last.in_force_to is None:
            last.in_force_to = fact.in_force_from - _DAY
            last.save(update_fields=["in_force_to"])
        last_of[fact.key] = _row(fact, set_at=now)
        last_of[fact.key].save(force_insert=True)
        added += 1
    return added


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
def accept_terms(
    *,
    version: TermsVersion,
    sha256: str,
    company: Company,
    user: User,
    means: str,
    at: datetime,
    on: date,
    ip_address: str | None = None,
    attestations: Sequence[str] = (),
) -> TermsAcceptance:
    """CGV III.a, II.1.c: record that a person accepted exactly this text for a company.

    `sha256` is the hash of the text that was on the screen (a hidden field of the form), `on`
    the civil date of the act. Raises TermsChangedError when it is no longer the text in force,
    StaffCannotAcceptError for one of the operator's own staff.
    """
    if user.is_staff:
        raise StaffCannotAcceptError("Seul le client accepte les conditions générales.")
    current = queries.current_terms(on)
    if (version.pk, sha256) != (current.pk, current.sha256):
        raise TermsChangedError(
            "Les conditions générales ont changé : relisez-les avant de les accepter."
        )
    acceptance = TermsAcceptance.objects.create(
        version=current,
        sha256=current.sha256,
        company=company,
        user=user,
        at=at,
        means=means,
        ip_address=ip_address,
        attestations=list(attestations),
    )
    _journal_acceptance(acceptance)
    return acceptance


def _journal_acceptance(acceptance: TermsAcceptance) -> None:
    record(
        action="terms.accepted",
        actor=Actor.user(acceptance.user.pk, acceptance.user.full_name),
        company_id=acceptance.company.pk,
        subject=f"terms_acceptance:{acceptance.pk}",
        after={
            "version": acceptance.version.number,
            "sha256": acceptance.sha256,
            "means": acceptance.means,
            "attestations": acceptance.attestations,
        },
        at=acceptance.at,
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
