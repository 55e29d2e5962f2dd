"""Who opened and clicked a campaign of the past: people in their hours, programs at once.

Each visit is written and judged as those that the tracking service takes.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from marketingconnect.clock import PARIS
from marketingconnect.sending.models import Campaign, Chunk, DeliveryOutcome
from marketingconnect.sending.states import ABOUTIS
from marketingconnect.statistics.states import Signal, VisitKind
from marketingconnect.statistics.visits.judging import judge_visits
from marketingconnect.statistics.visits.recording import record_visits, visit_line
from marketingconnect.statistics.visits.signals import signal_of

_BROWSER: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_SCANNER: Final = "Mozilla/5.0 (compatible; Proofpoint URL Defense)"
_SLOWNESS: Final = 2.6
"""Hours that people take on average."""
_SCANNED: Final = 0.035
_OPENED: Final = 0.34


class Visit(NamedTuple):
    """One request of the tracking service; `link` 0 is an opening or the hidden link."""

    at: datetime
    position: int
    link: int
    kind: VisitKind
    signal: str


@dataclass(frozen=True)
class Visitors:
    """The visits of a campaign, written in the order of their hours."""

    campaign: Campaign
    visits: list[Visit]

    def until(self, moment: datetime) -> "Visitors":
        """Write and judge those before `moment`; gives the others."""
        lines = [_line(self.campaign, one) for one in self.visits if one.at < moment]
        record_visits(lines)
        judge_visits(now=moment + timedelta(minutes=1))
        return Visitors(self.campaign, [one for one in self.visits if one.at >= moment])


def visitors(
    campaign: Campaign, shares: Mapping[str, float], *, since: datetime | None = None
) -> Visitors:
    """Variant -> the part of its recipients who click, of those whose server took it `since`."""
    draw = random.Random(campaign.name)  # noqa: S311  no secret
    links = list(campaign.tracked_links.order_by("number").values_list("number", flat=True))
    taken = DeliveryOutcome.objects.filter(campaign_id=campaign.pk, outcome__in=list(ABOUTIS))
    if since is not None:
        taken = taken.filter(at__gte=since)
    reached = dict(taken.values_list("position", "at"))
    visits: list[Visit] = []
    for variant, share in shares.items():
        for position in _positions(campaign, variant):
            if (at := reached.get(position)) is not None:
                visits += _of_one(draw, links, position, at, share)
    return Visitors(campaign, sorted(visits))


def _positions(campaign: Campaign, variant: str) -> Iterator[int]:
    chunks = Chunk.objects.filter(campaign=campaign, variant=variant, attempt=1).order_by("pk")
    for chunk in chunks:
        yield from chunk.positions or range(chunk.first_position, chunk.last_position + 1)


def _of_one(
    draw: random.Random, links: list[int], position: int, at: datetime, share: float
) -> Iterator[Visit]:
    lot = draw.random()
    if lot < _SCANNED:
        yield from _program(draw, links, position, at)
    elif lot < _SCANNED + share:
        opened = _awake(draw, at + timedelta(hours=draw.expovariate(1 / _SLOWNESS), seconds=40))
        yield Visit(opened, position, 0, VisitKind.OPEN, "")
        for turn, link in enumerate(_chosen(draw, links)):
            clicked = opened + timedelta(seconds=25 + 40 * turn + draw.randrange(30))
            yield Visit(clicked, position, link, VisitKind.CLICK, _signal("GET", _BROWSER))
    elif lot < _SCANNED + share + _OPENED:
        opened = _awake(draw, at + timedelta(hours=draw.expovariate(1 / _SLOWNESS), seconds=40))
        yield Visit(opened, position, 0, VisitKind.OPEN, "")


def _chosen(draw: random.Random, links: list[int]) -> list[int]:
    """The first link of a message is followed most; some people follow a second one."""
    weights = [3.0 / (1 + rank) for rank in range(len(links))]
    wanted = 2 if draw.random() < 0.22 else 1
    return list(dict.fromkeys(draw.choices(links, weights, k=wanted)))


def _program(draw: random.Random, links: list[int], position: int, at: datetime) -> Iterator[Visit]:
    """What reads every link of a message before its recipient does, some of them openly."""
    came = at + timedelta(seconds=draw.choice([1, 20, 45]))
    agent = draw.choice([_SCANNER, _BROWSER, ""])
    method = draw.choice(["GET", "GET", "HEAD"])
    if draw.random() < 0.3:
        yield Visit(came, position, 0, VisitKind.CLICK, Signal.HONEYPOT)
    for link in links:
        came += timedelta(milliseconds=400)
        yield Visit(came, position, link, VisitKind.CLICK, _signal(method, agent))


def _signal(method: str, agent: str) -> str:
    return signal_of(method=method, header={"user-agent": agent}.get, address="")


def _awake(draw: random.Random, at: datetime) -> datetime:
    """What would be read at night is read in the morning."""
    local = at.astimezone(PARIS)
    if 7 <= local.hour < 23:
        return at
    morning = local.replace(hour=7, minute=draw.randrange(60), second=draw.randrange(60))
    return morning + timedelta(days=local.hour >= 23, minutes=draw.randrange(150))


def _line(campaign: Campaign, visit: Visit) -> bytes:
    together = visit.kind is VisitKind.OPEN and campaign.opens == "aggregate"
    return visit_line(
        campaign_id=campaign.pk,
        position=0 if together else visit.position,
        link=visit.link,
        kind=visit.kind.value,
        at=visit.at.isoformat(),
        signal=visit.signal,
    )
