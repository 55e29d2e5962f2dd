"""What of a release is indexed, and how."""

from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from marketingconnect.base.vocabulary import Channel, Population

FORMAT: Final = 3
DIRECTORY: Final = "directory.json"
BITMAPS: Final = "bitmaps.bin"
COLUMNS_FOLDER: Final = "columns"
DIGESTS_FOLDER: Final = "digests"

RUNS: Final = ("zone", "region", "departement", "epci", "commune", "iris")
"""Fields that rows are sorted by: stretches of neighbouring rows."""

VALUES: Final = {
    Population.CONSUMERS: (
        "age_band",
        "sex",
        "housing",
        "tenure",
        "income_band",
        "postal_code",
    ),
    Population.PROFESSIONALS: (
        "naf",
        "naf25",
        "headcount",
        "legal_form",
        "head_office",
        "has_trade_name",
        "sole_trader",
        "postal_code",
    ),
}
"""Fields with one bitmap for each value."""

SUPPLIERS: Final = tuple(f"{channel.value}_supplier" for channel in Channel)

MAPPED: Final = {
    Population.CONSUMERS: {
        "record_key": "int64",
        "household_no": "uint32",
        "address_no": "uint32",
        "x": "int32",
        "y": "int32",
        **{f"{channel.value}_on": "uint16" for channel in Channel},
    },
    Population.PROFESSIONALS: {
        "record_key": "int64",
        "company_no": "uint32",
        "address_no": "uint32",
        "x": "int32",
        "y": "int32",
        "created_on": "int32",
        **{f"{channel.value}_on": "uint16" for channel in Channel},
    },
}
"""Columns mapped from the disk, one number a row."""

NO_DATE: Final = -1_000_000
"""In `created_on`, days since 1970: a date that is not known."""

GROUPS: Final = {
    Population.CONSUMERS: ("household", "address"),
    Population.PROFESSIONALS: ("address",),
}
"""Groups whose rows are neighbours: `<group>_after=<n>` has the rows with `n` or more of their
group before them, for the powers of two."""

NEEDS_CONSENT: Final = {
    Population.CONSUMERS: (Channel.PHONE, Channel.MOBILE, Channel.EMAIL),
    Population.PROFESSIONALS: (),
}
"""The channels on which the law may ask for consent: who has none is kept apart."""

DAY_BITS: Final = 16
FIRST_DAY: Final = date(1875, 1, 1)
LAST_DAY: Final = FIRST_DAY + timedelta(days=(1 << DAY_BITS) - 2)
"""Dates of creation outside these count as the nearest one in the bits."""


def value_name(field: str, value: object) -> str:
    """Name of the bitmap of a value: `age_band=3`, `head_office=true`."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"{field}={text}"


def day_number(day: date) -> int:
    """1 for FIRST_DAY and before, then one more a day, up to LAST_DAY; 0 stands for no date."""
    return (min(max(day, FIRST_DAY), LAST_DAY) - FIRST_DAY).days + 1


def day_numbers(days: NDArray[np.int32]) -> NDArray[np.int64]:
    """The same for days since 1970."""
    first = (FIRST_DAY - date(1970, 1, 1)).days
    numbers: NDArray[np.int64] = np.clip(days.astype(np.int64) - first + 1, 1, (1 << DAY_BITS) - 1)
    numbers[days == NO_DATE] = 0
    return numbers
