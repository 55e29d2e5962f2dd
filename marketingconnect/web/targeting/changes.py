"""What changed between two states of the form, in words: « a retiré le critère Âge »."""

from collections.abc import Callable

from marketingconnect.web.targeting.fields import FIELDS, Field
from marketingconnect.web.targeting.state import State

Naming = Callable[[str, str], str]
"""The French name of a field's value."""
_MOST_NAMED = 4


def changes(before: State, after: State, naming: Naming) -> list[str]:
    """One sentence a criterion, without its subject."""
    return [
        sentence
        for name, field in FIELDS.items()
        if (sentence := _change(field, before.get(name, []), after.get(name, []), naming))
    ]


def _change(field: Field, before: list[str], after: list[str], naming: Naming) -> str:
    if set(before) == set(after):
        return ""
    if field.kind == "flag":
        verb = "coché" if after else "décoché"
        return f"a {verb} «\u00a0{field.label}\u00a0»"
    if not after:
        return f"a retiré le critère {field.label}"
    if not before or field.kind == "one":
        verb = "changé" if before else "ajouté"
        return f"a {verb} le critère {field.label}\u00a0: {_listed(field, after, naming)}"
    return f"a changé le critère {field.label}\u00a0: {_difference(field, before, after, naming)}"


def _difference(field: Field, before: list[str], after: list[str], naming: Naming) -> str:
    added = [value for value in after if value not in before]
    removed = [value for value in before if value not in after]
    parts = []
    if added:
        parts.append(f"plus {_listed(field, added, naming)}")
    if removed:
        parts.append(f"moins {_listed(field, removed, naming)}")
    return ", ".join(parts)


def _listed(field: Field, values: list[str], naming: Naming) -> str:
    names = [naming(field.name, value) for value in values[:_MOST_NAMED]]
    if len(values) > _MOST_NAMED:
        names.append(f"et {len(values) - _MOST_NAMED} autres")
    return ", ".join(names)
