"""The terms as a page: the version in force, every other version, an anchor an article."""

from datetime import date
from typing import Any

from marketingconnect.terms.models import TermsVersion
from marketingconnect.terms.parameters import TermsParameters


def all_versions() -> list[TermsVersion]:
    """Every published version, newest first."""
    return list(TermsVersion.objects.order_by("-number"))


def version_in_force(on: date) -> TermsVersion | None:
    """The version new orders are bound to that day; None before the first."""
    return TermsVersion.objects.filter(in_force_from__lte=on).order_by("-number").first()


def parameters_on(on: date) -> TermsParameters:
    """The figures of the terms in force; the defaults of version 1 before any is published."""
    version = version_in_force(on)
    return TermsParameters.from_json(version.parameters) if version else TermsParameters()


def version_page(version: TermsVersion | None, on: date) -> dict[str, Any]:
    """What the terms page shows."""
    return {
        "version": version,
        "versions": all_versions(),
        "in_force": version == version_in_force(on),
    }
