"""What each criterion of a target does to its count, whatever the engine that counts."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from marketingconnect.targeting.context import CountContext
from marketingconnect.targeting.criteria import All, Condition, Criteria

Count = Callable[[Criteria, CountContext], int]


@dataclass(frozen=True, slots=True)
class Step:
    """What one criterion does, in the order in which criteria are read."""

    name: str
    """`where.all[2]`, `channel`, `exclude.file`, `one_per`, `quotas`, `sample`."""
    remaining: int
    """How many hold of it and of those before it."""
    without: int
    """How many there would be in the end, had it not been chosen."""


def steps(count: Count, criteria: Criteria, context: CountContext) -> list[Step]:
    """What each criterion does, in the order of the screen; the first step has none of them."""
    bare = Criteria(criteria.population, criteria.channel, criteria.use)
    parts = criteria.where.parts if isinstance(criteria.where, All) else (criteria.where,)
    found = [Step("everybody", count(bare, context), count(criteria, context))]
    for place in range(len(parts)):
        found.append(
            Step(
                f"where.all[{place}]",
                count(replace(bare, where=All(parts[: place + 1])), context),
                count(replace(criteria, where=_without(parts, place)), context),
            )
        )
    chosen = replace(bare, where=criteria.where)
    for name, without in _later_steps(criteria):
        chosen = replace(chosen, **{name: getattr(criteria, name)})
        found.append(Step(name, count(chosen, context), count(without, context)))
    return found


def _without(parts: tuple[Condition, ...], place: int) -> All:
    return All(parts[:place] + parts[place + 1 :])


def _later_steps(criteria: Criteria) -> list[tuple[str, Criteria]]:
    """Name of each criterion set beside `where`, and the criteria without it."""
    bare = Criteria(criteria.population, criteria.channel, criteria.use)
    return [
        (name, replace(criteria, **{name: getattr(bare, name)}))
        for name in ("exclude", "one_per", "quotas", "sample")
        if getattr(criteria, name) != getattr(bare, name)
    ]
