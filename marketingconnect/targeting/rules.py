"""What may be told of a count: never enough to point at one home."""

from collections.abc import Mapping

TOLD_AS = "moins de {smallest} foyers"


def may_be_told(households: int, *, smallest: int) -> bool:
    """CGV CL.4: a count of consumers is told from eleven households on, and refused below.

    Ten households, one or none are told alike: that there is nobody says something too.
    """
    return households >= smallest


def reveals_a_group(only_in_one: int, only_in_other: int, *, smallest: int) -> bool:
    """CGV B.1.3: two counts of one account that differ by a group too small to be counted alone.

    What is compared is who is in one selection and not in the other, in households: two counts
    that are close by chance, of different people, say nothing.
    """
    changed = max(only_in_one, only_in_other)
    return 0 < changed < smallest


def hidden_cells(households: Mapping[str, int], *, smallest: int) -> frozenset[str]:
    """CGV CL.4: the parts of a breakdown that are not told (secret primaire et secondaire).

    Those under eleven households, then the smallest of the others until what is hidden cannot be
    found by taking the parts that are told from the whole.
    """
    ordered = sorted(households, key=lambda cell: (households[cell], cell))
    small = [cell for cell in ordered if 0 < households[cell] < smallest]
    if not small:
        return frozenset()
    hidden = list(small)
    for cell in ordered:
        if len(hidden) >= 2 and sum(households[each] for each in hidden) >= smallest:
            break
        if cell not in small and households[cell] > 0:
            hidden.append(cell)
    return frozenset(hidden)


def may_tell_difference(before: int, after: int, *, smallest: int) -> bool:
    """CGV B.1.3: what one criterion removes is told when it is nobody, or eleven households."""
    return before == after or abs(before - after) >= smallest
