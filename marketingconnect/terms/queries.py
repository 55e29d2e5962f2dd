"""Reads of the terms: the version in force, its parameters, the law of a day."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from marketingconnect.accounts.models import Company, User
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.kernel.vat import VatRate
from marketingconnect.terms.errors import NoTermsInForceError
from marketingconnect.terms.law import VAT_PREFIX, Fact, vat_rates_of
from marketingconnect.terms.models import (
    AnnouncedChange,
    ClientChange,
    LegalFact,
    TermsAcceptance,
    TermsDraft,
    TermsVersion,
)
from marketingconnect.terms.parameters import SETTINGS, TermsParameters
from marketingconnect.terms.rules import ChangeKind, earliest_effect
from marketingconnect.terms.texts import Article, parse_terms


def current_terms(on: date) -> TermsVersion:
    """The version in force that day, the latest of those that started; NoTermsInForceError."""
    version = TermsVersion.objects.filter(in_force_from__lte=on).order_by("-number").first()
    if version is None:
        raise NoTermsInForceError("Aucune version des conditions générales n’est en vigueur.")
    return version


def terms_versions() -> list[TermsVersion]:
    """Every version published, the latest first."""
    return list(TermsVersion.objects.order_by("-number"))


def parameters_of(version: TermsVersion) -> TermsParameters:
    """The parameters that version was published with."""
    return TermsParameters.from_json(version.parameters)


def articles_of(version: TermsVersion) -> tuple[Article, ...]:
    """The articles of that version, in the order of its text."""
    return parse_terms(version.text).articles


def acceptances_of(company: Company) -> list[TermsAcceptance]:
    """What a company accepted, the latest first, with the version and the person."""
    accepted = TermsAcceptance.objects.filter(company=company)
    return list(accepted.select_related("version", "user").order_by("-at", "-pk"))


def version_of(number: int) -> TermsVersion | None:
    """One version by its number."""
    return TermsVersion.objects.filter(number=number).first()


def version_last_accepted(company: Company) -> TermsVersion:
    """The version a client accepted last. Raises TermsAcceptance.DoesNotExist."""
    accepted = TermsAcceptance.objects.filter(company=company).select_related("version")
    return accepted.latest("at", "pk").version


def draft() -> TermsDraft | None:
    """The next version, while it is written."""
    return TermsDraft.objects.select_related("edited_by").first()


def changed_settings(earlier: TermsVersion, later: TermsVersion) -> list[tuple[str, Any, Any]]:
    """(name, value before, value after) of the parameters that two versions set otherwise."""
    before, after = parameters_of(earlier), parameters_of(later)
    found = [(name, getattr(before, name), getattr(after, name)) for name in SETTINGS]
    return [row for row in found if row[1] != row[2]]


def clients_under_contract() -> QuerySet[Company]:
    """Companies that accepted the terms at least once, which is how they ordered."""
    accepted = TermsAcceptance.objects.filter(company=OuterRef("pk"))
    return Company.objects.filter(Exists(accepted), closed_at__isnull=True)


def earliest_change(today: date) -> date | None:
    """CGV III.b: the first day that a change published today may start; None without a client."""
    if not clients_under_contract().exists():
        return None
    return earliest_effect(informed_on=today, terms=parameters_of(current_terms(today)))


def companies_to_tell(change: AnnouncedChange) -> QuerySet[Company]:
    """CGV III.b: clients concerned by a change and not told of it yet.

    Of new terms: those who accepted an earlier version. Of new prices: every client.
    """
    companies = clients_under_contract()
    if change.kind == ChangeKind.TERMS:
        bound = TermsAcceptance.objects.filter(
            company=OuterRef("pk"), version__number__lt=change.number
        )
        companies = companies.filter(Exists(bound))
    told = ClientChange.objects.filter(change=change, company=OuterRef("pk"))
    return companies.exclude(Exists(told))


def first_owner(company: Company) -> User | None:
    """The longest-standing owner who may still log in."""
    seats = company.memberships.filter(
        role=MemberRole.OWNER, until__isnull=True, user__is_active=True
    )
    seat = seats.select_related("user").order_by("since", "pk").first()
    return seat.user if seat else None


def changes_to_come(today: date) -> QuerySet[AnnouncedChange]:
    """Changes that start after that day: clients who order meanwhile are told too."""
    return AnnouncedChange.objects.filter(in_force_from__gt=today).order_by("pk")


def change_of(kind: ChangeKind, number: int) -> AnnouncedChange | None:
    """The announcement of one version or of one price list."""
    return AnnouncedChange.objects.filter(kind=kind, number=number).first()


def clients_told(change: AnnouncedChange) -> QuerySet[ClientChange]:
    """Who was told of a change, those who refused it first."""
    told = ClientChange.objects.filter(change=change).select_related("company", "change")
    return told.order_by("state", "pk")


def changes_of_company(company: Company) -> list[ClientChange]:
    """What a client was told, the latest first."""
    told = ClientChange.objects.filter(company=company).select_related("change")
    return list(told.order_by("-told_at", "-pk"))


def law() -> tuple[Fact, ...]:
    """The whole law table, in order of key and date; small, so read it once for a request."""
    return _facts(LegalFact.objects.order_by("key", "in_force_from"))


def law_of(key: str) -> tuple[Fact, ...]:
    """The successive values of one key."""
    return _facts(LegalFact.objects.filter(key=key).order_by("in_force_from"))


def vat_rates() -> tuple[VatRate, ...]:
    """Every VAT rate with its dates, for `kernel.vat.vat_rate(on, territory, rates)`."""
    return vat_rates_of(_facts(LegalFact.objects.filter(key__startswith=VAT_PREFIX)))


def _facts(rows: Iterable[LegalFact]) -> tuple[Fact, ...]:
    return tuple(
        Fact(row.key, row.value, row.in_force_from, row.in_force_to, row.source) for row in rows
    )
