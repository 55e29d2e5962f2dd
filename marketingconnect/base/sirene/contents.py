"""What a release of professionals is made of: rows, the one proof, and what must not leave."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from marketingconnect.base.engine import parquet, quoted
from marketingconnect.base.releases.contents import Contents, ReleaseRef
from marketingconnect.base.schema import (
    PROOFS,
    TOMBSTONES,
    TOMBSTONES_FILE,
    parts_of,
    select_list,
)
from marketingconnect.base.sirene.matching.slices import Matched
from marketingconnect.base.sirene.reading.sql import HIDDEN, MASKED_UNIT, OTHER_UNITS, USABLE_UNITS
from marketingconnect.base.sirene.reading.staging import Stage
from marketingconnect.base.vocabulary import SIRENE_SUPPLIER, Channel, Population

REASON: Final = "diffusion"
"""The holder asked INSEE to keep its data from others (code de commerce, A123-96)."""
_A_WHOLE_COMPANY: Final = 100_000
"""SIRET are SIREN and five digits; the five zeros stand for the company itself."""


def contents_of(
    establishments: Stage,
    units: Stage,
    matched: Matched,
    *,
    vintage: date,
    previous: ReleaseRef | None,
) -> Contents:
    """The SELECTs for the builder. `previous` is the release in use, whose withdrawals last."""
    return Contents(
        population=Population.PROFESSIONALS,
        rows=matched.rows,
        proofs=_proof(vintage),
        tombstones=_tombstones(establishments, units, matched, vintage, previous),
    )


def _proof(vintage: date) -> str:
    """Every address comes from the register: one proof serves all."""
    values: Mapping[str, str] = {
        "proof": "1",
        "supplier": str(SIRENE_SUPPLIER),
        "channel": str(Channel.POST.number),
        "ground": "'legitimate_interest'",
        "collected_on": f"DATE '{vintage}'",
        "source": quoted(f"INSEE, répertoire SIRENE, stock au {vintage.isoformat()}"),
    }
    chosen = ", ".join(f"{values.get(name, quoted(''))} AS {name}" for name in PROOFS)
    return f"SELECT {select_list(PROOFS)} FROM (SELECT {chosen})"  # noqa: S608


def _tombstones(
    establishments: Stage,
    units: Stage,
    matched: Matched,
    vintage: date,
    previous: ReleaseRef | None,
) -> str:
    """Each number once: establishments that are hidden, those of hidden companies, the companies.

    What an earlier release held of a company that is hidden now is withdrawn too, although the
    new stock may not name that establishment any more.
    """
    hidden = f"(SELECT siren FROM {parquet(units.files(OTHER_UNITS))} WHERE fate = {MASKED_UNIT})"  # noqa: S608
    since = f"DATE '{vintage}' AS since"
    found = [
        f"SELECT siret AS record_key, {since} FROM {parquet(establishments.files(HIDDEN))}",  # noqa: S608
        f"SELECT siret, {since} FROM {matched.withdrawn}",  # noqa: S608
        f"SELECT CAST(siren AS BIGINT) * {_A_WHOLE_COMPANY}, {since} FROM {hidden}",  # noqa: S608
    ]
    if previous is not None:
        found += _from_previous(previous, units, matched, hidden, since)
    chosen = f"""
        SELECT record_key, min(since) AS since, '{REASON}' AS reason,
            lpad(CAST(record_key // {_A_WHOLE_COMPANY} AS VARCHAR), 9, '0') AS siren,
            CASE WHEN record_key % {_A_WHOLE_COMPANY} = 0 THEN ''
                 ELSE lpad(CAST(record_key AS VARCHAR), 14, '0') END AS siret
        FROM ({" UNION ALL ".join(found)}) GROUP BY record_key"""  # noqa: S608
    return f"SELECT {select_list(TOMBSTONES)} FROM ({chosen})"  # noqa: S608


def _from_previous(
    previous: ReleaseRef, units: Stage, matched: Matched, hidden: str, since: str
) -> list[str]:
    """Rows of companies hidden since, and withdrawals that the new stock does not take back."""
    parts = parquet(parts_of(previous.path))
    kept = f"(SELECT * FROM {parquet(previous.path / TOMBSTONES_FILE)})"  # noqa: S608
    shown = (
        f"(SELECT siren FROM {parquet(units.files(USABLE_UNITS))} UNION ALL"  # noqa: S608
        f" SELECT siren FROM {parquet(units.files(OTHER_UNITS))} WHERE fate <> {MASKED_UNIT})"
    )
    back = f"(SELECT record_key FROM ({matched.rows}) SEMI JOIN {kept} USING (record_key))"  # noqa: S608
    return [
        f"SELECT record_key, {since} FROM {parts} WHERE CAST(siren AS INTEGER) IN {hidden}",  # noqa: S608
        f"SELECT record_key, since FROM (SELECT *, CAST(siren AS INTEGER) AS number FROM {kept})"  # noqa: S608
        f" WHERE siret = '' AND number NOT IN {shown}",
        f"SELECT record_key, since FROM {kept} ANTI JOIN {back} USING (record_key)"  # noqa: S608
        " WHERE siret <> ''",
    ]
