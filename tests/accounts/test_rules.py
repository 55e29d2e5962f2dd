"""What the terms decide about accounts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.accounts.errors import BillingOutsideFranceError
from marketingconnect.accounts.roles import MandateScope, MemberRole
from marketingconnect.accounts.rules import (
    billing_territory,
    credentials_notice_due,
    is_credentials_notice_late,
    is_mandate_in_force,
    keeps_an_owner,
    role_under_mandate,
)
from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.territory import Territory

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
DAY = date(2026, 11, 24)


def territory_for(postal_code: str, *, country: str = "FR", overseas: bool = False) -> Territory:
    return billing_territory(
        country=country, postal_code=postal_code, overseas_collectivities_accepted=overseas
    )


@pytest.mark.parametrize(
    ("postal_code", "territory"),
    [
        ("69003", Territory.METROPOLE),
        ("67000", Territory.METROPOLE),
        ("20000", Territory.METROPOLE),
        ("97110", Territory.GUADELOUPE),
        ("97200", Territory.MARTINIQUE),
        ("97300", Territory.GUYANE),
        ("97400", Territory.REUNION),
        ("97600", Territory.MAYOTTE),
    ],
)
def test_a_billing_address_in_france_gives_its_vat_territory(
    postal_code: str, territory: Territory
) -> None:
    assert territory_for(postal_code) is territory


def test_a_billing_address_abroad_is_refused_with_the_reason() -> None:
    with pytest.raises(BillingOutsideFranceError, match=r"réservées .* en France \(art. III.a\)"):
        territory_for("1000", country="BE")


@pytest.mark.parametrize("postal_code", ["97500", "97133", "97150", "98700", "98800", "98600"])
def test_an_overseas_collectivity_is_refused_unless_the_terms_accept_it(postal_code: str) -> None:
    with pytest.raises(BillingOutsideFranceError, match=r"III\.a"):
        territory_for(postal_code)

    assert territory_for(postal_code, overseas=True).is_overseas_collectivity


def test_what_is_no_postal_code_is_a_mistake_not_a_refusal() -> None:
    with pytest.raises(InvalidValueError):
        territory_for("6900")


def test_new_credentials_are_due_in_elapsed_hours_even_over_a_week_end() -> None:
    friday = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)

    assert credentials_notice_due(changed_at=friday, notice_hours=24) == datetime(
        2026, 11, 28, 17, 0, tzinfo=UTC
    )


@given(minutes=st.integers(-3000, 3000))
def test_a_notice_is_late_only_after_its_due_moment(minutes: int) -> None:
    moment = NOON + timedelta(minutes=minutes)

    late_if_unsent = is_credentials_notice_late(due_at=NOON, sent_at=None, now=moment)
    late_if_sent_then = is_credentials_notice_late(
        due_at=NOON, sent_at=moment, now=NOON + timedelta(days=9)
    )

    assert late_if_unsent == late_if_sent_then == (minutes > 0)


@pytest.mark.parametrize(
    ("owners", "leaves", "becomes", "allowed"),
    [
        (1, MemberRole.OWNER, None, False),
        (1, MemberRole.OWNER, MemberRole.EDITOR, False),
        (1, MemberRole.OWNER, MemberRole.OWNER, True),
        (2, MemberRole.OWNER, None, True),
        (1, MemberRole.EDITOR, None, True),
        (1, MemberRole.VIEWER, MemberRole.EDITOR, True),
    ],
)
def test_a_company_always_keeps_an_owner(
    owners: int, leaves: MemberRole, becomes: MemberRole | None, allowed: bool
) -> None:
    assert keeps_an_owner(owners=owners, leaves=leaves, becomes=becomes) is allowed


@pytest.mark.parametrize(
    ("starts", "ends", "revoked", "in_force"),
    [
        (DAY, DAY, None, True),
        (DAY + timedelta(days=1), None, None, False),
        (DAY - timedelta(days=9), None, None, True),
        (DAY - timedelta(days=9), DAY - timedelta(days=1), None, False),
        (DAY - timedelta(days=9), None, DAY, False),
        (DAY - timedelta(days=9), None, DAY + timedelta(days=1), True),
    ],
)
def test_a_mandate_counts_from_its_first_to_its_last_day(
    starts: date, ends: date | None, revoked: date | None, in_force: bool
) -> None:
    assert (
        is_mandate_in_force(starts_on=starts, ends_on=ends, revoked_on=revoked, today=DAY)
        is in_force
    )


@pytest.mark.parametrize(
    ("own", "scope", "role"),
    [
        (MemberRole.OWNER, MandateScope.ORDER, MemberRole.EDITOR),
        (MemberRole.EDITOR, MandateScope.ORDER, MemberRole.EDITOR),
        (MemberRole.VIEWER, MandateScope.ORDER, MemberRole.VIEWER),
        (MemberRole.OWNER, MandateScope.FOLLOW, MemberRole.VIEWER),
    ],
)
def test_an_agent_keeps_its_rights_within_its_mandate_and_never_owns(
    own: MemberRole, scope: MandateScope, role: MemberRole
) -> None:
    assert role_under_mandate(own_role=own, scope=scope) is role
