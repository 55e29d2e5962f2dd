"""Which rows of a release are withdrawn by tombstones, its own or those of a later one."""

# ruff: noqa: S608 - the columns and files of these statements are named by our own code.

from marketingconnect.base.vocabulary import Population


def dead_rows_query(rows: str, tombstones: str, population: Population) -> str:
    """`row_no` of the rows that must never leave; both are SQL after FROM.

    By key; an establishment by its SIRET too, or by the SIREN of a company wholly withdrawn.
    """
    keys = f"SELECT record_key FROM {tombstones} WHERE record_key IS NOT NULL"
    conditions = [f"record_key IN ({keys})"]
    if population is Population.PROFESSIONALS:
        conditions.append(f"siret IN (SELECT siret FROM {tombstones} WHERE siret <> '')")
        conditions.append(
            f"siren IN (SELECT siren FROM {tombstones} WHERE siren <> ''"
            " AND coalesce(siret, '') = '' AND record_key IS NULL)"
        )
    return " UNION ".join(f"SELECT row_no FROM {rows} WHERE {each}" for each in conditions)
