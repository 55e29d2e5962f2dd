"""How much one set of criteria may ask: a count stays a matter of milliseconds."""

from typing import Final

MOST_BYTES: Final = 2_000_000
MOST_DEPTH: Final = 8
MOST_CONDITIONS: Final = 200
MOST_VALUES: Final = 50_000
"""More than there are communes."""
MOST_POINTS: Final = 1_000
MOST_QUOTAS: Final = 50_000
MOST_RECORDS: Final = 10_000
LONGEST_LABEL: Final = 120
LONGEST_RADIUS: Final = 200_000
FURTHEST: Final = 10_000_000
"""Metres from the origin of a zone's plane: products of two distances stay within 63 bits."""
LARGEST_ZONE: Final = 99
BIGGEST_QUOTA: Final = 100_000_000
BIGGEST_SEED: Final = 2**31 - 1
