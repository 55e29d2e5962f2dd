"""One block of a supplier's rows: normalised, placed, proved; refused rows with their reason."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from marketingconnect.base.consumers import fallback
from marketingconnect.base.consumers.fields import FIELDS, PROOF_PARTS
from marketingconnect.base.consumers.finishing import Day, finished
from marketingconnect.base.consumers.places import place_told
from marketingconnect.base.engine import DuckDB, parquet, quoted
from marketingconnect.base.vocabulary import CIVILITY_PRINTED, Channel
from marketingconnect.kernel.postal_address import LINE_LENGTH

_LINES: Final = ("line2", "line3", "line4", "line5")
_CAPITALS: Final = ("line4", "line5")
_TEXTS: Final = ("first_name", "last_name", *_LINES, "town")
_CODES: Final[Mapping[str, Mapping[int, tuple[str, ...]]]] = {
    "civility": {
        1: ("m", "m.", "mr", "mr.", "monsieur", "1"),
        2: ("mme", "mme.", "madame", "mlle", "mlle.", "mademoiselle", "2"),
    },
    "sex": {1: ("m", "h", "homme", "masculin", "1"), 2: ("f", "femme", "feminin", "féminin", "2")},
    "housing": {
        1: ("maison", "individuel", "pavillon", "m", "1"),
        2: ("appartement", "collectif", "immeuble", "a", "2"),
    },
    "tenure": {1: ("proprietaire", "propriétaire", "p", "1"), 2: ("locataire", "l", "2")},
}
_FARTHEST: Final = 60_000


def clean_block(
    connection: DuckDB,
    raw: Path,
    block: range,
    *,
    defaults: Mapping[str, str],
    read: frozenset[str],
    day: Day,
) -> None:
    """Make the temporary table `cleaned` out of some rows of `raw.parquet`, with their `refusal`.

    The tables `places` and `forms` are there already, and the macros.
    """
    _read(connection, raw, block, defaults, read)
    _lay_out(connection)
    _reach(connection)
    fallback.ask(
        connection,
        "SELECT DISTINCT postal_code, town, commune FROM read",
        place_told,
        table="found_places",
        columns=("postal_code", "town", "told", "commune", "why"),
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE placed AS {_placed()}")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE cleaned AS {finished(day)}")


def _read(
    connection: DuckDB,
    raw: Path,
    block: range,
    defaults: Mapping[str, str],
    read: frozenset[str],
) -> None:
    """Every field as text, those of the file, then the constants, then nothing."""

    def value(name: str) -> str:
        default = quoted(defaults.get(name, ""))
        return f"coalesce(nullif({name}, ''), {default})" if name in read else default

    shared = {
        f"{channel}_{part}": value(f"{channel}_{part}")
        if f"{channel}_{part}" in read or f"{channel}_{part}" in defaults
        else value(part)
        for channel in Channel
        for part in PROOF_PARTS
    }
    fields = {name: value(name) for name in sorted(FIELDS - set(PROOF_PARTS))} | shared
    tidied = {name: f"tidy({fields[name]})" if name in _TEXTS else fields[name] for name in fields}
    chosen = ", ".join(f"{body} AS {name}" for name, body in tidied.items())
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE read AS SELECT line, {chosen}"
        f" FROM {parquet(raw)} WHERE file_row_number >= {block.start}"
        f" AND file_row_number < {block.stop}"
    )


def _lay_out(connection: DuckDB) -> None:
    """Lines 2 to 5: by SQL when they are plain and surely fit, else by the kernel.

    No letter but those of two makes a line longer when it is written in capitals.
    """
    easy = " AND ".join(
        f"length({line}) <= {LINE_LENGTH} AND is_plain({line})"
        + (f" AND NOT regexp_matches({line}, '[œæŒÆ]')" if line in _CAPITALS else "")
        for line in _LINES
    )
    fallback.ask(
        connection,
        f"SELECT DISTINCT {', '.join(_LINES)} FROM read WHERE NOT ({easy})",
        fallback.lines_as_the_kernel_lays,
        table="laid",
        columns=(*_LINES, *(f"laid{line[-1]}" for line in _LINES), "fits"),
    )


def _reach(connection: DuckDB) -> None:
    """Numbers and e-mail addresses that SQL cannot decide, through the kernel."""
    for name in ("phone", "mobile"):
        fallback.ask(
            connection,
            f"SELECT DISTINCT {name}, postal_code FROM read WHERE {name} <> ''"
            f" AND (left(postal_code, 2) IN ('97', '98')"
            f" OR usual_kind(national_of({name})) IS NULL)",
            fallback.phone_as_the_kernel_reads,
            table=f"odd_{name}",
            columns=(name, "postal_code", "e164", "kind"),
        )
    fallback.ask(
        connection,
        "SELECT DISTINCT email FROM read WHERE email <> ''"
        " AND usual_email(lower(visible(email))) IS NULL",
        fallback.email_as_the_kernel_reads,
        table="odd_email",
        columns=("email", "address"),
    )


def _code(name: str, text: str) -> str:
    """The small integer of a word, 0 when it says nothing."""
    cases = " ".join(
        f"WHEN {text} IN ({', '.join(map(quoted, words))}) THEN {code}"
        for code, words in _CODES[name].items()
    )
    return f"CASE {cases} ELSE 0 END"


def _word(name: str) -> str:
    return f"lower(trim({name}))"


def _printed_first_name() -> str:
    """The first name, or its initial, so that `MME Prénom NOM` fits on line 1."""
    longest = max(map(len, CIVILITY_PRINTED.values())) + 2
    fits = f"length(r.first_name) + length(r.last_name) + {longest} <= {LINE_LENGTH}"
    return f"CASE WHEN {fits} THEN r.first_name ELSE left(r.first_name, 1) END"


def _number(kind: str) -> str:
    """E.164 of a phone column when it is of the kind that the column is for."""
    raw, odd = ("mobile", "om") if kind == "mobile" else ("phone", "op")
    return (
        f"CASE WHEN r.{raw} = '' THEN '' WHEN {odd}.e164 IS NOT NULL"
        f" THEN CASE WHEN {odd}.kind = '{kind}' THEN {odd}.e164 ELSE '' END"
        f" WHEN usual_kind(national_of(r.{raw})) = '{kind}'"
        f" THEN '+33' || national_of(r.{raw}) ELSE '' END"
    )


def _placed() -> str:
    """Names, lines, place, profile and reach of each row."""
    laid = {
        line: f"coalesce(l.laid{line[-1]}, "
        + (f"capitals(r.{line}))" if line in _CAPITALS else f"r.{line})")
        for line in _LINES
    }
    lines = ", ".join(f"{body} AS {line}" for line, body in laid.items())
    kept = ", ".join(f"r.{channel}_{part}" for channel in Channel for part in PROOF_PARTS)
    return f"""
