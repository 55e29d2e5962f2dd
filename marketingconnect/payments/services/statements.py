"""Take in a bank's file: each movement once, and what is exact recorded as accounting would.

Each movement has its own transaction: an import that stops half-way is simply started again.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.invoices.models import Invoice
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.payments.camt import Movement, movements
from marketingconnect.payments.errors import StatementError
from marketingconnect.payments.models import BankEntry, BankStatement, DirectDebit, Payment
from marketingconnect.payments.reconciliation import (
    Due,
    card_page_is_open,
    dues_named,
    dues_of_amount,
    expected_of,
    own_accounts,
)
from marketingconnect.payments.rules import match_of, receipt_problems
from marketingconnect.payments.services.debits import collect_debit, reject_debit
from marketingconnect.payments.services.further import record_invoice_receipt
from marketingconnect.payments.services.offline import record_offline_receipt, validate_offline
from marketingconnect.payments.states import DebitState, EntryKind, EntryState, Match, PaymentMethod


@dataclass(frozen=True)
class Imported:
    """What a file brought."""

    statement: BankStatement | None
    """None when the file told no movement."""
    matches: Counter[Match]
    """Of the new movements; those that are exact are recorded."""
    known: int
    """Movements that an earlier file, or this one before, had already told."""
    ignored: int
    """Our own payments, which are no receipts."""


@dataclass(frozen=True)
class _Told:
    """A movement and the key under which it is kept."""

    movement: Movement
    key: str
    is_sure: bool


def import_statement(path: Path, *, name: str, actor: Actor, now: datetime) -> Imported:
    """CGV II.1.b: accounting records what the bank received, from its file; safe to repeat.

    The file is read whole before anything is written. Raises StatementError for a file that is
    not a statement of the operator's accounts, OSError when it cannot be opened.
    """
    told = [movement for movement in movements(path) if movement.amount.cents]
    if not told:
        return Imported(None, Counter(), 0, 0)
    _must_be_ours(told)
    statement = _statement(path, name, told[0], actor, now)
    ours = _keyed([one for one in told if _kind_of(one) is not None])
    kept = [_take_in(statement, one, actor, now) for one in ours]
    new = [entry for entry in kept if entry is not None]
    matches = Counter(Match(entry.match) for entry in new)
    if new:
        _journal_import(statement, matches, actor, now)
    return Imported(statement, matches, len(kept) - len(new), len(told) - len(ours))


def _must_be_ours(told: list[Movement]) -> None:
    foreign = {movement.iban for movement in told} - own_accounts()
    if foreign:
        raise StatementError(
            f"Ce relevé est celui du compte {sorted(foreign)[0]}, qui n’est pas un compte de "
            "l’opérateur."
        )


def _kind_of(movement: Movement) -> EntryKind | None:
    """None for what the operator paid itself."""
    if movement.is_credit and not movement.is_reversal:
        return EntryKind.TRANSFER
    taken_back = movement.is_reversal or movement.return_reason
    return EntryKind.RETURN if taken_back and not movement.is_credit else None


def _statement(
    path: Path, name: str, first: Movement, actor: Actor, now: datetime
) -> BankStatement:
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    facts = {"name": name[:255], "kind": first.kind, "iban": first.iban}
    return BankStatement.objects.get_or_create(
        sha256=sha256, defaults={**facts, "imported_at": now, "imported_by_id": actor.id}
    )[0]


def _keyed(told: list[Movement]) -> list[_Told]:
    """Without the bank's reference, alike movements of one file are told apart by their rank."""
    ranks: Counter[str] = Counter()
    keyed = []
    for movement in told:
        if movement.bank_reference:
            keyed.append(_Told(movement, movement.bank_reference, is_sure=True))
            continue
        look = _fingerprint(movement)
        ranks[look] += 1
        key = f"sha256:{hashlib.sha256(f'{look}/{ranks[look]}'.encode()).hexdigest()}"
        keyed.append(_Told(movement, key, is_sure=False))
    return keyed


def _fingerprint(movement: Movement) -> str:
    """All that tells a movement, whichever the kind of file."""
    return repr(replace(movement, kind=""))


@transaction.atomic
def _take_in(
    statement: BankStatement, told: _Told, actor: Actor, now: datetime
) -> BankEntry | None:
    """Keep a movement and record it when it is exact; None when it was known."""
    movement = told.movement
    told = _apart(told)
    entry, is_new = BankEntry.objects.get_or_create(
        iban=movement.iban, key=told.key, defaults=_facts(statement, movement)
    )
    if not is_new:
        return None
    debit = _debit_of(entry)
    if debit is not None:
        _follow_debit(entry, debit, actor, now)
    elif entry.kind == EntryKind.TRANSFER:
        _reconcile(entry, told, actor, now)
    return entry


def _debit_of(entry: BankEntry) -> DirectDebit | None:
    """The debit sent to the bank that this movement settles or takes back, by its own key."""
    states = [DebitState.EXPORTED, DebitState.COLLECTED]
    sent = DirectDebit.objects.filter(key=entry.end_to_end, cents=entry.cents, state__in=states)
    if entry.kind == EntryKind.TRANSFER:
        # Before its day, a person looks at what the bank means.
        sent = sent.filter(payment__bank_entry__isnull=True, collected_on__lte=entry.booked_on)
    return sent.first()


