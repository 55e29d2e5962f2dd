"""The columns of a person while files are merged, and of a release once they are."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from marketingconnect.base.consumers.finishing import CLEAN
from marketingconnect.base.engine import parquet
from marketingconnect.base.schema import CHANNEL_VALUES, INPUT_COLUMNS
from marketingconnect.base.vocabulary import Channel, Population

OF_THE_ADDRESS: Final = ("housing", "tenure", "income_band")
OF_THE_PERSON: Final = ("civility", "sex", "age_band")
FIXED: Final = (Channel.POST, Channel.PHONE)
"""Channels that stay where the address is."""
UNIQUE: Final = (Channel.EMAIL, Channel.MOBILE)
"""Channels whose address belongs to one person."""
LOST: Final = {channel: f"lost_{channel}" for channel in UNIQUE}


def of_channel(channel: Channel) -> Mapping[str, str]:
    """The columns of a channel, and the expression of each over a row of a file."""
    is_open = f"{channel}_form > 0"
    columns = {
        f"{channel}_supplier": f"CASE WHEN {is_open} THEN supplier ELSE 0::USMALLINT END",
        f"{channel}_load": f"CASE WHEN {is_open} THEN load ELSE 0 END",
        **{f"{channel}_{part}": f"{channel}_{part}" for part in ("on", "form", "hash")},
    }
    if channel in CHANNEL_VALUES:
        columns[channel.value] = channel.value
    return columns


def empty(name: str) -> str:
    """The value of a closed channel's column."""
    return {"VARCHAR": "''", "BLOB": "''::BLOB"}.get(CLEAN.get(name, ""), "0")


IDENTITY: Final = tuple(
    name
    for name in CLEAN
    if name != "line" and name not in {each for channel in Channel for each in of_channel(channel)}
)
"""What is a person's own, whatever the channel."""


def settled(drafts: str) -> str:
    """The SELECT of people from drafts, addresses that went to somebody else taken off."""
    columns = [f"d.{name}" for name in IDENTITY]
    joins = []
    for channel in Channel:
        names = of_channel(channel)
        if channel in LOST:
            columns += [_unless_lost(channel, name) for name in names]
            joins.append(
                f"LEFT JOIN (SELECT DISTINCT record_key FROM {LOST[channel]}) {LOST[channel]}"
                f" ON {LOST[channel]}.record_key = d.record_key"
            )
        else:
            columns += [f"d.{name}" for name in names]
    return f"SELECT {', '.join(columns)} FROM {drafts} d {' '.join(joins)}"


def _unless_lost(channel: Channel, name: str) -> str:
    kind = CLEAN.get(name) or ("USMALLINT" if name.endswith("_supplier") else "INTEGER")
    kept = f"CASE WHEN {LOST[channel]}.record_key IS NULL THEN d.{name} ELSE {empty(name)} END"
    return f"CAST({kept} AS {kind}) AS {name}"


def release_rows(people: Path) -> str:
    """The SELECT of a release's rows out of `people.parquet`."""
    numbers = {}
    before = "proofs_before"
    for channel in Channel:
        is_open = f"{channel}_supplier > 0"
        numbers[f"{channel}_proof"] = f"CASE WHEN {is_open} THEN {before} + 1 ELSE 0 END"
        before = f"{before} + CAST({is_open} AS BIGINT)"
    columns = INPUT_COLUMNS[Population.CONSUMERS]
    chosen = ", ".join(
        f"CAST({numbers.get(name, name)} AS {kind}) AS {name}" for name, kind in columns.items()
    )
    return f"SELECT {chosen} FROM {parquet(people)}"


def release_proofs(people: Path, forms: Path) -> str:
    """The SELECT of the proofs of `people.parquet`, in the order of their numbers.

    Forms are looked up in one map: a join would not keep the order.
    """
    each = ", ".join(
        f"{{'supplier': {channel}_supplier, 'channel': {channel.number}::UTINYINT,"
        f" 'day': {channel}_on, 'form': {channel}_form, 'hash': {channel}_hash}}"
        for channel in Channel
    )
    told = ("ground", "source", "reference", "version", "wording", "recipients")
    form = ", ".join(f"'{name}': {name}" for name in told)
    known = f"(SELECT map(list(id), list({{{form}}})) AS known FROM {parquet(forms)})"
    return f"""
        SELECT CAST(before + place AS UINTEGER) AS proof, one.supplier AS supplier,
            one.channel AS channel, form.ground AS ground,
            DATE '2000-01-01' + CAST(one.day AS INTEGER) AS collected_on, form.source AS source,
            form.reference AS form, form.version AS form_version, form.wording AS wording,
            form.recipients AS recipients, lower(hex(one.hash)) AS proof_hash
        FROM (SELECT before, place, one, known[one.form] AS form FROM (
            SELECT before, unnest(opened) AS one, generate_subscripts(opened, 1) AS place FROM (
                SELECT proofs_before AS before,
                    list_filter([{each}], lambda e: e.supplier > 0) AS opened
                FROM {parquet(people)})), {known})"""
