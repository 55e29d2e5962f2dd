"""Who must not be written to: a batch at a time, or a whole file in memory."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.suppression.keys import (
    Digester,
    canonical,
    digester,
    readable_versions,
    scopes_for,
)
from marketingconnect.suppression.models import Scope, Suppression

_CONFIRMED_AT_ONCE = 1000
_FETCHED_AT_ONCE = 20_000
_SLOTS_EACH = 12


def suppressed(
    *, channel: str, addresses: Sequence[str], company_id: int, to_base: bool = False
) -> set[str]:
    """Those of `addresses`, as given, that the client `company_id` must not write to."""
    return asked(
        channel=channel, addresses=addresses, company_id=company_id, to_base=to_base
    ).opposed


@dataclass(frozen=True, slots=True)
class Asked:
    """Who opposed when it was asked, and under which digest each address would oppose later."""

    opposed: set[str]
    by_digest: dict[bytes, list[str]]


def asked(
    *, channel: str, addresses: Sequence[str], company_id: int, to_base: bool = False
) -> Asked:
    """Ask for `addresses`, as given, which may be asked again of what `watch` reads."""
    opposed: set[str] = set()
    every: dict[bytes, list[str]] = {}
    for scope, owner, digests in _lists(channel, addresses, company_id, to_base):
        for digest in _present(channel, scope, owner, list(digests)):
            opposed.update(digests[digest])
        every |= digests
    return Asked(opposed, every)


def digests_of(
    *, channel: str, addresses: Sequence[str], company_id: int, to_base: bool = False
) -> dict[bytes, list[str]]:
    """Under which digests these addresses would oppose; asks the database nothing."""
    every: dict[bytes, list[str]] = {}
    for _, _, digests in _lists(channel, addresses, company_id, to_base):
        every |= digests
    return every


def _lists(
    channel: str, addresses: Sequence[str], company_id: int, to_base: bool
) -> Iterator[tuple[str, int, dict[bytes, list[str]]]]:
    people = [(address, _canonical_or_same(channel, address)) for address in addresses]
    for scope, owner in scopes_for(company_id, to_base=to_base) if people else []:
        yield scope, owner, _digests(channel, scope, owner, people)


def _present(channel: str, scope: str, owner: int, digests: list[bytes]) -> list[bytes]:
    """Asked for every chunk of every campaign: one array costs far less than the ORM’s IN."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT digest FROM suppression_suppression"
            " WHERE scope = %s AND company_id = %s AND channel = %s AND digest = ANY(%s)",
            [scope, owner, channel, digests],
        )
        return [bytes(digest) for (digest,) in cursor.fetchall()]


def _digests(
    channel: str, scope: str, owner: int, people: Iterable[tuple[str, str]]
) -> dict[bytes, list[str]]:
    """Digest under each readable key -> the addresses that give it; `people` have both forms."""
    makers = [
        digester(channel=channel, scope=scope, company_id=owner, version=version)
        for version in readable_versions()
    ]
    digests: dict[bytes, list[str]] = {}
    for address, person in people:
        for make in makers:
            digests.setdefault(make(person), []).append(address)
    return digests


def _canonical_or_same(channel: str, address: str) -> str:
    try:
        return canonical(channel, address)
    except InvalidValueError:
        return address


