"""States of a signature request, and what happens on the way (CGV II.3)."""

from enum import StrEnum


class SignatureState(StrEnum):
    CREATED = "created"
    IDENTITY_COLLECTED = "identity_collected"
    CODE_SENT = "code_sent"
    PENDING = "pending"
    """En attente: something lacks, as `PendingReason` says. Never taken for signed."""
    SIGNED = "signed"
    REFUSED = "refused"
    EXPIRED = "expired"


class PendingReason(StrEnum):
    CODE = "code"
    """No code could be sent."""
    SIGNING = "signing"
    """Consent is given, the signature is under way."""
    CERTIFICATE = "certificate"
    TIMESTAMP = "timestamp"


OPEN = (
    SignatureState.CREATED,
    SignatureState.IDENTITY_COLLECTED,
    SignatureState.CODE_SENT,
    SignatureState.PENDING,
)
"""States that wait for the signer or for us."""

TRANSITIONS: dict[SignatureState, set[SignatureState]] = {
    SignatureState.CREATED: {
        SignatureState.IDENTITY_COLLECTED,
        SignatureState.REFUSED,
        SignatureState.EXPIRED,
    },
    SignatureState.IDENTITY_COLLECTED: {
        SignatureState.CODE_SENT,
        SignatureState.PENDING,
        SignatureState.REFUSED,
        SignatureState.EXPIRED,
    },
    # A mistaken number is corrected, and the code sent to it no longer serves.
    SignatureState.CODE_SENT: {
        SignatureState.IDENTITY_COLLECTED,
        SignatureState.PENDING,
        SignatureState.REFUSED,
        SignatureState.EXPIRED,
    },
    SignatureState.PENDING: {
        SignatureState.IDENTITY_COLLECTED,
        SignatureState.CODE_SENT,
        SignatureState.SIGNED,
        SignatureState.REFUSED,
        SignatureState.EXPIRED,
    },
    SignatureState.SIGNED: set(),
    SignatureState.REFUSED: set(),
    SignatureState.EXPIRED: set(),
}


class DocumentKind(StrEnum):
    """What is signed."""

    ORDER_FORM = "order_form"
    MANDATE = "mandate"


class EventKind(StrEnum):
    """What the proof tells, in the journal as `signature.<kind>`."""

    PROPOSED = "proposed"
    OPENED = "opened"
    IDENTITY_COLLECTED = "identity_collected"
    CODE_SENT = "code_sent"
    CODE_NOT_SENT = "code_not_sent"
    CODE_WITHHELD = "code_withheld"
    CODE_REFUSED = "code_refused"
    CONSENT_GIVEN = "consent_given"
    WAITING = "waiting"
    SIGNED = "signed"
    MADE_AVAILABLE = "made_available"
    DOWNLOADED = "downloaded"
    REFUSED = "refused"
    EXPIRED = "expired"
    EVIDENCE_ARCHIVED = "evidence_archived"


class CodeVerdict(StrEnum):
    """What became of a code that was typed."""

    ACCEPTED = "accepted"
    WRONG = "wrong"
    LATE = "late"
    USED = "used"
    EXHAUSTED = "exhausted"
    NONE_SENT = "none_sent"
    OTHER_DOCUMENT = "other_document"
    OTHER_PERSON = "other_person"
