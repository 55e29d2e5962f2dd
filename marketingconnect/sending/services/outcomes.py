"""Write what became of recipients, and count it, in one transaction."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from django.db import connection, transaction

from marketingconnect.sending.causes import Cause, is_hard, status_in
from marketingconnect.sending.models import Recipient
from marketingconnect.sending.states import Outcome
from marketingconnect.suppression.services import suppress_dead_addresses

COLUMNS = "campaign_id, position, outcome, cause, smtp_code, reply, at"
_Key = tuple[datetime, str, str]
_MINUTE: Final = timedelta(minutes=1)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_ESCAPED: Final = str.maketrans({"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\0": " "})


class Result(NamedTuple):
    """What became of one recipient; `reply` is the server's words."""

    position: int
    outcome: str
    cause: str
    smtp_code: int | None
    reply: str
    at: datetime


@transaction.atomic
def record_outcomes(campaign_id: int, results: Sequence[Result], *, fresh: bool) -> int:
    """Append the outcomes that are not there yet; returns how many were new.

    `fresh` promises that none is there yet and is the quick way: an IntegrityError says that the
    promise was wrong and nothing was written. Without it, an outcome already there stays as it
    is: the first word is the last. An address that the server says does not exist is written to
    by nobody any more (CGV B.5).
    """
    if not results:
        return 0
    if fresh:
        _copy("sending_outcome", campaign_id, results)
        counts = _counted(results)
    else:
        counts = _append_missing(campaign_id, results)
    _count(campaign_id, counts)
    _suppress_dead(campaign_id, results)
    return counts.total()


def _suppress_dead(campaign_id: int, results: Sequence[Result]) -> None:
    dead = [r for r in results if r.outcome == Outcome.UNDELIVERED and _is_dead(r)]
    if not dead:
        return
    recipients = Recipient.objects.filter(
        campaign_id=campaign_id, position__in=[r.position for r in dead]
    )
    suppress_dead_addresses(
        recipients.values_list("email", flat=True),
        reason="hard_bounce",
        at=max(r.at for r in dead),
    )


def _is_dead(result: Result) -> bool:
    if result.smtp_code is None or result.smtp_code < 500 or not result.cause:
        return False
    status = status_in(result.reply) or str(result.smtp_code)
    return is_hard(Cause(result.cause), status, result.reply) is True


def _copy(table: str, campaign_id: int, results: Iterable[Result]) -> None:
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f"COPY {table} ({COLUMNS}) FROM STDIN") as copy,
    ):
        copy.write("".join(_lines(campaign_id, results)))


def _lines(campaign_id: int, results: Iterable[Result]) -> Iterator[str]:
    """COPY's text format, spelled out, for millions are written; a server's words come again."""
    said, reply = "", ""
    for r in results:
        if r.reply != said:
            said, reply = r.reply, _escaped(r.reply[:300])
        code = r"\N" if r.smtp_code is None else r.smtp_code
        yield (
            f"{campaign_id}\t{r.position}\t{r.outcome}\t{r.cause}\t{code}\t{reply}"
            f"\t{r.at.isoformat()}\n"
        )


def _escaped(reply: str) -> str:
    if reply.isprintable() and "\\" not in reply:
        return reply
    return reply.translate(_ESCAPED)


def _append_missing(campaign_id: int, results: Iterable[Result]) -> Counter[_Key]:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS arriving_outcome"
            " (LIKE sending_outcome) ON COMMIT DELETE ROWS"
        )
        cursor.execute("DELETE FROM arriving_outcome")
        _copy("arriving_outcome", campaign_id, results)
        cursor.execute(
            f"INSERT INTO sending_outcome ({COLUMNS}) SELECT {COLUMNS} FROM arriving_outcome"  # noqa: S608
            " ON CONFLICT (campaign_id, position) DO NOTHING RETURNING at, outcome, cause"
        )
        return Counter((_minute(at), outcome, cause) for at, outcome, cause in cursor.fetchall())


def _count(campaign_id: int, counts: Counter[_Key]) -> None:
    # Sorted, so that two senders take the rows' locks in the same order.
    rows = [
        (campaign_id, at, str(outcome), str(cause), n)
        for (at, outcome, cause), n in sorted(counts.items())
    ]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO sending_outcomecount AS c (campaign_id, minute, outcome, cause, n)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (campaign_id, minute, outcome, cause)"
            " DO UPDATE SET n = c.n + excluded.n",
            rows,
        )


def _counted(results: Iterable[Result]) -> Counter[_Key]:
    """By minute, outcome and cause; answers come in order, so that minutes change seldom."""
    counts = Counter[_Key]()
    minute, minute_end = _NEVER, _NEVER
    for r in results:
        if not minute <= r.at < minute_end:
            minute = _minute(r.at)
            minute_end = minute + _MINUTE
        counts[minute, r.outcome, r.cause] += 1
    return counts


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
