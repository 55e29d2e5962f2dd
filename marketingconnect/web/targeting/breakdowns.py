"""Who they are, by kind; and what each criterion takes away."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from marketingconnect.base.vocabulary import (
    AGE_BAND_LABELS,
    HEADCOUNT_LABELS,
    HOUSING_LABELS,
    INCOME_BAND_LABELS,
    SEX_LABELS,
    TENURE_LABELS,
)
from marketingconnect.nomenclatures import legal_label, naf_label
from marketingconnect.targeting.criteria import Criteria, Population
from marketingconnect.targeting.queries import ToldStep
from marketingconnect.web.targeting.choices import value_name
from marketingconnect.web.targeting.fields import FIELDS
from marketingconnect.web.targeting.figures import TOO_FEW, Breakdown, StepRow, breakdown
from marketingconnect.web.targeting.places import tokens_of

_MOST_ROWS: Final = 16
_MOST_NAMED: Final = 3


def _coded(labels: Mapping[int, str]) -> Callable[[str], str]:
    return lambda code: labels.get(int(code), code)


def _decile(code: str) -> str:
    return INCOME_BAND_LABELS.get(int(code), code).partition(" de revenu")[0]


def _safely(find: Callable[[str], str]) -> Callable[[str], str]:
    def named(code: str) -> str:
        try:
            return find(code)
        except KeyError:
            return code or "Non renseigné"

    return named


# Dimension -> title, word, names, and whether the largest comes first.
_SHOWN: Final[Mapping[str, tuple[str, str, Callable[[str], str], bool]]] = {
    "age_band": ("Par âge", "Âge", _coded(AGE_BAND_LABELS), False),
    "sex": ("Par sexe", "Sexe", _coded(SEX_LABELS), False),
    "housing": ("Par habitat", "Habitat", _coded(HOUSING_LABELS), False),
    "tenure": ("Par statut d’occupation", "Statut", _coded(TENURE_LABELS), False),
    "income_band": ("Par revenus du quartier (modélisés)", "Revenus", _decile, False),
    "naf_section": ("Par activité", "Activité", _safely(naf_label), True),
    "headcount": (
        "Par effectif",
        "Effectif",
        lambda code: HEADCOUNT_LABELS.get(code, code),
        False,
    ),
    "legal_category": ("Par forme juridique", "Forme juridique", _safely(legal_label), True),
}
_BY_POPULATION: Final = {
    Population.CONSUMERS: ("age_band", "sex", "housing", "tenure", "income_band"),
    Population.PROFESSIONALS: ("naf_section", "headcount", "legal_category"),
}


def dimensions_of(population: Population) -> tuple[str, ...]:
    """By what a population is broken down on the screen."""
    return _BY_POPULATION[population]


def breakdowns_of(
    by: Mapping[str, Mapping[str, int | None]], population: Population
) -> tuple[Breakdown, ...]:
    """A table a dimension; unknown values come last."""
    found = (_breakdown(name, by.get(name, {})) for name in dimensions_of(population))
    return tuple(one for one in found if one.rows)


def _breakdown(name: str, counts: Mapping[str, int | None]) -> Breakdown:
    title, word, named, largest_first = _SHOWN[name]
    order = sorted(counts, key=lambda code: _rank(name, code, counts[code], largest_first))
    pairs = [(named(code), counts[code]) for code in order]
    return breakdown(title, word, pairs[:_MOST_ROWS])


def _rank(name: str, code: str, count: int | None, largest_first: bool) -> tuple[Any, ...]:
    if largest_first:
        return (-(count or 0), code)
    if name == "headcount":
        return (code == "NN", code)
    return (code == "0", int(code) if code.isdecimal() else 0)


def step_rows(steps: Sequence[ToldStep], criteria: Criteria) -> tuple[StepRow, ...]:
    """Each criterion in the order of the screen: what it takes away, what stays."""
    rows: list[StepRow] = []
    before: int | None = None
    for step in steps:
        left = step.remaining
        removed = before - left if before is not None and left is not None else None
        is_first = not rows
        rows.append(
            StepRow(
                label=step_label(step.name, criteria),
                removed=removed,
                left=left,
                words="" if is_first or removed is not None else TOO_FEW,
            )
        )
        before = left
    return tuple(rows) if len(rows) > 1 else ()


_NAMES: Final = {
    "everybody": "Tous ceux que l’on peut joindre ainsi",
    "exclude": "Exclusions",
    "one_per": "Un seul contact par groupe",
    "quotas": "Quotas",
    "sample": "Échantillon",
}


def step_label(name: str, criteria: Criteria) -> str:
    """A step in the words of the form."""
    if not name.startswith("where.all["):
        if name == "one_per" and criteria.one_per:
            return value_name("one_per", criteria.one_per.value)
        return _NAMES.get(name, name)
    parts = criteria.where.to_json()
    place = int(name.removeprefix("where.all[").rstrip("]"))
    return condition_label(parts["all"][place] if "all" in parts else parts)


def condition_label(condition: Mapping[str, Any]) -> str:
    """One condition in words: `Âge : 30 à 34 ans, 35 à 39 ans`."""
    field = condition.get("field", "")
    if field in FIELDS and "in" in condition:
        values = condition["in"]
        if values in ([True], [False]):
            return value_name(field, "yes" if values[0] else "no")
        return f"{FIELDS[field].label}\u00a0: {_listed(field, [str(value) for value in values])}"
    if field == "created_on":
        return "Date de création"
    if "reachable" in condition:
        return f"Joignable aussi par\u00a0: {value_name('also_reachable', condition['reachable'])}"
    if "not" in condition:
        tokens = tokens_of(condition["not"])
        return f"Sauf\u00a0: {_listed('place', tokens)}" if tokens else "Condition particulière"
    tokens = tokens_of(dict(condition))
    return f"Où\u00a0: {_listed('place', tokens)}" if tokens else "Condition particulière"


def _listed(field: str, values: Sequence[str]) -> str:
    named = ", ".join(value_name(field, value) for value in values[:_MOST_NAMED])
    more = len(values) - _MOST_NAMED
    return f"{named} et {more} autres" if more > 0 else named
