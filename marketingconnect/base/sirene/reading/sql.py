"""SQL that turns a piece into typed rows: every type is told, nothing is guessed."""

from marketingconnect.base.engine import quoted
from marketingconnect.base.sirene.layout import ESTABLISHMENTS, MASKED, UNITS, StockKind, Wanted
from marketingconnect.base.sirene.reading.diagnosis import Span
from marketingconnect.base.sirene.reading.header import Header

OPEN = "open"
HIDDEN = "hidden"
USABLE_UNITS = "units"
OTHER_UNITS = "others"
MASKED_UNIT, CEASED = 1, 2
"""`fate` of the other legal units: must not be used, or does not exist any more."""


def read_csv(path: str, header: Header) -> str:
    """A FROM clause over records without their header."""
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in header.names)
    return (
        f"read_csv({quoted(path)}, auto_detect = false, header = false, delim = ',', quote = '\"',"
        f" escape = '\"', new_line = '{header.line_end}', strict_mode = true,"
        f" null_padding = false, columns = {{{columns}}})"
    )


def raw_columns(kind: StockKind, published: dict[str, str]) -> str:
    """The SELECT list of what we read, under our names; `published` maps trimmed to real names."""
    return ", ".join(_raw(wanted, published) for wanted in kind.wanted)


def _raw(wanted: Wanted, published: dict[str, str]) -> str:
    name = published.get(wanted.name)
    source = "NULL" if name is None else '"' + name.replace('"', '""') + '"'
    return f"CAST({source} AS VARCHAR) AS {wanted.ours}"


def key_of(kind: StockKind) -> tuple[str, int]:
    """The column that identifies a row, and its digits."""
    return ("siret", 14) if kind is ESTABLISHMENTS else ("siren", 9)


def is_wrong(kind: StockKind, span: Span) -> str:
    """A condition, true for a row that makes the file refused."""
    key, digits = key_of(kind)
    wrong = [f"coalesce(NOT regexp_full_match({key}, '[0-9]{{{digits}}}'), true)"]
    for wanted in kind.wanted:
        if wanted.kind == "DATE":
            day = f"TRY_CAST({wanted.ours} AS DATE)"
            wrong.append(
                f"({wanted.ours} <> '{MASKED}' AND ({day} IS NULL OR length({wanted.ours}) <> 10"
                f" OR {day} NOT BETWEEN DATE '{span.first}' AND DATE '{span.last}'))"
            )
    return " OR ".join(wrong)


def counts(kind: StockKind, span: Span) -> str:
    """One row: rows read, rows that are wrong, then rows by fate."""
    fates = _ESTABLISHMENT_FATES if kind is ESTABLISHMENTS else _UNIT_FATES
    told = ", ".join(f"count_if({when}) AS {name}" for name, when in fates.items())
    return (
        f'SELECT count(*) AS rows, count_if({is_wrong(kind, span)}) AS "wrong", {told} FROM piece'  # noqa: S608
    )


_SIREN = "CAST(siren AS INTEGER) AS siren"
_SHOWN = "coalesce(diffusion = 'O', false)"
_ACTIVE = "coalesce(state = 'A', false)"
_AT_HOME = f"(country IS NULL OR country = '{MASKED}')"
_ESTABLISHMENT_FATES = {
    "hidden": f"NOT {_SHOWN}",
    "closed": f"{_SHOWN} AND NOT {_ACTIVE}",
    "abroad": f"{_SHOWN} AND {_ACTIVE} AND NOT {_AT_HOME}",
    "open": f"{_SHOWN} AND {_ACTIVE} AND {_AT_HOME}",
}
_UNIT_FATES = {
    "hidden": f"NOT {_SHOWN}",
    "ceased": f"{_SHOWN} AND NOT {_ACTIVE}",
    "usable": f"{_SHOWN} AND {_ACTIVE}",
}


def outputs(kind: StockKind) -> dict[str, str]:
    """File -> SELECT of the typed rows it keeps; what must not leave keeps only its number."""
    if kind is not ESTABLISHMENTS:
        return {USABLE_UNITS: _usable_units(), OTHER_UNITS: _other_units()}
    return {
        OPEN: f"SELECT {_open_columns()} FROM piece WHERE {_ESTABLISHMENT_FATES['open']}",  # noqa: S608
        HIDDEN: "SELECT CAST(siret AS BIGINT) AS siret FROM piece"  # noqa: S608
        f" WHERE {_ESTABLISHMENT_FATES['hidden']}",
    }


def _open_columns() -> str:
    typed = {
        "siret": "CAST(siret AS BIGINT)",
        "created_on": "TRY_CAST(created_on AS DATE)",
        "head_office": "coalesce(head_office = 'true', false)",
        "x": "TRY_CAST(round(TRY_CAST(x AS DOUBLE)) AS INTEGER)",
        "y": "TRY_CAST(round(TRY_CAST(y AS DOUBLE)) AS INTEGER)",
    }
    told_by_now = {"diffusion", "state", "country"}
    return ", ".join(
        f"{typed.get(wanted.ours, f'nullif({wanted.ours}, {quoted(MASKED)})')} AS {wanted.ours}"
        for wanted in ESTABLISHMENTS.wanted
        if wanted.ours not in told_by_now
    )


def _usable_units() -> str:
    told_by_now = {"siren", "diffusion", "state"}
    kept = ", ".join(
        f"nullif({wanted.ours}, {quoted(MASKED)}) AS {wanted.ours}"
        for wanted in UNITS.wanted
        if wanted.ours not in told_by_now
    )
    return f"SELECT {_SIREN}, {kept} FROM piece WHERE {_UNIT_FATES['usable']}"  # noqa: S608


def _other_units() -> str:
    fate = f"CASE WHEN {_SHOWN} THEN {CEASED} ELSE {MASKED_UNIT} END"
    return (
        f"SELECT {_SIREN}, CAST({fate} AS UTINYINT) AS fate FROM piece"  # noqa: S608
        f" WHERE NOT ({_UNIT_FATES['usable']})"
    )
