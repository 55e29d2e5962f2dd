"""The sheet of a statement: a row a recipient, in the order of the audience."""

import csv
import gzip
import io
from collections.abc import Iterator
from datetime import UTC, datetime

from marketingconnect.kernel.spreadsheets import harmless
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.queries import without_address
from marketingconnect.sending.settled import SettledRecipient, settled_recipients
from marketingconnect.sending.states import Outcome
from marketingconnect.statements.figures import (
    ACCEPTED,
    COLUMNS,
    NOT_SENT,
    RELAYED,
    UNCERTAIN,
    UNDELIVERED,
)

_STATES = {
    Outcome.RELAYED: RELAYED,
    Outcome.ACCEPTED: ACCEPTED,
    Outcome.UNDELIVERED: UNDELIVERED,
    Outcome.UNCERTAIN: UNCERTAIN,
    Outcome.NOT_SENT: NOT_SENT,
}
_BATCH = 5_000


def sheet_of(campaign: Campaign) -> Iterator[str]:
    """Its lines, the heading first. An address is shown to the client that brought it, only.

    Of the operator's base, the rank stands for the address: the client never had it (CGV B.3).
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    shown = campaign.contact_file_id is not None
    for after in range(0, campaign.audience_size or 0, _BATCH):
        batch = settled_recipients(campaign, after=after, through=after + _BATCH)
        writer.writerows(_row(one, shown=shown) for one in batch)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def compressed(lines: Iterator[str]) -> bytes:
    """The same bytes for the same sheet: neither a date nor a name in it."""
    out = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=out, mode="wb", mtime=0) as packed:
        for text in lines:
            packed.write(text.encode())
    return out.getvalue()


def _row(one: SettledRecipient, *, shown: bool) -> list[str | int]:
    return [
        one.position,
        harmless(one.email) if shown else "",
        _STATES[Outcome(one.state)],
        one.cause,
        one.smtp_code or "",
        _line(one.reply, one.email, shown=shown),
        _instant(one.at),
        one.returned,
        _line(one.returned_words, one.email, shown=shown),
        _instant(one.returned_at),
    ]


def _line(words: str, email: str, *, shown: bool) -> str:
    """Servers like to repeat the address they refuse, and may answer with a formula."""
    text = " ".join(words.split())
    return harmless(text if shown else without_address(text, email))


def _instant(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else ""
