"""The terms as a page: chapters, an anchor an article, and every other version."""

from datetime import date
from typing import Any

from marketingconnect.terms.errors import NoTermsInForceError
from marketingconnect.terms.models import TermsVersion
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.queries import current_terms, parameters_of, terms_versions
from marketingconnect.web.terms_chapters import chapters_of


def version_in_force(on: date) -> TermsVersion | None:
    """The version new orders are bound to that day; None before the first."""
    try:
        return current_terms(on)
    except NoTermsInForceError:
        return None


def parameters_on(on: date) -> TermsParameters:
    """The figures of the terms in force; the defaults of version 1 before any is published."""
    version = version_in_force(on)
    return parameters_of(version) if version else TermsParameters()


def version_page(version: TermsVersion | None, on: date) -> dict[str, Any]:
    """What the terms page shows."""
    versions = terms_versions()
    number = version.number if version else 0
    return {
        "version": version,
        "versions": versions,
        "in_force": version == version_in_force(on),
        "is_coming": version is not None and version.in_force_from > on,
        "previous": next((known for known in versions if known.number < number), None),
        "chapters": chapters_of(version) if version else [],
    }
