"""What the terms decide about a signature: who, by which code, for how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from marketingconnect.accounts.roles import MemberRole
from marketingconnect.kernel.email_address import normalise_email
from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.kernel.phone import PhoneKind, format_phone_fr, normalise_phone
from marketingconnect.signature.states import CodeVerdict, PendingReason, SignatureState
from marketingconnect.terms.parameters import TermsParameters

_DAY: Final = timedelta(hours=24)
_SHOWN_DIGITS: Final = 2
_MASK: Final = "•"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFacts:
    """What is known of the last code sent for a document."""

    sent_at: datetime
    document_sha256: str
    wrong_tries: int
    is_used: bool


def may_sign(role: MemberRole | None) -> bool:
    """CGV II.3: the client signs by whoever may order for it, itself or its agent (mandataire).

    `role` is that in the company, None for anybody else: our own staff never sign for a client.
    """
    return role in {MemberRole.OWNER, MemberRole.EDITOR}


def identity_problems(
    *, first_name: str, last_name: str, position: str, email: str, mobile: str
) -> dict[str, str]:
    """CGV II.3: the signer (signataire) is identified by data collected beforehand.

    French sentences by field; empty when the data stand. A code goes to a mobile number only.
    """
    problems = {
        field: sentence
        for field, value, sentence in (
            ("first_name", first_name, "Indiquez votre prénom."),
            ("last_name", last_name, "Indiquez votre nom."),
            ("position", position, "Indiquez votre fonction dans la société."),
        )
        if not value.strip()
    }
    try:
        normalise_email(email)
    except InvalidValueError:
        problems["email"] = "Cette adresse e-mail n’est pas valable."
    if not _is_mobile(mobile):
        problems["mobile"] = "Indiquez un numéro de mobile : le code vous y parviendra par SMS."
    return problems


def is_request_expired(*, created_at: datetime, now: datetime, terms: TermsParameters) -> bool:
    """CGV II.3: a document is proposed for signature for so many days of 24 hours, no longer."""
    return now - created_at >= timedelta(days=terms.signature_request_days)


def wait_before_code(
    *, sent: Sequence[datetime], now: datetime, terms: TermsParameters
) -> timedelta:
    """CGV II.3: how long until another code may be sent; zero when it may be now.

    `sent` are the times of the codes already sent to this person, whatever the document. One that
    signed is not among them: it did its work, and an order and its mandate are signed in a row.
    """
    recent = sorted(one for one in sent if now - one < _DAY)
    if not recent:
        return timedelta(0)
    allowed = recent[-1] + timedelta(seconds=terms.signature_code_pause_seconds)
    if len(recent) >= terms.signature_codes_a_day:
        allowed = max(allowed, recent[-terms.signature_codes_a_day] + _DAY)
    return max(allowed - now, timedelta(0))


def code_verdict(
    code: CodeFacts | None,
    *,
    matches: bool,
    is_signer: bool,
    document_sha256: str,
    now: datetime,
    terms: TermsParameters,
) -> CodeVerdict:
    """CGV II.3: a code serves once, for this document and this person, shortly, after few tries.

    `document_sha256` is that of the document as it is now. The last instant of the code's life
    no longer counts.
    """
    if not is_signer:
        return CodeVerdict.OTHER_PERSON
    if code is None:
        return CodeVerdict.NONE_SENT
    life = timedelta(minutes=terms.signature_code_minutes)
    refusals = (
        (code.is_used, CodeVerdict.USED),
        (code.wrong_tries >= terms.signature_code_tries, CodeVerdict.EXHAUSTED),
        (now - code.sent_at >= life, CodeVerdict.LATE),
        (code.document_sha256 != document_sha256, CodeVerdict.OTHER_DOCUMENT),
        (not matches, CodeVerdict.WRONG),
    )
    return next((verdict for holds, verdict in refusals if holds), CodeVerdict.ACCEPTED)


def tries_left(*, wrong_tries: int, terms: TermsParameters) -> int:
    """CGV II.3: how many more times a code may be typed."""
    return max(terms.signature_code_tries - wrong_tries, 0)


def may_change_identity(state: SignatureState, reason: PendingReason | None) -> bool:
    """CGV II.3: the data may be corrected until consent is given."""
    return state in _BEFORE_CONSENT or (
        state is SignatureState.PENDING and reason is PendingReason.CODE
    )


def may_ask_code(state: SignatureState, reason: PendingReason | None) -> bool:
    """CGV II.3: no code is sent before the signer is identified, nor after consent."""
    return may_change_identity(state, reason) and state is not SignatureState.CREATED


def may_retry(*, consented_at: datetime, now: datetime, terms: TermsParameters) -> bool:
    """CGV II.3: consent given waits so many hours for a certificate and a timestamp."""
    return now - consented_at < timedelta(hours=terms.signature_retry_hours)


def masked_mobile(e164: str) -> str:
    """CGV II.3: the mobile as the proof shows it: `06 •• •• •• 12`."""
    shown = format_phone_fr(e164)
    digits = [place for place, sign in enumerate(shown) if sign.isdigit()]
    kept = {*digits[:_SHOWN_DIGITS], *digits[-_SHOWN_DIGITS:]}
    hidden = set(digits) - kept
    return "".join(_MASK if place in hidden else sign for place, sign in enumerate(shown))


def consent_wording(*, title: str, sha256: str, terms_number: int) -> str:
    """CGV II.3: what the signer consents to by typing the code, word for word."""
    return (
        f"J’ai lu « {title} » et les conditions générales de vente, version {terms_number}. "
        "J’en accepte le contenu et je signe ce document électroniquement en saisissant le code "
        f"reçu par SMS. Empreinte SHA-256 du document : {sha256}."
    )


_BEFORE_CONSENT: Final = (
    SignatureState.CREATED,
    SignatureState.IDENTITY_COLLECTED,
    SignatureState.CODE_SENT,
)


def _is_mobile(text: str) -> bool:
    try:
        return normalise_phone(text).kind is PhoneKind.MOBILE
    except InvalidValueError:
        return False
