"""What a delivered file may hold, and how many traps."""

from collections.abc import Iterable
from typing import Final

from marketingconnect.base.vocabulary import Channel
from marketingconnect.terms.parameters import TermsParameters

NEVER_DELIVERED: Final = frozenset({Channel.MOBILE, Channel.EMAIL})


def refused_channels(channels: Iterable[str]) -> list[str]:
    """CGV Def: a Fichier is postal addresses, with or without landlines; nothing else is rented."""
    return sorted(set(channels) & NEVER_DELIVERED)


def trap_count(rows: int, terms: TermsParameters) -> int:
    """CGV CL.2: how many trap addresses (adresses pièges) go into a delivery of `rows` rows.

    At least a few in any file, and one for each portion of rows begun; none where there is no row.
    """
    if not rows:
        return 0
    each = terms.trap_addresses_rows_each
    return max(terms.trap_addresses_least, -(-rows // each))


def may_show_phone(
    *, supplier: int, collected_on: int, suppliers: frozenset[int], oldest: int, newest: int
) -> bool:
    """CGV CL.6: a row keeps its number if a right covers it and its proof is of age that day.

    Days are counted as in the base; `suppliers` is empty when the law of the day forbids it all.
    """
    return supplier in suppliers and oldest <= collected_on <= newest
