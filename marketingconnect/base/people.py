"""Find the records of one person in the releases in use, for who answers a request (CGV B.5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from marketingconnect.base.engine import parquet
from marketingconnect.base.queries import published_release
from marketingconnect.base.releases.contents import ReleaseRef
from marketingconnect.base.schema import PROOFS_FILE, parts_of
from marketingconnect.base.vocabulary import Channel, Population
from marketingconnect.suppression.identities import postal_identity
from marketingconnect.suppression.models import Channel as Opposed
from marketingconnect.suppression.models import Suppression
from marketingconnect.suppression.queries import opposition_of

MOST: Final = 50
_NAME: Final = {
    Population.CONSUMERS: "concat_ws(' ', last_name, first_name)",
    Population.PROFESSIONALS: "name",
}
LISTS: Final = {
    Channel.POST: (Opposed.POST,),
    Channel.PHONE: (Opposed.PHONE,),
    Channel.MOBILE: (Opposed.SMS, Opposed.PHONE),
    Channel.EMAIL: (Opposed.EMAIL,),
}
"""Where an opposition is recorded: a mobile is neither called nor written to any more."""
_FIELDS: Final = ("line4", "postal_code", "town", "phone", "mobile", "email")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSought:
    """What is known of the person; empty parts are not looked at."""

    name: str = ""
    postal_code: str = ""
    phone: str = ""
    """E.164, a landline or a mobile."""
    email: str = ""
    siret: str = ""

    @property
    def is_empty(self) -> bool:
        named = self.name and self.postal_code
        return not (named or self.phone or self.email or self.siret)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFound:
    """One record of a release, with what it can be reached by."""

    population: Population
    release: str
    record_key: int
    name: str
    street: str
    postal_code: str
    town: str
    channels: Mapping[Channel, str]
    """Channel -> the address or number; only channels with a proof."""
    proofs: Mapping[Channel, int]

    def spelled(self, channel: Channel) -> str:
        """The address of a channel as oppositions are recorded."""
        if channel is Channel.POST:
            return postal_identity(self.name, self.street, self.postal_code, self.town)
        return self.channels[channel]


@dataclass(frozen=True, slots=True)
class ProofShown:
    """Where the permission of one channel comes from."""

    channel: Channel
    supplier: int
    ground: str
    collected_on: Any
    source: str
    form: str
    wording: str
    recipients: str
    proof_hash: str


def find_people(sought: PersonSought) -> list[RecordFound]:
    """Records of both populations that match everything given, at most `MOST` of each."""
    if sought.is_empty:
        return []
    return [
        record
        for population in Population
        if (release := published_release(population)) is not None
        for record in _matching(release, sought)
    ]


def record_of(population: Population, record_key: int) -> RecordFound | None:
    """One record of the release in use."""
    release = published_release(population)
    if release is None:
        return None
    found = _rows(release, "record_key = ?", [record_key])
    return found[0] if found else None


def proofs_of(record: RecordFound) -> list[ProofShown]:
    """The proofs behind a record, one a channel."""
    release = published_release(record.population)
    if release is None or release.name != record.release or not record.proofs:
        return []
    numbers = list(record.proofs.values())
    query = (
        "SELECT proof, supplier, ground, collected_on, source,"  # noqa: S608  our own file
        " concat_ws(' ', form, form_version), wording, recipients, proof_hash"
        f" FROM {parquet(release.path / PROOFS_FILE)} WHERE list_contains(?, proof)"
    )
    with duckdb.connect() as connection:
        rows = {row[0]: row[1:] for row in connection.execute(query, [numbers]).fetchall()}
    return [
        ProofShown(channel, *rows[number])
        for channel, number in record.proofs.items()
        if number in rows
    ]


def oppositions_of(record: RecordFound) -> dict[Channel, Suppression]:
    """The channels on which this person already opposed, with the opposition."""
    found: dict[Channel, Suppression] = {}
    for channel in record.channels:
        for opposed in LISTS[channel]:
            known = opposition_of(channel=opposed, address=record.spelled(channel))
            if known is not None:
                found.setdefault(channel, known)
    return found


def _matching(release: ReleaseRef, sought: PersonSought) -> list[RecordFound]:
    """The words of the name in any order; numbers and addresses as the base spells them."""
    conditions, values = [], []
    if sought.name and sought.postal_code:
        plain = f"upper(strip_accents({_NAME[release.population]}))"
        conditions.append("postal_code = ?")
        values.append(sought.postal_code)
        for word in postal_identity(sought.name, "", "", "").split():
            conditions.append(f"contains({plain}, ?)")
            values.append(word)
    if sought.phone:
        conditions.append("(phone = ? OR mobile = ?)")
        values += [sought.phone, sought.phone]
    if sought.email:
        conditions.append("email = ?")
        values.append(sought.email)
    if sought.siret and release.population is Population.PROFESSIONALS:
        conditions.append("siret = ?")
        values.append(sought.siret)
    elif sought.siret:
        return []
    return _rows(release, " AND ".join(conditions), values)


def _rows(release: ReleaseRef, condition: str, values: list[Any]) -> list[RecordFound]:
    numbers = ", ".join(f"{channel.value}_proof" for channel in Channel)
    query = (
        f"SELECT record_key, {_NAME[release.population]}, {', '.join(_FIELDS)}, {numbers}"  # noqa: S608
        f" FROM {parquet(parts_of(release.path))} WHERE {condition}"
        f" ORDER BY row_no LIMIT {MOST}"
    )
    with duckdb.connect() as connection:
        return [_record(release, row) for row in connection.execute(query, values).fetchall()]


def _record(release: ReleaseRef, row: tuple[Any, ...]) -> RecordFound:
    key, name, street, postal_code, town, phone, mobile, email = row[:8]
    proofs = {channel: number for channel, number in zip(Channel, row[8:], strict=True) if number}
    reached = {
        Channel.POST: f"{street}, {postal_code} {town}",
        Channel.PHONE: phone,
        Channel.MOBILE: mobile,
        Channel.EMAIL: email,
    }
    return RecordFound(
        population=release.population,
        release=release.name,
        record_key=key,
        name=name,
        street=street,
        postal_code=postal_code,
        town=town,
        channels={channel: reached[channel] for channel in proofs},
        proofs=proofs,
    )
