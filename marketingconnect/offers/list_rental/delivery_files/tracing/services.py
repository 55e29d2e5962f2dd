"""Trace a file found elsewhere; the answer goes into the journal, for the day it is evidence."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from marketingconnect import storage
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.offers.list_rental.delivery_files.fingerprint import (
    BrokenFingerprintError,
    Fingerprint,
    Recogniser,
    Speller,
    read_fingerprint,
)
from marketingconnect.offers.list_rental.delivery_files.keys import master_key
from marketingconnect.offers.list_rental.delivery_files.spelling import street_form, words_of
from marketingconnect.offers.list_rental.delivery_files.tracing.reading import readable, rows_of
from marketingconnect.offers.list_rental.delivery_files.tracing.report import (
    DeliverySeen,
    TraceReport,
)
from marketingconnect.offers.list_rental.delivery_files.tracing.scanning import (
    KnownTrap,
    Scan,
    learned_roles,
    sampled,
    scan,
)
from marketingconnect.offers.list_rental.delivery_files.tracing.verdict import (
    Candidate,
    Judged,
    judge,
)
from marketingconnect.offers.list_rental.models import DeliveryTrace, TrapVariant

_CHUNK: Final = 1 << 20


def trace_leak(path: Path, *, actor: Actor, now: datetime) -> TraceReport:
    """CGV CL.2: say which deliveries the rows of a file were taken from, if any.

    Raises UnreadableFileError.
    """
    traces = list(DeliveryTrace.objects.filter(prepared_at__isnull=False).order_by("delivery"))
    recognisers = {
        version: Recogniser(master_key(version))
        for version in {trace.key_version for trace in traces}
    }
    with readable(path) as list_path:
        roles = learned_roles(sampled(rows_of(list_path)), recognisers, _fingerprints(traces))
        found = scan(rows_of(list_path), roles, recognisers, _known_traps())
    judged = _judged(traces, found)
    report = _report(path, traces, found, judged)
    record(
        action="leak.traced",
        actor=actor,
        company_id=None,
        subject=f"file:{report.sha256}",
        at=now,
        after={key: value for key, value in report.as_json().items() if key != "deliveries"},
    )
    return report


def _fingerprints(traces: list[DeliveryTrace]) -> Iterator[tuple[int, Fingerprint]]:
    for trace in traces:
        yield trace.key_version, _fingerprint(trace)


def _fingerprint(trace: DeliveryTrace) -> Fingerprint:
    """Raises BrokenFingerprintError when the kept file is no longer the one that was sealed."""
    with storage.open(trace.fingerprint_path) as stream:
        content = stream.read()
    if hashlib.sha256(content).hexdigest() != trace.fingerprint_sha256:
        raise BrokenFingerprintError(trace.label)
    return read_fingerprint(content)


def _known_traps() -> Mapping[str, KnownTrap]:
    variants = TrapVariant.objects.select_related("person", "trace")
    return {
        variant.identity: KnownTrap(
            delivery=variant.trace.delivery,
            name=f"{variant.first_name} {variant.last_name}".strip(),
            street=frozenset(
                street_form(words_of(variant.person.line4 or variant.person.line5)).split()
            ),
        )
        for variant in variants.iterator()
    }


def _judged(traces: list[DeliveryTrace], found: Scan) -> list[Judged]:
    candidates = []
    for trace in traces:
        candidate = Candidate(
            trace.delivery,
            _fingerprint(trace),
            Speller(bytes(trace.secret)),
            found.names[trace.key_version],
            found.streets[trace.key_version],
            found.rows,
        )
        if candidate.matched.any():
            candidates.append(candidate)
    return judge(candidates, compared_with=len(traces), file_rows=found.rows)


def _report(
    path: Path, traces: list[DeliveryTrace], found: Scan, judged: list[Judged]
) -> TraceReport:
    labels = {trace.delivery: trace.label for trace in traces}
    seen = [
        DeliverySeen(
            delivery=one.delivery,
            label=labels[one.delivery],
            rows=one.rows,
            compared=one.agreement.compared,
            agreeing=one.agreement.agreeing,
            log10_chance=one.log10_chance,
            traps=tuple(sorted(found.traps.get(one.delivery, ()))),
            references=found.references[one.delivery],
            is_named=one.is_proven or bool(found.traps.get(one.delivery)),
        )
        for one in judged
    ]
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return TraceReport(
        file=path.name,
        sha256=sha256,
        rows=found.rows,
        recognisable=found.recognisable,
        compared_with=len(traces),
        deliveries=tuple(sorted(seen, key=lambda one: not one.is_named)),
    )
