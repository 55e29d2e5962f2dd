"""The quantity delivered against the quantity ordered, and what that changes in the price."""

from decimal import Decimal
from enum import StrEnum

from marketingconnect.catalogue.rules import Unit, net_price
from marketingconnect.kernel.money import Money
from marketingconnect.terms.parameters import TermsParameters


class Outcome(StrEnum):
    """What the delivered quantity calls for."""

    NOTHING = "nothing"
    CREDIT = "credit"
    BALANCE = "balance"
    DECISION = "decision"


class Decision(StrEnum):
    """What staff and client agreed on, beyond the tolerance."""

    TOP_UP = "top_up"
    NEW_AGREEMENT = "new_agreement"
    CANCEL = "cancel"


def deviation_percent(*, ordered: int, delivered: int) -> Decimal:
    """CGV CL.6: how far the delivered quantity is from the ordered one, in percent of it."""
    return Decimal(100) * (delivered - ordered) / ordered


def is_within_tolerance(*, ordered: int, delivered: int, terms: TermsParameters) -> bool:
    """CGV CL.6: the delivered quantity may differ by 7 %, more or less, that rate included.

    Trap addresses are in neither quantity. Compared in whole numbers: exactly 7 % is exactly 7 %.
    """
    apart = Decimal(100 * abs(delivered - ordered))
    limit = terms.quantity_tolerance_percent * ordered
    return apart <= limit if terms.quantity_tolerance_inclusive else apart < limit


def settlement_outcome(*, ordered: int, delivered: int, terms: TermsParameters) -> Outcome:
    """CGV CL.6: within the tolerance the delivered quantity is invoiced; beyond it, one agrees."""
    if delivered == ordered:
        return Outcome.NOTHING
    if not is_within_tolerance(ordered=ordered, delivered=delivered, terms=terms):
        return Outcome.DECISION
    return Outcome.CREDIT if delivered < ordered else Outcome.BALANCE


def settled_net(*, delivered: int, unit: Unit, unit_price: Decimal) -> Money:
    """CGV CL.6: the final price is that of the delivered quantity, at the same unit price.

    The tier of the order stays, whatever the quantity delivered.
    """
    return net_price(quantity=delivered, unit=unit, unit_price=unit_price)


def correction(*, line_net: Money, settled: Money, others: Money, minimum: Money) -> Money:
    """CGV CL.6, II.1.b: what the order costs more, or less when negative, once settled.

    `others` are the other services of the order, `minimum` the minimum billing: an order at the
    minimum stays there.
    """
    before = max(line_net + others, minimum)
    return max(settled + others, minimum) - before


def cancellation_credit(*, line_net: Money, top_up: Money, others: Money, minimum: Money) -> Money:
    """CGV CL.6, CL.7, II.1.b: what is taken back of an order when one of its lines ends.

    `others` are the services that go on, at the minimum billing at least; `top_up` is what had
    brought the order to it. Nothing goes on: all is taken back.
    """
    after = max(others, minimum) if others > Money.zero else Money.zero
    return max(line_net + top_up + others - after, Money.zero)


def decision_problems(
    *, decision: str, reason: str, ordered: int, delivered: int
) -> dict[str, str]:
    """CGV CL.6: beyond the tolerance staff record what the parties agreed on, and why.

    Addresses are topped up where some are missing.
    """
    if decision not in set(Decision):
        return {"decision": "Choisissez un complément, un nouvel accord ou l’annulation."}
    problems = {}
    if decision == Decision.TOP_UP and delivered >= ordered:
        problems["decision"] = "Aucune adresse ne manque : il n’y a rien à compléter."
    if not reason.strip():
        problems["reason"] = "Dites en une phrase ce qui est convenu avec le client."
    return problems
