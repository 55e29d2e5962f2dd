"""Receive the sample of a message, and moderate it before anything is delivered (CGV CL.7)."""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import transaction

from marketingconnect import storage
from marketingconnect.accounts.models import User
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.audit.actors import Actor
from marketingconnect.messages.rules.moderation import decision_objections, may_moderate
from marketingconnect.messages.states import TRANSITIONS, ModerationState
from marketingconnect.offers.list_rental.errors import (
    InvalidFieldsError,
    RentalError,
    StaleRentalError,
)
from marketingconnect.offers.list_rental.models import ListRental, MessageSample
from marketingconnect.offers.list_rental.notices import tell_sample_is_decided
from marketingconnect.offers.list_rental.rules.ordering import MOST_SAMPLE_BYTES, sample_kind
from marketingconnect.offers.list_rental.services.rows import journal, locked
from marketingconnect.offers.list_rental.states import RentalState
from marketingconnect.offers.list_rental.vocabulary import SampleKind

_LOOKED_AT = 4096


def submit_sample(
    rental_id: int,
    *,
    original_name: str,
    chunks: Iterable[bytes],
    user_id: int,
    actor: Actor,
    now: datetime,
) -> MessageSample:
    """CGV CL.7: keep a sample of the message for moderation; it voids the one before.

    Raises RentalError for another kind of file, or too large a one.
    """
    kind, kept = _kept(rental_id, original_name, chunks)
    sample = MessageSample(
        rental_id=rental_id,
        kind=kind,
        original_name=original_name[-255:],
        path=kept.path,
        size=kept.size,
        sha256=kept.sha256,
        uploaded_by_id=user_id,
        uploaded_at=now,
    )
    try:
        return _note(sample, actor, now)
    except BaseException:
        storage.delete(kept.path)
        raise


def _kept(
    rental_id: int, original_name: str, chunks: Iterable[bytes]
) -> tuple[SampleKind, storage.StoredFile]:
    """Look at the beginning, then keep the whole."""
    company_id = ListRental.objects.values_list("company_id", flat=True).get(pk=rental_id)
    pieces = iter(chunks)
    first = b""
    while len(first) < _LOOKED_AT and (piece := next(pieces, b"")):
        first += piece
    kind = sample_kind(first[:_LOOKED_AT], whole=len(first) <= _LOOKED_AT)
    if kind is None:
        raise RentalError(
            "Ce fichier n’est pas un exemplaire lisible : déposez un PDF, une image PNG ou JPEG, "
            "ou un texte.",
            article="CL.7",
        )
    folder, content = f"rentals/c{company_id}", chain([first], pieces)
    try:
        return kind, storage.save(folder, original_name, content, max_bytes=MOST_SAMPLE_BYTES)
    except storage.FileTooLargeError:
        most = MOST_SAMPLE_BYTES // 1024 // 1024
        raise RentalError(f"L’exemplaire pèse plus de {most} Mio : réduisez-le.") from None


@transaction.atomic
def _note(sample: MessageSample, actor: Actor, now: datetime) -> MessageSample:
    rental = locked(sample.rental_id)
    if rental.state not in {RentalState.COMPOSING, RentalState.ORDERED, RentalState.FROZEN}:
        raise RentalError("Ce fichier est déjà livré : son message ne se remplace plus ici.")
    earlier = MessageSample.objects.filter(rental=rental).exclude(state=ModerationState.VOID)
    earlier.update(state=ModerationState.VOID)
    sample.save(force_insert=True)
    after = {"sample": sample.pk, "kind": sample.kind, "sha256": sample.sha256}
    journal("rental.sample_submitted", rental, actor=actor, now=now, after=after)
    return sample


@transaction.atomic
def judge_sample(
    sample_id: int,
    *,
    decision: str,
    reason: str = "",
    comment: str = "",
    user_id: int,
    actor: Actor,
    now: datetime,
) -> MessageSample:
    """CGV CL.7: approve the message, ask for another, or refuse it; the client is told why.

    A refused message ends an order: call `claims.services.decide_sample`, which does both.
    Raises InvalidFieldsError when the reason lacks, StaleRentalError when somebody decided first.
    """
    user = User.objects.get(pk=user_id)
    if not may_moderate(staff_role=StaffRole(user.staff_role) if user.staff_role else None):
        raise RentalError("Cette décision revient à la modération.")
    if objections := decision_objections(decision=decision, reason=reason, comment=comment):
        raise InvalidFieldsError(objections)
    new = ModerationState(decision)
    sample = MessageSample.objects.select_related("rental").get(pk=sample_id)
    locked(sample.rental_id)
    old = ModerationState(sample.state)
    facts = {
        "state": new,
        "reason": "" if new is ModerationState.APPROVED else reason,
        "comment": comment.strip(),
    }
    moved = new in TRANSITIONS[old] and MessageSample.objects.filter(
        pk=sample.pk, state=old
    ).update(**facts, decided_by_id=user_id, decided_at=now)
    if not moved:
        raise StaleRentalError
    sample.refresh_from_db()
    _journal(sample, old, facts, actor, now)
    tell_sample_is_decided(sample, at=now)
    return sample


def _journal(
    sample: MessageSample,
    old: ModerationState,
    facts: dict[str, Any],
    actor: Actor,
    now: datetime,
) -> None:
    journal(
        "rental.sample_decided",
        sample.rental,
        actor=actor,
        now=now,
        before={"sample": sample.pk, "state": old},
        after={"sample": sample.pk, "sha256": sample.sha256, **facts},
    )
