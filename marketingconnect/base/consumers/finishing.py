"""The last step of a block: each channel judged by its proof, each row kept or refused."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from marketingconnect.base.engine import DuckDB, quoted
from marketingconnect.base.schema import DAY_ZERO
from marketingconnect.base.vocabulary import AGE_BAND_FROM, OLDEST_AGE, Channel

CLEAN: Final[Mapping[str, str]] = {
    "line": "BIGINT",
    "record_key": "BIGINT",
    "household_key": "BIGINT",
    "address_key": "BIGINT",
    "name_key": "BIGINT",
    "civility": "UTINYINT",
    "first_name": "VARCHAR",
    "last_name": "VARCHAR",
    "line2": "VARCHAR",
    "line3": "VARCHAR",
    "line4": "VARCHAR",
    "line5": "VARCHAR",
    "postal_code": "VARCHAR",
    "town": "VARCHAR",
    "commune": "VARCHAR",
    "iris": "VARCHAR",
    "departement": "VARCHAR",
    "region": "VARCHAR",
    "epci": "VARCHAR",
    "zone": "UTINYINT",
    "x": "INTEGER",
    "y": "INTEGER",
    "age_band": "UTINYINT",
    "sex": "UTINYINT",
    "housing": "UTINYINT",
    "tenure": "UTINYINT",
    "income_band": "UTINYINT",
    **{
        f"{channel}_{part}": kind
        for channel in Channel
        for part, kind in (("on", "USMALLINT"), ("form", "INTEGER"), ("hash", "BLOB"))
    },
    "phone": "VARCHAR",
    "mobile": "VARCHAR",
    "email": "VARCHAR",
}
"""The columns of a load's `rows-*.parquet`; `<channel>_form` 0 is a closed channel."""


@dataclass(frozen=True, slots=True)
class Day:
    """The days a block is judged by: its delivery, and the oldest proof for each channel."""

    delivered_on: date
    oldest: Mapping[Channel, date]
    consent_asked: Collection[Channel]
    """Channels that the law opens to prior consent alone."""


