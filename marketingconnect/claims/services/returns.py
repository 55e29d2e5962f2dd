"""Take back undeliverable mail (NPAI): keep the list, then check each line of it (CGV CL.6)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from marketingconnect import storage
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.base.services.flags import flag_records
from marketingconnect.base.vocabulary import Channel, Population
from marketingconnect.claims.errors import ClaimError, InvalidFieldsError
from marketingconnect.claims.models import ReturnBatch, UndeliverableMail
from marketingconnect.claims.queries import delivered_on, sale_of
from marketingconnect.claims.reading import HandedBack, references_in
from marketingconnect.claims.rules.returns import ReturnFacts, return_refusal
from marketingconnect.claims.states import BatchState, MailState
from marketingconnect.clock import paris_date
from marketingconnect.contacts.reading.layout import UnreadableFileError
from marketingconnect.jobs import job
from marketingconnect.offers.list_rental.models import Delivery
from marketingconnect.offers.list_rental.queries import delivered_keys
from marketingconnect.offers.list_rental.vocabulary import RentalUse
from marketingconnect.terms.parameters import TermsParameters

CHECK: Final = "claims.check_returns"
MOST_BYTES: Final = 64 * 1024 * 1024
CHECKER: Final = Actor.system("Contrôle des plis retournés")


def receive_returns(
    *,
    company_id: int,
    means: str,
    original_name: str,
    chunks: Iterable[bytes],
    handed_back_on: date | None = None,
    user_id: int,
    actor: Actor,
    now: datetime,
) -> ReturnBatch:
    """CGV CL.6: keep a list of returned mail and have it checked.

    `means` is `upload` (CSV, text or Excel), `scan` or `typing` (one reference a line).
    `handed_back_on` is the day the mail itself came, when staff enter it later. Raises
    InvalidFieldsError or storage.FileTooLargeError.
    """
    today = paris_date(now)
    day = handed_back_on or today
    if day > today:
        raise InvalidFieldsError({"handed_back_on": "Cette date est dans le futur."})
    kept = storage.save(f"returns/c{company_id}", original_name, chunks, max_bytes=MOST_BYTES)
    if not kept.size:
        storage.delete(kept.path)
        raise InvalidFieldsError({"references": "Indiquez au moins une référence."})
    batch = ReturnBatch(
        company_id=company_id,
        means=means,
        original_name=original_name[-255:],
        path=kept.path,
        sha256=kept.sha256,
        handed_back_on=day,
        received_at=now,
        received_by_id=user_id,
    )
    try:
        return _note(batch, actor)
    except BaseException:
        storage.delete(kept.path)
        raise


@transaction.atomic
def _note(batch: ReturnBatch, actor: Actor) -> ReturnBatch:
    batch.save(force_insert=True)
    _journal("returns.received", batch, actor, batch.received_at, sha256=batch.sha256)
    job(CHECK, queue="rentals", lock=f"returns:{batch.company_id}").defer(batch_id=batch.pk)
    return batch


def receive_typed_returns(
    *,
    company_id: int,
    text: str,
    means: str = "typing",
    handed_back_on: date | None = None,
    user_id: int,
    actor: Actor,
    now: datetime,
) -> ReturnBatch:
    """CGV CL.6: references typed or scanned into a field, one a line."""
    if not text.strip():
        raise InvalidFieldsError({"references": "Indiquez au moins une référence."})
    return receive_returns(
        company_id=company_id,
        means=means,
        original_name="references.txt",
        chunks=[text.encode()],
        handed_back_on=handed_back_on,
        user_id=user_id,
        actor=actor,
        now=now,
    )


def check_returns(batch_id: int, *, now: datetime) -> bool:
    """CGV CL.6: accept or refuse each line of a list, once; accepted ones flag the base.

    A process killed meanwhile leaves the list to be checked; False when it was checked already.
    """
    batch = ReturnBatch.objects.get(pk=batch_id)
    if batch.state != BatchState.RECEIVED:
        return False
    try:
        with storage.local_path(batch.path) as path:
            lines = list(references_in(path))
    except UnreadableFileError as error:
        return _note_unreadable(batch, str(error), now)
    return _judge(batch, lines, now)


@transaction.atomic
def _note_unreadable(batch: ReturnBatch, failure: str, now: datetime) -> bool:
    waiting = ReturnBatch.objects.filter(pk=batch.pk, state=BatchState.RECEIVED)
    if not waiting.update(state=BatchState.UNREADABLE, failure=failure[:300], checked_at=now):
        return False
    _journal("returns.unreadable", batch, CHECKER, now, failure=failure[:300])
    return True


@dataclass(frozen=True, slots=True)
class _Delivered:
    """A delivery that the list names: the keys of its rows, when, under which terms."""

    delivery: Delivery
    keys: Mapping[int, int]
    """Row -> record key, negative for a trap; rows that do not exist are absent."""
    on: date
    terms: TermsParameters
    taken: set[int]
    """Rows that came back before."""

    @property
    def is_postal(self) -> bool:
        return RentalUse.DIRECT_MAIL in self.delivery.rental.uses


@transaction.atomic
def _judge(batch: ReturnBatch, lines: list[HandedBack], now: datetime) -> bool:
    """All lines or none. Lists of one company follow one another: its deliveries are locked."""
    waiting = ReturnBatch.objects.select_for_update().filter(pk=batch.pk, state=BatchState.RECEIVED)
    if not waiting.exists():
        return False
    wanted: dict[int, list[int]] = {}
    for line in lines:
        if line.read is not None:
            wanted.setdefault(line.read.delivery, []).append(line.read.row)
    known = _deliveries(batch.company_id, wanted)
    mails = [_mail(batch, line, known) for line in lines]
    UndeliverableMail.objects.bulk_create(mails, batch_size=5000)
    accepted = [mail for mail in mails if mail.state == MailState.ACCEPTED]
    refused = Counter(mail.rule for mail in mails if mail.state == MailState.REFUSED)
    waiting.update(
        state=BatchState.CHECKED, accepted=len(accepted), refused=dict(refused), checked_at=now
    )
    _flag(batch, accepted, known, now)
    counts = {"accepted": len(accepted), "refused": dict(refused)}
    _journal("returns.checked", batch, CHECKER, now, **counts)
    return True


def _deliveries(company_id: int, wanted: Mapping[int, list[int]]) -> dict[int, _Delivered]:
    deliveries = (
        Delivery.objects.select_for_update(of=("self",))
        .filter(pk__in=wanted, rental__company_id=company_id, available_at__isnull=False)
        .select_related("rental")
        .order_by("pk")
    )
    found = {}
    for delivery in deliveries:
        day = delivered_on(delivery)
        if day is None:
            raise ClaimError("Cette livraison n’a pas de date.")
        accepted = UndeliverableMail.objects.filter(delivery=delivery, state=MailState.ACCEPTED)
        found[delivery.pk] = _Delivered(
            delivery=delivery,
            keys=delivered_keys(delivery, wanted[delivery.pk]),
            on=day,
            terms=sale_of(delivery.rental).terms,
            taken={row for row in accepted.values_list("row", flat=True) if row is not None},
        )
    return found


def _mail(
    batch: ReturnBatch, line: HandedBack, known: Mapping[int, _Delivered]
) -> UndeliverableMail:
    read = line.read
    named = known.get(read.delivery) if read else None
    row = read.row if read and named and read.row in named.keys else None
    key = named.keys[row] if named and row is not None else None
    facts = ReturnFacts(
        is_well_formed=read is not None,
        is_of_delivery=row is not None,
        is_trap=key is not None and key < 0,
        was_handed_back=bool(named and row in named.taken),
        is_postal=bool(named and named.is_postal),
    )
    refusal = return_refusal(
        facts,
        handed_back_on=batch.handed_back_on,
        delivered_on=named.on if named else None,
        terms=named.terms if named else TermsParameters(),
    )
    if refusal is None and named and row is not None:
        named.taken.add(row)
    return UndeliverableMail(
        batch=batch,
        line=line.line,
        reference=line.text,
        delivery=named.delivery if named else None,
        row=row,
        record_key=key if key is not None and key >= 0 else None,
        state=MailState.REFUSED if refusal else MailState.ACCEPTED,
        rule=refusal.rule if refusal else "",
        sentence=refusal.sentence if refusal else "",
    )


def _flag(
    batch: ReturnBatch,
    accepted: list[UndeliverableMail],
    known: Mapping[int, _Delivered],
    now: datetime,
) -> None:
    """The base learns that these addresses no longer receive mail."""
    by_population: dict[Population, list[int]] = {}
    for mail in accepted:
        if mail.delivery_id is None or mail.record_key is None:
            continue
        criteria = known[mail.delivery_id].delivery.rental.criteria or {}
        by_population.setdefault(Population(criteria["population"]), []).append(mail.record_key)
    for population, keys in by_population.items():
        flag_records(
            population=population,
            record_keys=keys,
            channel=Channel.POST,
            since=batch.handed_back_on,
            source=f"returns:{batch.pk}",
            actor=CHECKER,
            now=now,
        )


def _journal(action: str, batch: ReturnBatch, actor: Actor, now: datetime, **after: object) -> None:
    record(
        action=action,
        actor=actor,
        company_id=batch.company_id,
        subject=f"returns:{batch.pk}",
        at=now,
        after={"means": batch.means, **after},
    )
