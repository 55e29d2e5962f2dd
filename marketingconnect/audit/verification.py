"""Walk the whole journal and recompute every hash: is it still what was written?"""

from dataclasses import dataclass
from typing import Final

from marketingconnect.audit.models import JournalEntry, JournalHead
from marketingconnect.audit.services import entry_hash

FIRST_HASH: Final = "0" * 64
_CHUNK: Final = 2000
_OTHER_HEAD: Final = "la tête du journal ne correspond pas à la dernière écriture"


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry that does not fit, by position, and why, in plain French."""

    position: int
    reason: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What was read; `first_break` is None when the chain holds from first entry to head."""

    entries: int
    last_hash: str
    first_break: Break | None


def verify() -> Verification:
    """Read the journal in order, in constant memory; stop at the first break.

    Nothing is locked: acts go on being written while it is read.
    """
    head = _head()
    position, last_hash = 0, FIRST_HASH
    for entry in JournalEntry.objects.order_by("position").iterator(chunk_size=_CHUNK):
        reason = _fault(entry, position, last_hash)
        if not reason and entry.position == head[0] and entry.hash != head[1]:
            reason = _OTHER_HEAD
        if reason:
            broken = Break(min(entry.position, position + 1), reason)
            return Verification(position, last_hash, broken)
        position, last_hash = entry.position, entry.hash
    return Verification(position, last_hash, _fault_at_the_end(head[0], position))


def _head() -> tuple[int, str]:
    found = JournalHead.objects.filter(pk=1).first()
    return (found.position, found.hash) if found else (0, FIRST_HASH)


def _fault(entry: JournalEntry, position: int, last_hash: str) -> str:
    if entry.position != position + 1:
        return f"l’écriture n° {position + 1} manque (la suivante est la n° {entry.position})"
    if entry.previous_hash != last_hash:
        return "elle ne s’enchaîne pas à l’écriture précédente"
    if entry_hash(entry) != entry.hash:
        return "son contenu ne correspond plus à son empreinte"
    return ""


def _fault_at_the_end(head: int, last: int) -> Break | None:
    if last < head:
        return Break(last + 1, f"la fin manque : {head} écritures attendues, {last} trouvées")
    if _head()[0] < last:
        return Break(last, _OTHER_HEAD)
    return None
