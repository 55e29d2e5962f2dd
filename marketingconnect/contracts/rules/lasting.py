"""What outlives an order: reference, confidentiality, and to whom a contract may pass."""

from datetime import date

from marketingconnect.kernel.calendar import add_months, add_years
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.readings import ReferenceStart


def reference_until(
    *, ordered_on: date, ended_on: date | None, terms: TermsParameters
) -> date | None:
    """CGV III.e: the last day a client may be cited as a reference: 3 years from its order.

    None when the terms count from the end of a contract that has not ended.
    """
    start = ordered_on if terms.reference_from is ReferenceStart.ORDER else ended_on
    return add_years(start, terms.reference_years) if start is not None else None


def may_be_cited(*, today: date, until: date | None, has_opposed: bool) -> bool:
    """CGV III.e: the name and the services may be cited, unless the client opposes, any day."""
    return not has_opposed and (until is None or today <= until)


def confidential_until(*, ended_on: date | None, terms: TermsParameters) -> date | None:
    """CGV III.f: what was exchanged stays confidential 12 months after the end of the contract.

    None while the contract runs.
    """
    return add_months(ended_on, terms.confidentiality_months) if ended_on is not None else None


def is_confidential(*, today: date, until: date | None) -> bool:
    """CGV III.f: during the contract and to the last day after it.

    A reference (III.e) may still name the client and the nature of the services, nothing more.
    """
    return until is None or today <= until


def assignment_problems(
    *, by_client: bool, takes_all_obligations: bool, effective_on: date, today: date
) -> dict[str, str]:
    """CGV III.d: a client never passes its contract on; the operator may, obligations included."""
    problems = {}
    if by_client:
        problems["party"] = "Un client ne peut pas céder son contrat."
    if not takes_all_obligations:
        problems["takes_all_obligations"] = "Le repreneur doit reprendre toutes les obligations."
    if effective_on <= today:
        problems["effective_on"] = "La cession prend effet demain au plus tôt : chacun est averti."
    return problems
