"""The kernel's rules of writing, spelled in SQL for millions of rows at a time.

What SQL cannot decide (rare characters, lines that do not fit, odd phones) is left to the kernel
itself; a test holds both to the same answers.
"""

from typing import Final

from marketingconnect.base.engine import DuckDB, quoted
from marketingconnect.base.vocabulary import AGE_BAND_FROM, OLDEST_AGE
from marketingconnect.kernel.email_address import LONGEST_ADDRESS, LONGEST_LOCAL, USUAL_ADDRESS
from marketingconnect.kernel.phone import PhoneKind, usual_patterns

_BLANKS: Final = r"[\s\p{Z}\x{85}\x{1c}-\x{1f}\x0b]+"
_PLAIN: Final = (
    r"[ -~àâäáãåéèêëíìîïóòôöõúùûüýÿçñœæ"
    r"ÀÂÄÁÃÅÉÈÊËÍÌÎÏÓÒÔÖÕÚÙÛÜÝŸÇÑŒÆ’‘«»°–\x{a0}\t]*"
)
_DECORATION: Final = (
    r"[\s.\-/_()'\x{2019}\x{a0}\x{2007}\x{2009}\x{202f}\x{2010}\x{2011}\x{2013}\x{200b}"
    r"\x{200e}\x{202a}\x{202c}\x{feff}]"
)
_INVISIBLE: Final = (
    r"^[ \t\r\n\x{a0}\x{202f}\x{200b}\x{feff}]+|[ \t\r\n\x{a0}\x{202f}\x{200b}\x{feff}]+$"
)
_NATIONAL: Final = r"^(?:(?:\+|00)330?|0)?([1-9][0-9]{8})$"
_DATES: Final = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d")
YES: Final = ("1", "oui", "o", "true", "vrai", "yes", "y", "x")


def define(connection: DuckDB) -> None:
    """Make the macros known to a connection."""
    for name, body in _MACROS.items():
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {name} AS {body}")


def _any_of(values: tuple[str, ...]) -> str:
    return ", ".join(map(quoted, values))


def _age_band(age: str) -> str:
    over = " + ".join(f"CAST({age} >= {first} AS UTINYINT)" for first in AGE_BAND_FROM)
    return f"CASE WHEN {age} BETWEEN {AGE_BAND_FROM[0]} AND {OLDEST_AGE} THEN {over} ELSE 0 END"


def _usual_kind(national: str) -> str:
    """`mobile`, `landline`, or NULL when the kernel must be asked."""
    patterns = usual_patterns()
    mobile = f"regexp_full_match({national}, {quoted(patterns[PhoneKind.MOBILE])})"
    landline = f"regexp_full_match({national}, {quoted(patterns[PhoneKind.LANDLINE])})"
    return (
        f"CASE WHEN left({national}, 2) IN ('26', '59') THEN NULL"
        f" WHEN {mobile} THEN 'mobile' WHEN {landline} THEN 'landline' END"
    )


# Each has a quick way out first: a file is mostly plain, and most of the time is won there.
_MACROS: Final = {
    "tidy(s)": (
        "CASE WHEN regexp_matches(s, '^ |  | $|[^!-~ À-ÿœŒŸ’]')"
        f" THEN trim(regexp_replace(s, {quoted(_BLANKS)}, ' ', 'g')) ELSE s END"
    ),
    "capitals(s)": (
        "CASE WHEN NOT regexp_matches(s, '^ |  | $|[^A-Za-z0-9 ]') THEN upper(s) ELSE"
        " trim(regexp_replace(strip_accents(replace(replace(upper(s), 'Œ', 'OE'), 'Æ', 'AE')),"
        " '[^A-Z0-9]+', ' ', 'g')) END"
    ),
    "is_plain(s)": f"regexp_full_match(s, {quoted(_PLAIN)})",
    "day_of(s)": (
        "CAST(CASE WHEN s = '' THEN NULL"
        " WHEN length(s) = 10 AND s[3] = '/' THEN try_strptime(s, '%d/%m/%Y')"
        " WHEN length(s) = 10 AND s[5] = '-' THEN try_strptime(s, '%Y-%m-%d')"
        " ELSE try_strptime(regexp_replace(trim(s), '[ T][0-9:.Z+]*$', ''),"
        f" [{_any_of(_DATES)}]) END AS DATE)"
    ),
    "key_of(s)": "CAST(md5_number_lower(s) >> 1 AS BIGINT)",
    "says_yes(s)": f"lower(trim(s)) IN ({_any_of(YES)})",
    "age_band_of(age)": _age_band("age"),
    "national_of(s)": f"regexp_extract(regexp_replace(s, {quoted(_DECORATION)}, '', 'g'),"
    f" {quoted(_NATIONAL)}, 1)",
    "usual_kind(n)": _usual_kind("n"),
    "visible(s)": f"regexp_replace(s, {quoted(_INVISIBLE)}, '', 'g')",
    "usual_email(s)": (
        f"CASE WHEN length(s) <= {LONGEST_ADDRESS}"
        f" AND strpos(s, '@') BETWEEN 2 AND {LONGEST_LOCAL + 1}"
        f" AND regexp_full_match(s, {quoted(USUAL_ADDRESS)}) THEN s END"
    ),
}
