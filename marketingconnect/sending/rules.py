"""When a campaign may start, when a refusal is tried again, when its figures bind."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from marketingconnect.kernel.calendar import add_months
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.terms.law import Fact, value_on
from marketingconnect.terms.parameters import TermsParameters

BASE_FROZEN_BEFORE: Final = timedelta(hours=1)
FIRST_HOUR: Final = time(7)
LATEST_END: Final = time(22)


def start_refusal(
    *,
    scheduled_for: datetime,
    now: datetime,
    audience_frozen: bool,
    content_sha256: str,
    validated_sha256: str,
) -> str:
    """CGV B.1.2: why a campaign may not start now, in French; empty when it may.

    Only the content that the client validated leaves, to the audience frozen with its order, and
    not before the hour it chose.
    """
    if content_sha256 != validated_sha256:
        return non_breaking("Le contenu diffère de la version validée : la campagne ne part pas.")
    if not audience_frozen:
        return "La liste des destinataires n’est pas encore figée."
    if now < scheduled_for:
        return "L’heure d’envoi n’est pas encore venue."
    return ""


def asks_a_person(*, last_sign: datetime, now: datetime, stale_after: timedelta) -> bool:
    """CGV B.1.4: whether a campaign was out of sight for so long that a person must let it leave.

    Senders that stood still, or a database restored from before a sending: what it holds as still
    to be sent may have been received. Zero never asks, where the clock is moved by hand.
    """
    return bool(stale_after) and now - last_sign > stale_after


def audience_freezes_at(*, scheduled_for: datetime, to_base: bool, now: datetime) -> datetime:
    """CGV B.5: when the addresses of a campaign are written down.

    A client's file at once. The base an hour before the hour chosen, and no sooner: who was
    withdrawn from it meanwhile, or whose supplier's right ended, is not written to.
    """
    return scheduled_for - BASE_FROZEN_BEFORE if to_base else now


def next_try(*, attempt: int, now: datetime, delays: Sequence[int]) -> datetime | None:
    """CGV B.1.5: when a recipient refused for a while is tried again; None once tries are over.

    `attempt` counts from 1; `delays` are seconds after each attempt.
    """
    if attempt > len(delays):
        return None
    return now + timedelta(seconds=delays[attempt - 1])


def figures_freeze_at(*, finished_at: datetime, settling_hours: int) -> datetime:
    """CGV B.1.6: the instant from which the number of *e-mails aboutis* binds both parties."""
    return finished_at + timedelta(hours=settling_hours)


def counts_from(
    *, received_at: datetime, figures_frozen_at: datetime | None, now: datetime
) -> datetime:
    """CGV B.1.6: the instant from which what came back is known.

    Its reception, as long as the figures do not bind; from then on the figures move no more, and
    what is read or found late is known from the day it is.
    """
    return received_at if figures_frozen_at is None else now


def addresses_erased_on(
    *, ended_on: date, to_base: bool, terms: TermsParameters, law: Sequence[Fact]
) -> date:
    """CGV B.5: the day on which the addresses that a campaign was sent to are erased.

    A client's file: as many days after the campaign as its terms give. Rented addresses: as long
    as the client may claim (CGV B.3), and the days that a letter posted on the last one needs.
    """
    if not to_base:
        return ended_on + timedelta(days=terms.contact_file_retention_days)
    grace = value_on("rented_audience_grace_days", ended_on, law, int)
    return add_months(ended_on, terms.claim_months) + timedelta(days=grace)


def may_erase_addresses(*, due_on: date, today: date, figures_bind: bool, held_by: str) -> bool:
    """CGV B.1.6, B.5: on its day, unless the figures do not bind yet or an open claim needs them.

    `held_by` says who needs the addresses still; empty for nobody.
    """
    return figures_bind and not held_by and due_on <= today


def spread_after_pause(
    dues: Sequence[datetime], *, paused_at: datetime, resumed_at: datetime, zone: tzinfo
) -> Iterator[datetime]:
    """CGV B.1.4: the hours of what is left of a spread envoi, moved on by the length of the pause.

    The rate that the client chose stays: nothing catches up. What was late when the pause began
    leaves first. Nothing leaves from 22 h to 7 h: the rest takes up its rate in the morning.
    `dues` are in order; `zone` is that of the day's hours.
    """
    moved = resumed_at.astimezone(UTC) - paused_at.astimezone(UTC)
    for due in dues:
        at = max(due, paused_at).astimezone(UTC) + moved
        opening = _opening(at.astimezone(zone))
        if opening is not None:
            moved += opening - at
            at = opening
        yield at


def _opening(local: datetime) -> datetime | None:
    """The next hour at which one may send; None when this one will do."""
    if FIRST_HOUR <= local.time() < LATEST_END:
        return None
    day: date = local.date() + timedelta(days=local.time() >= LATEST_END)
    return datetime.combine(day, FIRST_HOUR, tzinfo=local.tzinfo).astimezone(UTC)