class SuppressionFilter:
    """The oppositions that bind one client, held in memory: 8 bytes each, a million asks a second.

    A photograph taken when it is made: the send itself asks `suppressed` again. A match on the
    8 bytes is confirmed by the database, so no address is ever excluded by chance.
    """

    def __init__(self, *, channel: str, company_id: int, to_base: bool = False) -> None:
        self.channel = channel
        self.company_id = company_id
        self.to_base = to_base
        self._lists = [
            (digest, prefixes)
            for scope, owner in scopes_for(company_id, to_base=to_base)
            for version in readable_versions()
            for digest, prefixes in [_loaded(channel, scope, owner, version)]
            if prefixes
        ]

    def opposed(self, addresses: Sequence[str]) -> set[str]:
        """Those of these canonical `addresses` that must not be written to."""
        return self.confirmed(self.candidates(addresses))

    def candidates(self, addresses: Sequence[str]) -> list[str]:
        """Those to be confirmed, nearly always rightly; asks the database nothing."""
        return [
            address
            for digest, prefixes in self._lists
            for address in addresses
            if digest(address)[:8] in prefixes
        ]

    def confirmed(self, candidates: Sequence[str]) -> set[str]:
        """What `candidates` gave, less what only looked alike."""
        confirmed: set[str] = set()
        for start in range(0, len(candidates), _CONFIRMED_AT_ONCE):
            confirmed |= suppressed(
                channel=self.channel,
                addresses=candidates[start : start + _CONFIRMED_AT_ONCE],
                company_id=self.company_id,
                to_base=self.to_base,
            )
        return confirmed


class OwnList:
    """One client's own list on a channel, asked for many canonical addresses."""

    def __init__(self, *, channel: str, company_id: int) -> None:
        self._channel, self._company_id = channel, company_id
        self._lists = [
            (digest, prefixes)
            for version in readable_versions()
            for digest, prefixes in [_loaded(channel, Scope.CLIENT, company_id, version)]
            if prefixes
        ]

    def __bool__(self) -> bool:
        return bool(self._lists)

    def opposed(self, addresses: Sequence[str]) -> set[str]:
        """Those of `addresses` that the list has, confirmed by the database."""
        candidates = [
            address
            for digest, prefixes in self._lists
            for address in addresses
            if address and digest(address)[:8] in prefixes
        ]
        return suppressed(channel=self._channel, addresses=candidates, company_id=self._company_id)


class _Prefixes:
    """Sorted beginnings of digests, and one byte for each of many more slots: nearly every
    stranger falls into an empty slot and costs nothing more."""

    def __init__(self, sorted_prefixes: "array[int]") -> None:
        self._sorted = sorted_prefixes
        bits = max(10, (len(sorted_prefixes) * _SLOTS_EACH).bit_length())
        self._shift = 64 - bits
        self._slots = bytearray(1 << bits)
        for prefix in sorted_prefixes:
            self._slots[prefix >> self._shift] = 1

    def __bool__(self) -> bool:
        return bool(self._sorted)

    def __contains__(self, beginning: bytes) -> bool:
        prefix = int.from_bytes(beginning, "big")
        if not self._slots[prefix >> self._shift]:
            return False
        place = bisect_left(self._sorted, prefix)
        return place < len(self._sorted) and self._sorted[place] == prefix


def _loaded(channel: str, scope: str, owner: int, version: int) -> tuple[Digester, _Prefixes]:
    """How to hash for one list, and the first 8 bytes of all its digests, sorted."""
    prefixes = array("Q")
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT substring(digest FROM 1 FOR 8) FROM suppression_suppression"
            " WHERE scope = %s AND company_id = %s AND channel = %s AND key_version = %s"
            " ORDER BY digest",
            [scope, owner, channel, version],
        )
        while rows := cursor.fetchmany(_FETCHED_AT_ONCE):
            prefixes.extend(int.from_bytes(row[0], "big") for row in rows)
    return digester(channel=channel, scope=scope, company_id=owner, version=version), _Prefixes(
        prefixes
    )


def opposition_of(*, channel: str, address: str) -> Suppression | None:
    """The opposition of this address to the operator's base or to everybody, the oldest one."""
    person = _canonical_or_same(channel, address)
    digests = [
        digester(channel=channel, scope=scope, company_id=0, version=version)(person)
        for scope in (Scope.OPERATOR, Scope.EVERYONE)
        for version in readable_versions()
    ]
    return (
        Suppression.objects.filter(
            scope__in=[Scope.OPERATOR, Scope.EVERYONE], channel=channel, digest__in=digests
        )
        .order_by("since")
        .first()
    )
