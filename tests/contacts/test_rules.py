"""What is asked of a list, and how long it is kept."""

from datetime import date

import pytest

from marketingconnect.contacts.rules import (
    FileUse,
    Origin,
    deletion_obstacle,
    is_stale,
    origin_faults,
    purge_date,
    sensitive_columns_taken,
)

TODAY = date(2026, 11, 24)
GOOD = {
    "legal_basis": "consent",
    "proof": "Bulletins remplis en boutique",
    "collected_from": date(2025, 1, 1),
    "collected_to": date(2026, 6, 1),
    "attested": True,
}


def faults(**changes: object) -> set[str]:
    return set(origin_faults(origin=Origin(**{**GOOD, **changes}), today=TODAY))  # type: ignore[arg-type]


def test_a_complete_declaration_has_no_fault() -> None:
    assert faults() == set()


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"legal_basis": ""}, {"legal_basis"}),
        ({"legal_basis": "because"}, {"legal_basis"}),
        ({"proof": "   "}, {"proof"}),
        ({"proof": "en boutique"}, {"proof"}),
        ({"proof": "aaaaaaaaaaaaaaaaaaaaaaaaaaa"}, {"proof"}),
        ({"collected_from": None}, {"collected_from"}),
        ({"collected_to": None}, {"collected_to"}),
        ({"collected_to": date(2026, 11, 25)}, {"collected_to"}),
        ({"collected_from": date(2026, 7, 1)}, {"collected_from"}),
        ({"attested": False}, {"attested"}),
    ],
)
def test_each_fault_is_told_by_its_field(changes: dict[str, object], fields: set[str]) -> None:
    assert faults(**changes) == fields


def test_addresses_collected_today_are_fine() -> None:
    assert faults(collected_to=TODAY) == set()


@pytest.mark.parametrize(
    ("last", "stale"), [(date(2023, 11, 25), False), (date(2023, 11, 1), True)]
)
def test_three_years_without_news_is_stale(last: date, stale: bool) -> None:
    assert is_stale(collected_to=last, today=TODAY) is stale


def test_sensitive_columns_are_pointed_at() -> None:
    taken = sensitive_columns_taken(mapping={0: "email", 1: "extra:Culte", 2: ""}, sensitive={1, 2})

    assert taken == [1]


def test_a_file_that_a_campaign_needs_cannot_go() -> None:
    running = FileUse("Noël", None)

    assert "« Noël »" in deletion_obstacle(state="imported", uses=[running])
    assert deletion_obstacle(state="imported", uses=[FileUse("Noël", TODAY)]) == ""
    assert "Arrêtez" in deletion_obstacle(state="importing", uses=[])


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        ([], date(2027, 2, 1)),
        ([FileUse("A", date(2026, 12, 1))], date(2026, 12, 31)),
        ([FileUse("A", date(2026, 12, 1)), FileUse("B", date(2026, 12, 5))], date(2027, 1, 4)),
        ([FileUse("A", date(2026, 12, 1)), FileUse("B", None)], None),
    ],
)
def test_a_file_is_kept_as_long_as_it_serves(uses: list[FileUse], expected: date | None) -> None:
    found = purge_date(unused_until=date(2027, 2, 1), uses=uses, retention_days=30)

    assert found == expected
