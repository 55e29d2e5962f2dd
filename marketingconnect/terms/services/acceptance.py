"""A client accepts the terms."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from marketingconnect.accounts.models import Company, User
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.terms import queries
from marketingconnect.terms.errors import StaffCannotAcceptError, TermsChangedError
from marketingconnect.terms.models import TermsAcceptance, TermsVersion


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
