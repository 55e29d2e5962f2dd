"""What an SPF record costs whoever evaluates it (RFC 7208). Pure."""

from collections.abc import Callable
from typing import Final

MOST_LOOKUPS: Final = 10
"""Questions to the DNS past which a record is in error, and protects nobody (RFC 7208, 4.6.4)."""
_ASKING: Final = {"include", "a", "mx", "ptr", "exists", "redirect"}
Ask = Callable[[str], list[str]]
"""The TXT records of a name; none when nobody answers."""


def lookups_of(policy: str, ask: Ask) -> int:
    """How many questions a record asks, those of the records it includes too.

    Counting ends past the limit: a record that includes itself asks for ever.
    """
    return _counted(policy, ask, 0)


def _counted(policy: str, ask: Ask, before: int) -> int:
    count = before
    for term in policy.lower().split()[1:]:
        name, target = _parted(term)
        if name not in _ASKING:
            continue
        count += 1
        if name in {"include", "redirect"} and count <= MOST_LOOKUPS:
            nested = [one for one in ask(target) if is_spf(one)]
            count = _counted(nested[0], ask, count) if nested else count
        if count > MOST_LOOKUPS:
            break
    return count


def is_spf(text: str) -> bool:
    """Whether a text is an SPF record: others may stand under the same name."""
    return text.lower().split(" ")[0] == "v=spf1"


def passes(policy: str, mechanism: str) -> bool:
    """Whether a mechanism is there, lets pass, and stands before what refuses the rest."""
    terms = [term.removeprefix("+") for term in policy.lower().split()]
    everybody = [place for place, term in enumerate(terms) if term in {"-all", "~all"}]
    return mechanism in terms and bool(everybody) and terms.index(mechanism) < everybody[0]


def _parted(term: str) -> tuple[str, str]:
    """`?include:x.test/24` is `include` of `x.test`."""
    bare = term.lstrip("+-~?")
    name, _, target = bare.replace("=", ":", 1).partition(":")
    return name.partition("/")[0], target.partition("/")[0]