def load_forms(connection: DuckDB, forms: Collection[tuple[object, ...]]) -> None:
    """Make the table `forms`: id, reference, version, ground, first and last day, channels."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE forms (id INTEGER, reference VARCHAR, version VARCHAR,"
        " ground VARCHAR, used_from DATE, used_to DATE, channels VARCHAR[])"
    )
    for form in forms:
        connection.execute("INSERT INTO forms VALUES (?, ?, ?, ?, ?, ?, ?)", list(form))


def finished(day: Day) -> str:
    """The SELECT over `placed`: CLEAN, `refusal`, and a verdict a channel (`ok`, or a reason)."""
    days = ", ".join(f"day_of({channel}_consent_on) AS {channel}_day" for channel in Channel)
    forms = ", ".join(
        f"f_{channel}.id AS {channel}_form_id, f_{channel}.ground AS {channel}_ground,"
        f" {channel}_day BETWEEN f_{channel}.used_from AND coalesce(f_{channel}.used_to,"
        f" {channel}_day) AS {channel}_in_use,"
        f" list_contains(f_{channel}.channels, '{channel}') AS {channel}_covered"
        for channel in Channel
    )
    joins = " ".join(
        f"LEFT JOIN forms f_{channel} ON f_{channel}.reference = p.{channel}_form"
        f" AND f_{channel}.version = p.{channel}_form_version"
        for channel in Channel
    )
    delivered = f"DATE {quoted(day.delivered_on.isoformat())}"
    dated = f"SELECT *, {days}, {_age(delivered)} AS years FROM placed"
    known = f"SELECT p.*, {forms} FROM ({dated}) p {joins}"
    verdicts = ", ".join(f"{_verdict(channel, day)} AS {channel}_verdict" for channel in Channel)
    judged = f"SELECT *, {verdicts}, {_address_key()} AS address_key FROM ({known})"
    shown = ", ".join(f"{channel}_verdict" for channel in Channel)
    return f"SELECT {_kept()}, {_refusal(delivered)} AS refusal, {shown} FROM ({judged})"


def _verdict(channel: Channel, day: Day) -> str:
    """`ok`, NULL when the file says nothing on the channel, or why it stays closed."""
    on, proof = f"{channel}_day", f"{channel}_proof"
    asked = f"{channel}_ground <> 'consent'" if channel in day.consent_asked else "false"
    told = f"({channel}_consent_on <> '' OR {channel}_form <> '' OR {proof} <> '')"
    if channel is Channel.POST:
        absent, invalid, why = "NOT has_street", "NOT is_printable", "address"
    else:
        absent, invalid, why = f"raw_{channel} = ''", f"{channel} = ''", "value"
    return f"""CASE
    WHEN {absent} THEN NULL WHEN {invalid} THEN {quoted(why)}
    WHEN NOT {told} THEN 'proof_missing'
    WHEN {on} IS NULL OR {on} > DATE {quoted(day.delivered_on.isoformat())} THEN 'proof_date'
    WHEN {channel}_form_id IS NULL THEN 'form_unknown'
    WHEN NOT {channel}_covered THEN 'form_channel'
    WHEN NOT {channel}_in_use THEN 'form_dates'
    WHEN {asked} THEN 'ground'
    WHEN length({proof}) <> 64 OR NOT regexp_full_match({proof}, '[0-9a-fA-F]{{64}}')
        THEN 'proof_hash'
    WHEN {on} < DATE {quoted(day.oldest[channel].isoformat())} THEN 'proof_expired'
    ELSE 'ok' END"""


def _age(delivered: str) -> str:
    """Full years at the delivery; by the year alone, those that are certain."""
    return (
        f"CASE WHEN born IS NOT NULL THEN datesub('year', born, {delivered})"
        " WHEN birth_date <> '' THEN NULL"
        f" WHEN birth_year <> '' THEN year({delivered}) - try_cast(birth_year AS INTEGER) - 1"
        " ELSE try_cast(told_age AS INTEGER) END"
    )


def _address_key() -> str:
    """Rows of one street number share it; without a street, a person is alone."""
    return (
        "key_of(CASE WHEN has_street THEN concat_ws('|', 'a', commune, postal_code, line4, line5)"
        " ELSE concat_ws('|', 's', commune, plain_last_name, plain_first_name, email, mobile,"
        " phone) END)"
    )


def _refusal(delivered: str) -> str:
    is_told = "concat(birth_date, birth_year, told_age) <> ''"
    is_open = " OR ".join(f"{channel}_verdict = 'ok'" for channel in Channel)
    return f"""CASE
    WHEN regexp_matches(all_text, '[\\x{{fffd}}\\x00-\\x08\\x7f]') THEN 'characters'
    WHEN plain_last_name = '' THEN 'last_name'
    WHEN {is_told} AND (years IS NULL OR years > {OLDEST_AGE} OR born > {delivered})
        THEN 'birth_date'
    WHEN years < {AGE_BAND_FROM[0]} THEN 'minor'
    WHEN commune IS NULL THEN coalesce(nullif(place_missing, ''), 'postal_code')
    WHEN is_withdrawn THEN 'withdrawn'
    WHEN NOT coalesce({is_open}, false) THEN 'no_channel' END"""


def _kept() -> str:
    """The columns of CLEAN in their order, cast."""
    special = {
        "record_key": "key_of(concat_ws('|', address_key, plain_last_name, plain_first_name))",
        "household_key": "key_of(concat_ws('|', address_key, plain_last_name))",
        "name_key": "key_of(concat_ws('|', plain_last_name, plain_first_name))",
        "age_band": "age_band_of(coalesce(years, 0))",
        "sex": "CASE WHEN told_sex > 0 THEN told_sex ELSE civility END",
    }
    for channel in Channel:
        is_open = f"{channel}_verdict = 'ok'"
        special |= {
            f"{channel}_on": _when(
                is_open, f"{channel}_day - DATE {quoted(DAY_ZERO.isoformat())}", "0"
            ),
            f"{channel}_form": _when(is_open, f"{channel}_form_id", "0"),
            f"{channel}_hash": _when(is_open, f"unhex({channel}_proof)", "''::BLOB"),
        }
        if channel is not Channel.POST:
            special[channel.value] = _when(is_open, channel.value, "''")
    return ", ".join(
        f"CAST({special.get(name, name)} AS {kind}) AS {name}" for name, kind in CLEAN.items()
    )


def _when(condition: str, value: str, otherwise: str) -> str:
    return f"CASE WHEN {condition} THEN {value} ELSE {otherwise} END"
