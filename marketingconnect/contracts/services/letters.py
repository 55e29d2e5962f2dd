"""Keep the register of registered letters: what was posted, what became of it, its proofs."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from itertools import chain

from django.db import transaction

from marketingconnect import storage
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.contracts.errors import InvalidFieldsError, StaleContractError
from marketingconnect.contracts.models import LetterScan, RegisteredLetter
from marketingconnect.contracts.rules.letters import (
    MOST_SCAN_BYTES,
    Direction,
    LetterDates,
    Purpose,
    ScanKind,
    letter_problems,
    scan_kind_problem,
)
from marketingconnect.contracts.states import LETTER_TRANSITIONS, LetterState


@transaction.atomic
def register_letter(
    *,
    direction: Direction,
    purpose: Purpose,
    number: str,
    company_id: int,
    order_id: int | None,
    dates: LetterDates,
    user_id: int,
    actor: Actor,
    now: datetime,
) -> RegisteredLetter:
    """CGV III.m, III.g, III.b, B.3, CC.4, CL.6: write a registered letter down, once a number.

    The same letter again, from the same client, comes back with what is known of it now: one
    letter may claim about several orders. Raises InvalidFieldsError.
    """
    number = "".join(number.split())[:40].upper()
    if problems := letter_problems(number=number, dates=dates, today=paris_date(now)):
        raise InvalidFieldsError(problems)
    letter, is_new = RegisteredLetter.objects.select_for_update().get_or_create(
        direction=direction,
        number=number,
        defaults={
            "purpose": purpose,
            "company_id": company_id,
            "order_id": order_id,
            "state": dates.state,
            "recorded_by_id": user_id,
            "recorded_at": now,
            **asdict(dates),
        },
    )
    if is_new:
        _journal("letter.registered", letter, actor, now, purpose=purpose, **asdict(dates))
        return letter
    if letter.company_id != company_id or letter.posted_on != dates.posted_on:
        raise InvalidFieldsError({"number": "Ce numéro est au registre pour une autre lettre."})
    return _complete(letter, dates, actor, now)


@transaction.atomic
def note_letter(
    letter_id: int, *, dates: LetterDates, actor: Actor, now: datetime
) -> RegisteredLetter:
    """CGV III.g: write what became of a letter: presented, received, refused, not fetched.

    Raises InvalidFieldsError, StaleContractError once its end is known otherwise.
    """
    letter = RegisteredLetter.objects.select_for_update().get(pk=letter_id)
    problems = letter_problems(number=letter.number, dates=dates, today=paris_date(now))
    if letter.posted_on != dates.posted_on:
        problems["posted_on"] = "La date de dépôt d’une lettre ne change plus."
    if problems:
        raise InvalidFieldsError(problems)
    return _complete(letter, dates, actor, now)


def _complete(
    letter: RegisteredLetter, dates: LetterDates, actor: Actor, now: datetime
) -> RegisteredLetter:
    """What is known is never erased nor changed; what was not known is added."""
    known = asdict(letter.dates)
    told = {name: day for name, day in asdict(dates).items() if day is not None}
    added = {name: day for name, day in told.items() if known[name] is None}
    if any(known[name] not in {None, day} for name, day in told.items()):
        raise StaleContractError
    if not added:
        return letter
    whole = LetterDates(**{**known, **added})
    if problems := letter_problems(number=letter.number, dates=whole, today=paris_date(now)):
        raise InvalidFieldsError(problems)
    reached, old = whole.state, LetterState(letter.state)
    if reached is not old and reached not in LETTER_TRANSITIONS[old]:
        raise StaleContractError
    found = RegisteredLetter.objects.filter(pk=letter.pk, state=old)
    if not found.update(state=reached, **added):
        raise StaleContractError
    letter.refresh_from_db()
    _journal(f"letter.{reached}", letter, actor, now, **added)
    return letter


def keep_scan(
    letter_id: int,
    *,
    kind: ScanKind,
    original_name: str,
    chunks: Iterable[bytes],
    user_id: int,
    actor: Actor,
    now: datetime,
) -> LetterScan:
    """CGV III.g: keep a scan of a letter, of its posting slip or of its receipt, for ever.

    Raises InvalidFieldsError for another kind of file, storage.FileTooLargeError.
    """
    pieces = iter(chunks)
    beginning = next(pieces, b"")
    if problem := scan_kind_problem(beginning):
        raise InvalidFieldsError({"scan": problem})
    kept = storage.save(
        f"letters/l{letter_id}",
        original_name,
        chain([beginning], pieces),
        max_bytes=MOST_SCAN_BYTES,
    )
    scan = LetterScan(
        letter_id=letter_id,
        kind=kind,
        original_name=original_name[-255:],
        path=kept.path,
        size=kept.size,
        sha256=kept.sha256,
        added_by_id=user_id,
        added_at=now,
    )
    try:
        return _note_scan(scan, actor)
    except BaseException:
        storage.delete(kept.path)
        raise


@transaction.atomic
def _note_scan(scan: LetterScan, actor: Actor) -> LetterScan:
    letter = RegisteredLetter.objects.select_for_update().get(pk=scan.letter_id)
    scan.save(force_insert=True)
    _journal("letter.scan_kept", letter, actor, scan.added_at, kind=scan.kind, sha256=scan.sha256)
    return scan


def _journal(
    action: str, letter: RegisteredLetter, actor: Actor, now: datetime, **after: object
) -> None:
    record(
        action=action,
        actor=actor,
        company_id=letter.company_id,
        subject=f"letter:{letter.pk}",
        at=now,
        after={
            "number": letter.number,
            "direction": letter.direction,
            "order": letter.order_id,
            **{name: value for name, value in after.items() if value is not None},
        },
    )
