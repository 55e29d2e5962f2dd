"""What a delivery must hold, and what came out: the two ends of `prepare_delivery_files`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from marketingconnect.base.vocabulary import Population
from marketingconnect.storage import StoredFile
from marketingconnect.targeting.context import NO_RIGHT, ChannelRight
from marketingconnect.terms.law import Fact
from marketingconnect.terms.parameters import TermsParameters

LicenceText = Callable[[int, date | None], Sequence[str]]
"""From the quantity and the last day of use of the phones to the sentences of the licence."""

CSV, TXT_FIXED, TXT_TAB, XLSX = "csv", "txt_fixed", "txt_tab", "xlsx"
FORMATS: Final = (CSV, TXT_FIXED, TXT_TAB, XLSX)


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from: a supplier or a register, its date, the licence it is re-used under."""

    name: str
    as_of: date
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySpec:
    """One delivery. The same one over the same rows gives the same bytes, whenever it runs."""

    delivery: int
    """The number that references begin with: unique, from 1."""
    reference: str
    """`LC-000042-1`."""
    label: str
    """For the report of a trace: the reference and who received the files."""
    population: Population
    options: Sequence[str]
    """Enrichment columns, and `phone`."""
    sources: Sequence[Source]
    checked_on: date
    licence: LicenceText
    terms: TermsParameters
    law: Sequence[Fact]
    phone_right: ChannelRight = NO_RIGHT
    """Whose numbers may be delivered, collected when: of the channel phone that day."""


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """A file to download, kept in the storage."""

    format: str
    name: str
    stored: StoredFile
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What `prepare_delivery_files` wrote. Nothing shows before `seal_delivery`."""

    delivery: int
    files: tuple[PreparedFile, ...]
    quantity: int
    """Rows delivered, traps not counted: what is invoiced."""
    traps: int
    phones: int
    """Rows with a number, traps not counted."""
    use_by: date | None
    """The last day of use of the numbers; None without a number."""
    licence: tuple[str, ...]
    keys: StoredFile
    """Record keys in the order of the references; `record_key_at` reads one."""
    fingerprint: StoredFile
