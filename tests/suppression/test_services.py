"""Oppositions: written once, found again by those they bind and by nobody else."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from marketingconnect.suppression.models import Channel, Scope, Suppression
from marketingconnect.suppression.queries import SuppressionFilter, suppressed
from marketingconnect.suppression.services import suppress

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
BAKERY, RIVAL = 7, 8


def oppose(address: str, scope: Scope = Scope.CLIENT, company_id: int = BAKERY) -> bool:
    return suppress(
        channel=Channel.EMAIL,
        address=address,
        scope=scope,
        company_id=company_id,
        reason="client_request",
        at=NOON,
    )


def opposed_at(company_id: int, *addresses: str) -> set[str]:
    found = suppressed(channel=Channel.EMAIL, addresses=addresses, company_id=company_id)
    in_memory = SuppressionFilter(channel=Channel.EMAIL, company_id=company_id)
    assert in_memory.opposed(addresses) == found
    return found


def test_an_opposition_binds_its_client_only() -> None:
    assert oppose("anne@example.org")

    assert opposed_at(BAKERY, "anne@example.org", "bob@example.org") == {"anne@example.org"}
    assert opposed_at(RIVAL, "anne@example.org") == set()


def test_an_opposition_to_everyone_binds_every_client() -> None:
    oppose("anne@example.org", Scope.EVERYONE, 0)

    assert opposed_at(BAKERY, "anne@example.org") == opposed_at(RIVAL, "anne@example.org")
    assert opposed_at(RIVAL, "anne@example.org") == {"anne@example.org"}


def test_the_operator_s_own_list_does_not_bind_a_client_s_file() -> None:
    oppose("anne@example.org", Scope.OPERATOR, 0)

    assert opposed_at(BAKERY, "anne@example.org") == set()


def test_an_opposition_said_twice_in_two_spellings_is_one_row() -> None:
    assert oppose("anne@example.org")
    assert not oppose(" Anne@EXAMPLE.org")

    assert Suppression.objects.count() == 1


def test_another_channel_is_another_opposition() -> None:
    oppose("anne@example.org")

    found = suppressed(channel=Channel.SMS, addresses=["anne@example.org"], company_id=BAKERY)
    assert found == set()


def test_oppositions_survive_a_new_master_key_and_are_not_doubled(
    settings: Settings,
) -> None:
    settings.SUPPRESSION_KEYS = {1: "the old one"}
    oppose("anne@example.org")
    settings.SUPPRESSION_KEYS = {1: "the old one", 2: "the new one"}
    assert not oppose("anne@example.org")
    oppose("bob@example.org")

    assert opposed_at(BAKERY, "anne@example.org", "bob@example.org", "c@example.org") == {
        "anne@example.org",
        "bob@example.org",
    }
    assert sorted(Suppression.objects.values_list("key_version", flat=True)) == [1, 2]


def test_no_address_is_kept_in_clear() -> None:
    oppose("anne@example.org")

    kept = Suppression.objects.get()
    assert len(bytes(kept.digest)) == 32
    assert b"anne" not in bytes(kept.digest)


def test_the_database_refuses_a_list_of_nobody() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        oppose("anne@example.org", Scope.CLIENT, 0)


def test_asking_about_nobody_asks_nothing() -> None:
    assert suppressed(channel=Channel.EMAIL, addresses=[], company_id=BAKERY) == set()


def test_addresses_come_back_as_they_were_given() -> None:
    oppose("anne@example.org")

    assert opposed_in_any_spelling("Anne@Example.org") == {"Anne@Example.org"}


def opposed_in_any_spelling(address: str) -> set[str]:
    return suppressed(channel=Channel.EMAIL, addresses=[address], company_id=BAKERY)