def _follow_debit(entry: BankEntry, debit: DirectDebit, actor: Actor, now: datetime) -> None:
    """CGV II.2.b: the money of a debit came, or the bank gave it back to the client."""
    day = entry.booked_on
    if entry.kind == EntryKind.TRANSFER:
        entry.payment = collect_debit(debit.pk, received_on=day, actor=actor, now=now)
    else:
        why = entry.return_reason or "Rejet de la banque"
        reject_debit(debit.pk, reason=why, on=day, actor=actor, now=now)
    entry.match = Match.EXACT
    entry.save(update_fields=["match"])
    _place(entry, debit.order, debit.invoice, EntryState.MATCHED, actor, now)


def _apart(told: _Told) -> _Told:
    """The same reference with another amount is another movement, which a person must look at."""
    movement = told.movement
    first = BankEntry.objects.filter(iban=movement.iban, key=told.key).first()
    if first is None or (first.cents, first.kind) == (movement.amount.cents, _kind_of(movement)):
        return told
    kind = "+" if movement.is_credit else "-"
    return _Told(movement, f"{told.key[:60]}/{kind}{movement.amount.cents}", is_sure=False)


def _facts(statement: BankStatement, movement: Movement) -> dict[str, object]:
    return {
        "statement": statement,
        "kind": _kind_of(movement),
        "match": Match.UNMATCHED,
        "cents": movement.amount.cents,
        "booked_on": movement.booked_on,
        "counterparty": movement.counterparty,
        "counterparty_iban": movement.counterparty_iban,
        "words": movement.words or movement.end_to_end,
        "end_to_end": movement.end_to_end,
        "return_reason": movement.return_reason,
    }


def _reconcile(entry: BankEntry, told: _Told, actor: Actor, now: datetime) -> None:
    """Decide under the lock of the order, so that no receipt slips in between."""
    amount = Money(entry.cents)
    words = f"{told.movement.words} {told.movement.end_to_end}"
    for due in sorted(dues_named(words), key=lambda due: due.order.pk):
        Order.objects.select_for_update().get(pk=due.order.pk)
    named = dues_named(words)
    fitting = [] if named else dues_of_amount(amount)
    is_sure = told.is_sure and all(_nothing_stands_against(entry, due, now) for due in named)
    match = match_of(
        amount=amount,
        named=[expected_of(due, amount, paris_date(now)) for due in named],
        fits=len(fitting),
        is_sure=is_sure and not _is_typed_already(entry),
    )
    suggested = (named or fitting)[:1] if match is not Match.UNMATCHED else []
    for due in suggested:
        entry.order, entry.invoice = due.order, due.invoice
    entry.match = match
    entry.save(update_fields=["match", "order", "invoice"])
    if match is Match.EXACT:
        record_entry(entry, named[0], EntryState.MATCHED, actor, now)


def _nothing_stands_against(entry: BankEntry, due: Due, now: datetime) -> bool:
    problems = receipt_problems(
        received_on=entry.booked_on,
        validated_on=None,
        ordered_on=paris_date(due.order.accepted_at),
        today=paris_date(now),
    )
    is_open = due.invoice is None and card_page_is_open(due.order)
    return not problems and not is_open


def _is_typed_already(entry: BankEntry) -> bool:
    """Accounting may have typed the same reference before the file came."""
    return Payment.objects.filter(
        provider=PaymentMethod.TRANSFER, provider_ref=" ".join(entry.key.split())
    ).exists()


def record_entry(
    entry: BankEntry, due: Due, state: EntryState, actor: Actor, now: datetime
) -> Payment:
    """CGV II.1.b: record and validate a movement on a document, as accounting does by hand.

    The caller holds the transaction and the lock of the movement. Raises PaymentError.
    """
    today = paris_date(now)
    receipt: dict[str, Any] = {
        "method": PaymentMethod.TRANSFER,
        "amount": Money(entry.cents),
        "reference": entry.key,
        "payer": entry.counterparty[:120],
        "received_on": entry.booked_on,
        "actor": actor,
        "now": now,
    }
    if due.invoice is not None:
        payment = record_invoice_receipt(due.invoice.pk, validated_on=today, **receipt)
    else:
        payment = record_offline_receipt(due.order.pk, **receipt)
        payment = validate_offline(payment.pk, validated_on=today, actor=actor, now=now)
    entry.payment = payment
    _place(entry, due.order, due.invoice, state, actor, now)
    return payment


def _place(
    entry: BankEntry,
    order: Order,
    invoice: Invoice | None,
    state: EntryState,
    actor: Actor,
    now: datetime,
) -> None:
    old = entry.state
    entry.state, entry.order, entry.invoice = state, order, invoice
    entry.decided_by_id, entry.decided_at = actor.id, now
    entry.save(update_fields=["state", "payment", "order", "invoice", "decided_by", "decided_at"])
    record(
        action="bank_entry.matched" if state is EntryState.MATCHED else "bank_entry.assigned",
        actor=actor,
        company_id=order.company_id,
        subject=f"bank_entry:{entry.pk}",
        at=now,
        before={"state": old},
        after={"state": state, "payment": entry.payment_id, "cents": entry.cents, "key": entry.key},
    )


def _journal_import(
    statement: BankStatement, matches: Counter[Match], actor: Actor, now: datetime
) -> None:
    record(
        action="bank_statement.imported",
        actor=actor,
        company_id=None,
        subject=f"bank_statement:{statement.pk}",
        at=now,
        after={
            "name": statement.name,
            "sha256": statement.sha256,
            "kind": statement.kind,
            **{match.value: count for match, count in matches.items()},
        },
    )
