"""What a pair of false files holds, told by the one that made them, for tests to compare."""

from dataclasses import asdict, dataclass, fields
from typing import Any, Final

FATE: Final = """
CASE WHEN hidden THEN 'hidden' WHEN NOT open THEN 'closed' WHEN abroad THEN 'abroad'
     WHEN missing THEN 'orphans' WHEN masked THEN 'of_hidden_units'
     WHEN ceased THEN 'of_ceased_units' ELSE 'usable' END
"""


@dataclass(frozen=True, slots=True)
class StockTruth:
    """Counts of establishments by what becomes of them, and of what the usable ones are."""

    establishments: int = 0
    units: int = 0
    usable: int = 0
    hidden: int = 0
    closed: int = 0
    abroad: int = 0
    orphans: int = 0
    of_hidden_units: int = 0
    of_ceased_units: int = 0
    hidden_units: int = 0
    sole_traders: int = 0
    head_offices: int = 0
    old_activities: int = 0
    with_cedex: int = 0
    la_poste: int = 0

    def __add__(self, other: "StockTruth") -> "StockTruth":
        return StockTruth(
            **{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


_OF_USABLE: Final = {
    "sole_traders": "sole",
    "head_offices": "head",
    "old_activities": "nomenclature <> 'NAFRev2'",
    "with_cedex": "cedex",
    "la_poste": "siren = 356000000",
}
_FATES: Final = (
    "usable", "hidden", "closed", "abroad", "orphans", "of_hidden_units", "of_ceased_units",
)  # fmt: skip


def truth_of_block(connection: Any) -> StockTruth:
    """The counts of tables `unit` and `establishment`."""
    counts = ["count(*)"]
    counts += [f"count_if(fate = '{fate}')" for fate in _FATES]
    counts += [f"count_if(fate = 'usable' AND {when})" for when in _OF_USABLE.values()]
    told = connection.execute(
        f"SELECT {', '.join(counts)} FROM (SELECT *, {FATE} AS fate FROM establishment)"  # noqa: S608
    ).fetchone()
    units, hidden_units = connection.execute(
        "SELECT count_if(NOT missing), count_if(NOT missing AND masked) FROM unit"
    ).fetchone()
    names = ("establishments", *_FATES, *_OF_USABLE)
    return StockTruth(units=units, hidden_units=hidden_units, **dict(zip(names, told, strict=True)))
