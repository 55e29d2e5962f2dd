"""The address of an establishment in the six lines of NF Z10-011.

Line 1 is the company, 3 the building or zone, 4 the street, 5 the box or hamlet, then the postal
code and the town, or the CEDEX. SQL lays out what fits; the kernel shortens what does not.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from marketingconnect.base.engine import DuckDB, quoted
from marketingconnect.kernel.postal_address import LINE_LENGTH, BusinessAddress

STREET_TYPES: Final[Mapping[str, str]] = {
    "ALL": "ALLEE",
    "AV": "AVENUE",
    "BD": "BOULEVARD",
    "CAR": "CARREFOUR",
    "CHE": "CHEMIN",
    "CHS": "CHAUSSEE",
    "COR": "CORNICHE",
    "CRS": "COURS",
    "DOM": "DOMAINE",
    "DSC": "DESCENTE",
    "ECA": "ECART",
    "ESP": "ESPLANADE",
    "FG": "FAUBOURG",
    "GR": "GRANDE RUE",
    "HAM": "HAMEAU",
    "HLE": "HALLE",
    "IMP": "IMPASSE",
    "LOT": "LOTISSEMENT",
    "MAR": "MARCHE",
    "MTE": "MONTEE",
    "PAS": "PASSAGE",
    "PL": "PLACE",
    "PLN": "PLAINE",
    "PLT": "PLATEAU",
    "PRO": "PROMENADE",
    "PRV": "PARVIS",
    "QUA": "QUARTIER",
    "RES": "RESIDENCE",
    "RLE": "RUELLE",
    "ROC": "ROCADE",
    "RPT": "ROND POINT",
    "RTE": "ROUTE",
    "SEN": "SENTIER",
    "SQ": "SQUARE",
    "TPL": "TERRE PLEIN",
    "TRA": "TRAVERSE",
    "VLA": "VILLA",
    "VLGE": "VILLAGE",
}
REPETITIONS: Final[Mapping[str, str]] = {"B": "BIS", "T": "TER", "Q": "QUATER"}
_ONLY_A_PLACE: Final = ("LD", "")
_PERSON: Final = (
    "joined(one_line(coalesce(usual_first_name, first_name)),"
    " one_line(coalesce(usual_last_name, last_name)))"
)
_COMPANY: Final = "coalesce(u_name, u_usual_name, acronym, usual_name, sign)"
LINES: Final = ("name", "trade_name", "line3", "line4", "line5")
MACROS: Final = {
    "bare(s)": (
        "CASE WHEN s IS NULL THEN '' WHEN regexp_full_match(s, '[A-Z0-9]+( [A-Z0-9]+)*') THEN s"
        " ELSE trim(regexp_replace(strip_accents(replace(replace(upper(s), 'Œ', 'OE'), 'Æ',"
        " 'AE')), '[^A-Z0-9]+', ' ', 'g')) END"
    ),
    "one_line(s)": (
        "CASE WHEN s IS NULL THEN '' WHEN regexp_full_match(s, '[!-~]+( [!-~]+)*') THEN upper(s)"
        r" ELSE upper(trim(regexp_replace(s, '[\s\p{Z}\p{C}]+', ' ', 'g'))) END"
    ),
    "joined(a, b)": "trim(a || ' ' || b)",
}


def _among(words: Mapping[str, str], value: str) -> str:
    cases = " ".join(f"WHEN {quoted(short)} THEN {quoted(long)}" for short, long in words.items())
    return f"CASE {value} {cases} ELSE {value} END"


def word_columns() -> Mapping[str, str]:
    """Steps on the way, over the raw words of an establishment, its unit and its place `p`."""
    return {
        "b_number": f"joined(bare(number), {_among(REPETITIONS, 'bare(repetition)')})",
        "b_type": "bare(street_type)",
        "b_street": "bare(street)",
        "b_delivery": "bare(delivery)",
        "b_cedex": "CASE WHEN cedex_code IS NULL THEN '' ELSE bare(cedex) END",
        "b_sign": "one_line(coalesce(sign, usual_name, u_usual_name))",
        "b_name": f"CASE WHEN legal_form = '1000' THEN {_PERSON} ELSE one_line({_COMPANY}) END",
    }


def line_columns() -> Mapping[str, str]:
    """The lines, over the steps.

    A hamlet without a street stands on line 5, where a box would be; with both, it takes line 4.
    The town is named on line 5 when its mail goes through the CEDEX of another.
    """
    is_hamlet = f"b_number = '' AND b_type IN ({', '.join(map(quoted, _ONLY_A_PLACE))})"
    street = f"joined(b_number, joined({_among(STREET_TYPES, 'b_type')}, b_street))"
    town_elsewhere = (
        "CASE WHEN b_cedex = '' OR regexp_replace(split_part(b_cedex, ' CEDEX', 1),"
        r" '\bSAINT(E?)\b', 'ST\1', 'g') = label THEN '' ELSE label END"
    )
    return {
        "name": "b_name",
        "trade_name": "CASE WHEN b_sign = b_name THEN '' ELSE b_sign END",
        "line3": "one_line(complement)",
        "line4": f"CASE WHEN NOT ({is_hamlet}) THEN {street} WHEN b_delivery <> '' THEN b_street"
        " ELSE '' END",
        "line5": f"joined(CASE WHEN {is_hamlet} AND b_delivery = '' THEN b_street"
        f" ELSE b_delivery END, {town_elsewhere})",
        "postal_code": "coalesce(CASE WHEN b_cedex <> '' THEN cedex_code END, postal_code, '')",
        "town": "CASE WHEN b_cedex <> '' THEN left(b_cedex, 32) ELSE label END",
    }


def define(connection: DuckDB) -> None:
    """Make the macros known to a connection, and the kernel's way to shorten a line."""
    for name, body in MACROS.items():
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {name} AS {body}")
    connection.create_function("fitted", fitted, ["VARCHAR", "VARCHAR"], "VARCHAR")


def fit(line: str) -> str:
    """A line as it is when it fits, else as the kernel shortens it."""
    return f"CASE WHEN length({line}) > {LINE_LENGTH} THEN fitted('{line}', {line}) ELSE {line} END"


@lru_cache(maxsize=100_000)
def fitted(place: str, said: str) -> str:
    """A line of at most 38 characters: abbreviated as La Poste does, then cut between two words."""
    words = {
        "line3": ("building", 2),
        "line4": ("street", 3),
        "line5": ("place", 4),
    }
    field, number = words.get(place, ("company", 0))
    told = {"company": "X", field: said, "postal_code": "75001", "town": "PARIS"}
    line = BusinessAddress(**told).six_lines()[number]
    if len(line) <= LINE_LENGTH:
        return line
    kept = line[: LINE_LENGTH + 1].rpartition(" ")[0] or line[:LINE_LENGTH]
    return kept[:LINE_LENGTH].rstrip()
