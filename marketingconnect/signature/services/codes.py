"""Send a code by SMS, and take it back from the signer."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from marketingconnect.notices.texting import TextNotSentError, send_text
from marketingconnect.signature.codes import hash_code, matches, new_code
from marketingconnect.signature.errors import (
    CodeNotSentError,
    CodeRefusedError,
    StaleSignatureError,
    TooManyCodesError,
)
from marketingconnect.signature.events import Visitor, write_event
from marketingconnect.signature.models import SignatureCode, SignatureRequest
from marketingconnect.signature.queries import wait_for_code
from marketingconnect.signature.rules import (
    CodeFacts,
    code_verdict,
    masked_mobile,
    may_ask_code,
    tries_left,
)
from marketingconnect.signature.services.moving import is_signer, locked, locked_for, move, state_of
from marketingconnect.signature.services.requests import current_sha256, refuse_late
from marketingconnect.signature.services.signing import sign_consented
from marketingconnect.signature.states import (
    CodeVerdict,
    EventKind,
    PendingReason,
    SignatureState,
)
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.queries import parameters_of

_SENTENCES = {
    CodeVerdict.WRONG: "Ce code n’est pas le bon.",
    CodeVerdict.LATE: "Ce code n’est plus valable : demandez-en un autre.",
    CodeVerdict.USED: "Ce code a déjà servi.",
    CodeVerdict.EXHAUSTED: "Trop d’essais : demandez un autre code.",
    CodeVerdict.NONE_SENT: "Demandez d’abord un code.",
    CodeVerdict.OTHER_DOCUMENT: "Le document a changé depuis l’envoi du code : rien n’est signé.",
    CodeVerdict.OTHER_PERSON: "Seule la personne désignée peut signer ce document (art. II.3).",
}


@dataclass(frozen=True, slots=True)
class _Draft:
    """A code about to leave. `code` is nowhere else."""

    pk: int
    code: str
    to: str
    body: str


def send_code(request_id: int, *, visitor: Visitor, now: datetime) -> SignatureRequest:
    """CGV II.3: send a code to the signer's mobile, for this document alone.

    Raises TooManyCodesError, or CodeNotSentError: the document then waits. The message leaves
    between two transactions.
    """
    draft = _prepare(request_id, visitor, now)
    if isinstance(draft, timedelta):
        seconds = int(draft.total_seconds()) + 1
        raise TooManyCodesError(f"Un autre code pourra être demandé dans {_span(seconds)}.", draft)
    try:
        send_text(key=f"signature-code:{draft.pk}", to=draft.to, body=draft.body, at=now)
    except (TextNotSentError, OSError) as error:
        _note_failure(request_id, draft, visitor, now, str(error))
        raise CodeNotSentError(
            "Le code n’a pas pu vous être envoyé : le document reste en attente. Réessayez dans "
            "quelques minutes."
        ) from error
    return _note_sending(request_id, draft, visitor, now)


@transaction.atomic
def _prepare(request_id: int, visitor: Visitor, now: datetime) -> _Draft | timedelta:
    request = locked_for(request_id, visitor.user_id, now)
    if not may_ask_code(*state_of(request)):
        raise StaleSignatureError("Indiquez d’abord qui signe, ou rechargez la page.")
    refuse_late(request, now)
    terms = parameters_of(request.terms)
    wait = wait_for_code(request, now)
    if wait:
        detail = {"wait_seconds": int(wait.total_seconds())}
        write_event(request, EventKind.CODE_WITHHELD, visitor, now, detail)
        return wait
    request.codes.filter(void_at__isnull=True).update(void_at=now)
    code, salt = new_code(terms.signature_code_digits), secrets.token_hex(16)
    row = SignatureCode.objects.create(
        request=request,
        salt=salt,
        code_hash=_hash(request, code, salt, request.sha256),
        document_sha256=request.sha256,
        mobile=request.mobile,
        sent_at=now,
    )
    return _Draft(row.pk, code, request.mobile, _body(request, code, terms))


def _body(request: SignatureRequest, code: str, terms: TermsParameters) -> str:
    return (
        f"Atelier Postal : {code} est votre code pour signer « {request.title} ». Valable "
        f"{terms.signature_code_minutes} minutes. Ne le donnez à personne."
    )


@transaction.atomic
def _note_sending(
    request_id: int, draft: _Draft, visitor: Visitor, now: datetime
) -> SignatureRequest:
    request = locked(request_id)
    if may_ask_code(*state_of(request)):
        move(request, SignatureState.CODE_SENT)
    detail = {"code": draft.pk, "mobile": masked_mobile(draft.to)}
    write_event(request, EventKind.CODE_SENT, visitor, now, detail)
    return request


@transaction.atomic
def _note_failure(
    request_id: int, draft: _Draft, visitor: Visitor, now: datetime, why: str
) -> None:
    request = locked(request_id)
    SignatureCode.objects.filter(pk=draft.pk).update(void_at=now)
    if may_ask_code(*state_of(request)):
        move(
            request,
            SignatureState.PENDING,
            reason=PendingReason.CODE,
            facts={"pending_detail": why[:300]},
        )
    detail = {"code": draft.pk, "mobile": masked_mobile(draft.to)}
    write_event(request, EventKind.CODE_NOT_SENT, visitor, now, detail)


def confirm_code(
    request_id: int, code: str, *, visitor: Visitor, now: datetime
) -> SignatureRequest:
    """CGV II.3: the right code is the signer's consent; the document is then signed at once.

    Raises CodeRefusedError, every try being written down. What comes back is signed, or waits for
    a certificate or a timestamp and says so.
    """
    verdict, left = _try(request_id, code, visitor, now)
    if verdict is not CodeVerdict.ACCEPTED:
        tries = "un essai" if left == 1 else f"{left} essais"
        more = f" Il reste {tries}." if verdict is CodeVerdict.WRONG and left else ""
        raise CodeRefusedError(_SENTENCES[verdict] + more, verdict, left)
    return sign_consented(request_id, now=now)


@transaction.atomic
def _try(request_id: int, typed: str, visitor: Visitor, now: datetime) -> tuple[CodeVerdict, int]:
    """Judge one try; nothing is raised, so that a refusal is written down for good."""
    request = locked(request_id)
    terms = parameters_of(request.terms)
    row = request.codes.filter(void_at__isnull=True).first()
    sha256 = current_sha256(request)
    verdict = code_verdict(
        _facts(row),
        matches=row is not None and _matches(request, row, typed),
        is_signer=is_signer(request, visitor.user_id, now),
        document_sha256=sha256,
        now=now,
        terms=terms,
    )
    if row is None or verdict in {CodeVerdict.OTHER_PERSON, CodeVerdict.NONE_SENT}:
        _note_refusal(request, verdict, row, visitor, now)
        return verdict, 0
    if verdict is CodeVerdict.ACCEPTED and request.state == SignatureState.CODE_SENT:
        _consent(request, row, visitor, now)
        return verdict, 0
    if verdict is CodeVerdict.ACCEPTED:
        verdict = CodeVerdict.USED
    if verdict is CodeVerdict.WRONG:
        SignatureCode.objects.filter(pk=row.pk).update(wrong_tries=F("wrong_tries") + 1)
        row.refresh_from_db()
    _note_refusal(request, verdict, row, visitor, now)
    return verdict, tries_left(wrong_tries=row.wrong_tries, terms=terms)


def _consent(
    request: SignatureRequest, row: SignatureCode, visitor: Visitor, now: datetime
) -> None:
    SignatureCode.objects.filter(pk=row.pk).update(used_at=now)
    move(
        request,
        SignatureState.PENDING,
        reason=PendingReason.SIGNING,
        facts={"consented_at": now},
    )
    detail = {"code": row.pk, "wording": request.wording, "sha256": request.sha256}
    write_event(request, EventKind.CONSENT_GIVEN, visitor, now, detail)


def _note_refusal(
    request: SignatureRequest,
    verdict: CodeVerdict,
    row: SignatureCode | None,
    visitor: Visitor,
    now: datetime,
) -> None:
    detail = {"verdict": verdict, "code": row.pk if row else None}
    if row:
        detail["wrong_tries"] = row.wrong_tries
    write_event(request, EventKind.CODE_REFUSED, visitor, now, detail)


def _facts(row: SignatureCode | None) -> CodeFacts | None:
    if row is None:
        return None
    return CodeFacts(
        sent_at=row.sent_at,
        document_sha256=row.document_sha256,
        wrong_tries=row.wrong_tries,
        is_used=row.used_at is not None,
    )


def _matches(request: SignatureRequest, row: SignatureCode, typed: str) -> bool:
    digits = "".join(typed.split())
    return matches(row.code_hash, _hash(request, digits, row.salt, row.document_sha256))


def _hash(request: SignatureRequest, code: str, salt: str, sha256: str) -> str:
    return hash_code(code, salt=salt, request_key=str(request.key), document_sha256=sha256)


def _span(seconds: int) -> str:
    minutes = -(-seconds // 60)
    if seconds < 120:
        return f"{seconds} secondes"
    return f"{minutes} minutes" if minutes < 120 else f"{-(-minutes // 60)} heures"
