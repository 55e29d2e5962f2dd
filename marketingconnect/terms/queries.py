"""Reads of the terms: the version in force, its parameters, the law of a day."""

from collections.abc import Iterable
from datetime import date

from marketingconnect.accounts.models import Company
from marketingconnect.kernel.vat import VatRate
from marketingconnect.terms.errors import NoTermsInForceError
from marketingconnect.terms.law import VAT_PREFIX, Fact, vat_rates_of
from marketingconnect.terms.models import LegalFact, TermsAcceptance, TermsVersion
from marketingconnect.terms.parameters import TermsParameters
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
