"""What a basket costs besides its lines, and how it may be paid."""

from collections.abc import Sequence

from marketingconnect.accounts.roles import MemberRole
from marketingconnect.kernel.money import Money
from marketingconnect.payments.rules import transfer_is_required

METHODS = ("card", "transfer", "cheque")


def minimum_top_up(*, net: Money, minimum: Money) -> Money:
    """CGV II.1.b: below the minimum billing the client pays the minimum, HT.

    The difference is an explicit line of the basket. An empty basket owes nothing.
    """
    if net == Money.zero or net >= minimum:
        return Money.zero
    return minimum - net


def methods_offered(*, net: Money, threshold: Money, applies: bool) -> Sequence[str]:
    """CGV II.1.b: card on line, bank transfer or cheque; transfer alone when it is required."""
    if transfer_is_required(net=net, threshold=threshold, applies=applies):
        return ("transfer",)
    return METHODS


def may_check_out(*, is_staff: bool, role: MemberRole | None) -> bool:
    """CGV III.a: the client orders, that is its owner or an editor; never the operator's staff."""
    return not is_staff and role in {MemberRole.OWNER, MemberRole.EDITOR}
