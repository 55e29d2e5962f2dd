"""Who validates and who moderates, on values alone."""

import pytest

from marketingconnect.accounts.roles import StaffRole
from marketingconnect.messages.rules.moderation import (
    decision_objections,
    may_moderate,
    was_turned_down,
)
from marketingconnect.messages.rules.validation import (
    ATTESTATIONS,
    is_validation_void,
    may_validate_proof,
    missing_attestations,
    validation_objection,
)


@pytest.mark.parametrize(
    ("role", "is_staff", "may"),
    [
        ("owner", False, True),
        ("editor", False, True),
        ("viewer", False, False),
        (None, False, False),
        (None, True, False),
        ("owner", True, False),
    ],
)
def test_only_the_client_validates_and_never_the_staff(
    role: str | None, is_staff: bool, may: bool
) -> None:
    assert may_validate_proof(member_role=role, is_staff=is_staff) is may


def test_all_attestations_are_asked_for() -> None:
    assert missing_attestations([]) == list(ATTESTATIONS)
    assert missing_attestations(set(ATTESTATIONS)) == []
    assert missing_attestations([*ATTESTATIONS][1:]) == [next(iter(ATTESTATIONS))]


def objection(**changes: object) -> str:
    facts: dict[str, object] = {
        "version_sha256": "a",
        "current_sha256": "a",
        "proof_sent": True,
        "blocked": False,
        "refused_before": False,
    }
    return validation_objection(**{**facts, **changes})  # type: ignore[arg-type]


def test_a_version_is_validated_when_current_proved_sound_and_not_refused() -> None:
    assert objection() == ""
    assert "a changé" in objection(current_sha256="b")
    assert "bon à tirer" in objection(proof_sent=False)
    assert "bloquant" in objection(blocked=True)
    assert "modération" in objection(refused_before=True)


def test_a_validation_is_void_exactly_when_the_hash_differs() -> None:
    assert is_validation_void(validated_sha256="a", current_sha256="b")
    assert not is_validation_void(validated_sha256="a", current_sha256="a")


def test_a_refusal_needs_a_reason_and_some_reasons_a_sentence() -> None:
    assert decision_objections(decision="approved", reason="", comment="") == {}
    assert set(decision_objections(decision="refused", reason="", comment="")) == {"reason"}
    assert set(decision_objections(decision="refused", reason="other", comment=" ")) == {"comment"}
    assert decision_objections(decision="changes_asked", reason="mentions", comment="") == {}
    assert set(decision_objections(decision="void", reason="mentions", comment="")) == {"decision"}


def test_moderation_belongs_to_moderators() -> None:
    allowed = {role for role in StaffRole if may_moderate(staff_role=role)}
    assert allowed == {StaffRole.MODERATION, StaffRole.ADMINISTRATOR}
    assert not may_moderate(staff_role=None)


def test_a_content_turned_down_once_stays_turned_down() -> None:
    assert was_turned_down(["void", "refused"])
    assert was_turned_down(["changes_asked"])
    assert not was_turned_down(["void", "approved", "waiting"])
