from datetime import timedelta

import pytest

from marketingconnect.accounts.roles import MemberRole
from marketingconnect.signature.rules import (
    CodeFacts,
    code_verdict,
    consent_wording,
    identity_problems,
    is_request_expired,
    masked_mobile,
    may_ask_code,
    may_change_identity,
    may_retry,
    may_sign,
    tries_left,
    wait_before_code,
)
from marketingconnect.signature.states import CodeVerdict, PendingReason, SignatureState
from marketingconnect.terms.parameters import TermsParameters
from tests.signature.making import NOON

TERMS = TermsParameters()
SHA = "a" * 64
SECOND = timedelta(seconds=1)


def judged(**changes: object) -> CodeVerdict:
    facts = {"sent_at": NOON, "document_sha256": SHA, "wrong_tries": 0, "is_used": False}
    asked = {"matches": True, "is_signer": True, "document_sha256": SHA, "now": NOON}
    for name, value in changes.items():
        (facts if name in {"wrong_tries", "is_used"} else asked)[name] = value
    return code_verdict(CodeFacts(**facts), terms=TERMS, **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, CodeVerdict.ACCEPTED),
        ({"now": NOON + timedelta(minutes=5) - SECOND}, CodeVerdict.ACCEPTED),
        ({"now": NOON + timedelta(minutes=5)}, CodeVerdict.LATE),
        ({"wrong_tries": 4}, CodeVerdict.ACCEPTED),
        ({"wrong_tries": 5}, CodeVerdict.EXHAUSTED),
        ({"is_used": True}, CodeVerdict.USED),
        ({"matches": False}, CodeVerdict.WRONG),
        ({"document_sha256": "b" * 64}, CodeVerdict.OTHER_DOCUMENT),
        ({"is_signer": False}, CodeVerdict.OTHER_PERSON),
        ({"is_used": True, "matches": False}, CodeVerdict.USED),
    ],
)
def test_a_code_serves_once_shortly_for_one_document_and_one_person(
    changes: dict[str, object], verdict: CodeVerdict
) -> None:
    assert judged(**changes) is verdict


def test_without_a_code_nothing_is_accepted() -> None:
    verdict = code_verdict(
        None, matches=True, is_signer=True, document_sha256=SHA, now=NOON, terms=TERMS
    )

    assert verdict is CodeVerdict.NONE_SENT


def test_tries_left_never_go_below_zero() -> None:
    assert [tries_left(wrong_tries=n, terms=TERMS) for n in (0, 4, 5, 9)] == [5, 1, 0, 0]


def test_codes_are_a_minute_apart_and_five_a_day() -> None:
    five = [NOON + timedelta(minutes=n) for n in range(5)]

    def wait(sent: list, now: object) -> timedelta:  # type: ignore[type-arg]
        return wait_before_code(sent=sent, now=now, terms=TERMS)  # type: ignore[arg-type]

    assert wait([], NOON) == timedelta(0)
    assert wait([NOON], NOON + timedelta(seconds=59)) == SECOND
    assert wait([NOON], NOON + timedelta(seconds=60)) == timedelta(0)
    assert wait(five[:4], five[4]) == timedelta(0)
    assert wait(five, NOON + timedelta(hours=1)) == timedelta(hours=23)
    assert wait(five, NOON + timedelta(hours=24)) == timedelta(0)


def test_a_document_is_proposed_for_thirty_days() -> None:
    last = NOON + timedelta(days=30) - SECOND

    assert not is_request_expired(created_at=NOON, now=last, terms=TERMS)
    assert is_request_expired(created_at=NOON, now=last + SECOND, terms=TERMS)


def test_consent_waits_a_day_for_a_timestamp() -> None:
    last = NOON + timedelta(hours=24) - SECOND

    assert may_retry(consented_at=NOON, now=last, terms=TERMS)
    assert not may_retry(consented_at=NOON, now=last + SECOND, terms=TERMS)


@pytest.mark.parametrize(
    ("state", "reason", "identity", "code"),
    [
        (SignatureState.CREATED, None, True, False),
        (SignatureState.IDENTITY_COLLECTED, None, True, True),
        (SignatureState.CODE_SENT, None, True, True),
        (SignatureState.PENDING, PendingReason.CODE, True, True),
        (SignatureState.PENDING, PendingReason.SIGNING, False, False),
        (SignatureState.PENDING, PendingReason.TIMESTAMP, False, False),
        (SignatureState.SIGNED, None, False, False),
        (SignatureState.EXPIRED, None, False, False),
    ],
)
def test_identity_and_codes_come_before_consent(
    state: SignatureState, reason: PendingReason | None, identity: bool, code: bool
) -> None:
    assert may_change_identity(state, reason) is identity
    assert may_ask_code(state, reason) is code


def test_who_may_order_may_sign_and_nobody_else() -> None:
    assert [role for role in (*MemberRole, None) if may_sign(role)] == ["owner", "editor"]


def test_identity_needs_a_mobile() -> None:
    good = {
        "first_name": "Alice",
        "last_name": "Essai",
        "position": "Gérante",
        "email": "alice@example.org",
        "mobile": "06 39 98 00 12",
    }

    assert identity_problems(**good) == {}
    assert set(identity_problems(**{**good, "mobile": "01 99 00 12 34"})) == {"mobile"}
    assert set(identity_problems(**{**good, "position": " "})) == {"position"}


def test_the_mobile_is_shown_by_its_ends() -> None:
    assert masked_mobile("+33639980012").replace("\u00a0", " ") == "06 •• •• •• 12"


def test_consent_names_the_document_by_its_fingerprint() -> None:
    words = consent_wording(title="Bon de commande", sha256=SHA, terms_number=2)

    assert SHA in words
    assert "version 2" in words
