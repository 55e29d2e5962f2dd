import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.accounts.roles import MemberRole
from marketingconnect.cart.attestations import attestations_for
from marketingconnect.cart.rules import may_check_out, methods_offered, minimum_top_up
from marketingconnect.kernel.money import Money

MINIMUM = Money(300_00)


@pytest.mark.parametrize(
    ("net", "top_up"),
    [(0, 0), (1, 299_99), (185_06, 114_94), (299_99, 1), (300_00, 0), (300_01, 0)],
)
def test_the_top_up_brings_the_order_to_the_minimum(net: int, top_up: int) -> None:
    assert minimum_top_up(net=Money(net), minimum=MINIMUM) == Money(top_up)


@given(net=st.integers(min_value=1, max_value=10**9))
def test_no_order_is_billed_below_the_minimum(net: int) -> None:
    top_up = minimum_top_up(net=Money(net), minimum=MINIMUM)

    assert top_up >= Money.zero
    assert Money(net) + top_up == max(Money(net), MINIMUM)


@pytest.mark.parametrize(
    ("net", "applies", "methods"),
    [
        (5_000_00, True, ("card", "transfer", "cheque")),
        (5_000_01, True, ("transfer",)),
        (5_000_01, False, ("card", "transfer", "cheque")),
    ],
)
def test_only_a_transfer_is_offered_strictly_above_the_threshold(
    net: int, applies: bool, methods: tuple[str, ...]
) -> None:
    offered = methods_offered(net=Money(net), threshold=Money(5_000_00), applies=applies)

    assert tuple(offered) == methods


@pytest.mark.parametrize(
    ("is_staff", "role", "allowed"),
    [
        (False, MemberRole.OWNER, True),
        (False, MemberRole.EDITOR, True),
        (False, MemberRole.VIEWER, False),
        (False, None, False),
        (True, MemberRole.OWNER, False),
        (True, None, False),
    ],
)
def test_the_client_orders_and_staff_never_do(
    is_staff: bool, role: MemberRole | None, allowed: bool
) -> None:
    assert may_check_out(is_staff=is_staff, role=role) is allowed


def test_each_declaration_is_asked_once() -> None:
    assert [asked.code for asked in attestations_for(offers=["email", "email"])] == [
        "own_file_lawful",
        "content_mine",
    ]
    assert list(attestations_for(offers=[])) == []