SELECT r.line, {_code("civility", _word("r.civility"))} AS civility,
    {_printed_first_name()} AS first_name, r.last_name, {lines},
    capitals(r.first_name) AS plain_first_name, capitals(r.last_name) AS plain_last_name,
    r.postal_code, p.label AS town, p.commune, p.departement, p.region, p.epci, p.zone,
    CASE WHEN {_is_near()} THEN CAST(r.x AS INTEGER) ELSE p.x END AS x,
    CASE WHEN {_is_near()} THEN CAST(r.y AS INTEGER) ELSE p.y END AS y,
    CASE WHEN regexp_full_match(r.iris, '[0-9AB]{{9}}') AND left(r.iris, 5) = p.commune
         THEN r.iris ELSE '' END AS iris,
    coalesce(l.fits, '1') = '1' AND (r.line4 <> '' OR r.line5 <> '')
        AND length(r.last_name) + 6 <= {LINE_LENGTH} AS is_printable,
    r.line4 <> '' OR r.line5 <> '' AS has_street,
    {_number("landline")} AS phone, {_number("mobile")} AS mobile,
    CASE WHEN r.email = '' THEN '' ELSE
        coalesce(oe.address, usual_email(lower(visible(r.email))), '') END AS email,
    r.phone AS raw_phone, r.mobile AS raw_mobile, r.email AS raw_email,
    {_code("sex", _word("r.sex"))} AS told_sex,
    {_code("housing", _word("r.housing"))} AS housing,
    {_code("tenure", _word("r.tenure"))} AS tenure,
    CASE WHEN try_cast(r.income_band AS INTEGER) BETWEEN 1 AND 10
         THEN CAST(r.income_band AS INTEGER) ELSE 0 END AS income_band,
    r.birth_date, r.birth_year, r.age AS told_age, day_of(r.birth_date) AS born,
    says_yes(r.withdrawn) AS is_withdrawn,
    r.first_name || r.last_name || r.line2 || r.line3 || r.line4 || r.line5 AS all_text,
    f.why AS place_missing, {kept}
{_SOURCES}"""


_SOURCES: Final = f"""FROM read r
LEFT JOIN laid l USING ({", ".join(_LINES)})
LEFT JOIN odd_phone op ON op.phone = r.phone AND op.postal_code = r.postal_code
LEFT JOIN odd_mobile om ON om.mobile = r.mobile AND om.postal_code = r.postal_code
LEFT JOIN odd_email oe ON oe.email = r.email
LEFT JOIN found_places f ON f.postal_code = r.postal_code AND f.town = r.town
    AND f.told = r.commune
LEFT JOIN places p ON p.commune = f.commune"""


def _is_near() -> str:
    """Whether the coordinates told are not far from their commune."""
    return (
        f"abs(try_cast(r.x AS DOUBLE) - p.x) < {_FARTHEST}"
        f" AND abs(try_cast(r.y AS DOUBLE) - p.y) < {_FARTHEST}"
    )
