"""A campaign during which processes are killed with -9, and the judgement of what was sent.

A platform of its own (PostgreSQL, web server, worker, senders) sends one campaign to a mail catcher
that is never killed and appends each message it accepts to a ledger. At seeded moments spread over
the campaign a random process dies: the web server, the worker, a sender, PostgreSQL, or only the
sender's session in it. The ledger is then compared with what the platform says: each recipient
exactly once and recorded as accepted, or listed as doubtful and at most once; never twice, never
lost; no more doubts than messages in flight at the kills; figures equal to the ledger; the journal
intact. Some addresses are refused, deferred or opposed, so that every outcome is tried.

In the direct way there are six destinations in the catcher's place (`chaos_direct`), which drop
connections, take few of them or answer 421 to all.
"""

import json
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.utils import InterfaceError, OperationalError

from bench import chaos_direct
from bench.chaos_judge import Verdict, expected_outcome, judge
from bench.chaos_platform import KINDS, Platform
from bench.email_campaign import import_recipients, make_campaign, make_company
from bench.witness import Witness
from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.sending.errors import StaleCampaignError
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.services import pause_campaign, resume_campaign
from marketingconnect.sending.states import CampaignState, Outcome
from marketingconnect.suppression.services import suppress

Say = Callable[[str], None]
T = TypeVar("T")
_STALLED_SECONDS: Final = 180.0
_FEW: Final = 10
"""From so many kills on, the worker also dies while it freezes the audience."""
_WEIGHTS: Final = {"sender": 40, "postgres": 25, "session": 10, "worker": 10, "web": 15}
_SPECIAL: Final = {
    40: "defer.{}@exemple.test",
    41: "refuse-550.{}@exemple.test",
    42: "mailbox-full.{}@exemple.test",
    43: "refuse-content.{}@exemple.test",
    44: "oppose.{}@exemple.test",
}
"""One address in a hundred each, by its number's last two figures."""
_ADVISOR: Final = Actor.system("conseillère")


@dataclass(frozen=True)
class Blow:
    """At `moment` (messages in the ledger; negative: while the audience is being frozen)."""

    moment: int
    delay: float
    kind: str
    pick: int


@dataclass(frozen=True)
class Trial:
    """What is asked of one run."""

    recipients: int
    kills: int
    seed: int
    senders: int
    pauses: int
    direct: bool = False

    def address(self, number: int) -> str:
        """The recipient of that number."""
        if self.direct:
            return chaos_direct.address(number)
        return _SPECIAL.get(number % 100, "personne.{}@exemple.test").format(number)

    def expected(self, email: str) -> Outcome:
        """What must become of an address, beside a doubt."""
        if self.direct:
            return chaos_direct.expected_outcome(email, self.seed)
        return expected_outcome(email)

    @property
    def in_flight(self) -> int:
        """Messages that one sender may have under way at once."""
        return chaos_direct.IN_FLIGHT if self.direct else settings.SENDER_CONNECTIONS


def run(trial: Trial, *, say: Say) -> bool:
    """Play the campaign, kill, judge, tell; True when nothing was violated."""
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    folder.chmod(0o711)  # the account that runs PostgreSQL must reach its own folder below
    kept = False
    try:
        with _stage(trial, folder) as platform, connected_to(platform):
            began = time.monotonic()
            verdict, answers = _play(platform, trial)
            seconds = time.monotonic() - began
        if not answers:
            verdict.other.append("le site ne répond plus")
        kept = bool(verdict.violations)
        _tell(verdict, trial, platform, seconds, say)
    except BaseException:
        kept = True
        raise
    finally:
        if kept:
            say(f"Tout est gardé dans {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return not verdict.violations


@contextmanager
def _stage(trial: Trial, folder: Path) -> Iterator[Platform]:
    """The platform, with the sinks of the direct way when it is taken."""
    with ExitStack() as stack:
        sinks = None
        if trial.direct:
            sinks = stack.enter_context(chaos_direct.Sinks(folder / "sinks", seed=trial.seed))
        secrets = secrets_of_this_process()
        platform = Platform(folder, senders=trial.senders, secrets=secrets, sinks=sinks)
        yield stack.enter_context(platform)


def blows(trial: Trial) -> list[Blow]:
    """Kills and pauses in order, drawn from the seed; every kind of process dies when it can."""
    luck = random.Random(trial.seed)  # noqa: S311
    kinds = [*KINDS][: trial.kills]
    kinds += luck.choices([*_WEIGHTS], [*_WEIGHTS.values()], k=trial.kills - len(kinds))
    kinds += ["pause"] * trial.pauses
    luck.shuffle(kinds)
    moments = sorted(luck.randrange(max(1, trial.recipients * 95 // 100)) for _ in kinds)
    # One in five strikes on the heels of the one before, when nothing has recovered yet.
    for index in range(1, len(moments)):
        if luck.random() < 0.2:
            moments[index] = moments[index - 1]
    drawn = [
        Blow(moment, luck.uniform(0, 0.3), kind, luck.randrange(1000))
        for moment, kind in zip(moments, kinds, strict=True)
    ]
    if trial.kills >= _FEW:
        first = next(index for index, blow in enumerate(drawn) if blow.kind == "worker")
        drawn = [Blow(-1, luck.uniform(0, 0.5), "worker", 0), *drawn[:first], *drawn[first + 1 :]]
    return drawn


def _play(platform: Platform, trial: Trial) -> tuple[Verdict, bool]:
    """The whole campaign; the verdict, and whether the site answers at the end."""
    call_command("migrate", verbosity=0)
    company = make_company(clock.now())
    addresses = [trial.address(number) for number in range(trial.recipients)]
    for address in addresses:
        if trial.expected(address) is Outcome.NOT_SENT:
            suppress(
                channel="email",
                address=address,
                scope="client",
                company_id=company.pk,
                reason="client_request",
                at=clock.now(),
            )
    file = import_recipients(company, addresses, clock.now)
    platform.start()
    campaign = make_campaign(file, now=clock.now())
    witness = platform.witness()
    for blow in blows(trial):
        _strike(platform, campaign, witness, blow)
    _until(platform, campaign, witness, lambda: _state(campaign) == CampaignState.SENT_OUT)
    answers = platform.site_answers()
    _until(platform, campaign, witness, lambda: _asked(lambda: True))
    platform.stop()
    doubts = platform.kills["sender"] * trial.in_flight
    verdict = judge(campaign.pk, witness, doubts_at_most=doubts, expected=trial.expected)
    return verdict, answers


def _strike(platform: Platform, campaign: Campaign, witness: Witness, blow: Blow) -> None:
    _until(platform, campaign, witness, lambda: witness.count(campaign.pk) >= blow.moment)
    due = time.monotonic() + blow.delay
    while time.monotonic() < due:
        platform.watch()
        time.sleep(0.005)
    if blow.kind == "pause":
        _pause_and_resume(platform, campaign, blow.delay)
    else:
        platform.kill(blow.kind, blow.pick)


def _pause_and_resume(platform: Platform, campaign: Campaign, seconds: float) -> None:
    """Hold the campaign a moment; an answer lost with the database is asked for again."""
    for act in (pause_campaign, resume_campaign):
        wanted = CampaignState.PAUSED if act is pause_campaign else CampaignState.RUNNING
        while _state(campaign) not in (wanted, CampaignState.SENT_OUT):
            platform.watch()
            try:
                act(campaign.pk, actor=_ADVISOR, reason="essai", now=clock.now())
            except (OperationalError, InterfaceError):
                connection.close()
            except StaleCampaignError:
                continue
        time.sleep(seconds)


def _until(
    platform: Platform, campaign: Campaign, witness: Witness, condition: Callable[[], bool | None]
) -> None:
    """Wait, starting again what died; a campaign that stands still too long has failed."""
    seen, since = -1, time.monotonic()
    while not condition():
        platform.watch()
        if (received := witness.count(campaign.pk)) != seen:
            seen, since = received, time.monotonic()
        if time.monotonic() - since > _STALLED_SECONDS:
            raise RuntimeError(
                f"La campagne n’avance plus : {received} messages, « {_state(campaign)} »\n"
                f"{platform.last_words()}"
            )
        time.sleep(0.005)


def _state(campaign: Campaign) -> str | None:
    states = Campaign.objects.filter(pk=campaign.pk).values_list("state", flat=True)
    return _asked(lambda: states.get())


def _asked(question: Callable[[], T]) -> T | None:
    """The database's answer; None while it is down."""
    try:
        return question()
    except (OperationalError, InterfaceError):
        connection.close()
        return None


def secrets_of_this_process() -> dict[str, str]:
    """Those of this process, so that it and the platform recognise the same oppositions."""
    keys = ",".join(f"{version}:{key}" for version, key in settings.SUPPRESSION_KEYS.items())
    return {
        "MARKETINGCONNECT_SECRET_KEY": settings.SECRET_KEY,
        "MARKETINGCONNECT_SUPPRESSION_KEYS": keys,
    }


@contextmanager
def connected_to(platform: Platform) -> Iterator[None]:
    """Point this process's models at the platform's database."""
    connection.close()
    before: dict[str, Any] = dict(connection.settings_dict)
    connection.settings_dict.update(platform.database())
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def _tell(verdict: Verdict, trial: Trial, platform: Platform, seconds: float, say: Say) -> None:
    shown, kills = verdict.figures, platform.kills
    at_most = verdict.doubts_at_most
    killed = ", ".join(f"{kind} {kills[kind]}" for kind in KINDS)
    for label, value in (
        ("destinataires", f"{trial.recipients:,}"),
        ("arrêts brutaux", f"{kills.total()} ({killed})"),
        ("pauses", str(trial.pauses)),
        ("expéditeurs", str(trial.senders)),
        ("voie", "directe" if trial.direct else "relais"),
        ("durée", f"{seconds:.0f} s"),
        ("au registre", f"{verdict.in_ledger:,} messages"),
        ("aboutis", f"{shown.delivered:,}"),
        ("non aboutis", f"{shown.undelivered} {shown.undelivered_by_cause}"),
        ("non envoyés", f"{shown.not_sent} {shown.not_sent_by_reason}"),
        (
            "douteux",
            f"{shown.uncertain} dont {verdict.doubtful_received} reçus ; au plus {at_most}",
        ),
        ("perdus", str(len(verdict.lost))),
        ("écrits deux fois", str(len(verdict.twice))),
        ("contredits", str(len(verdict.contradicted))),
        ("autres violations", str(len(verdict.other))),
    ):
        say(f"{label:>18} : {value}")
    for violation in verdict.violations[:50]:
        say(f"  VIOLATION {violation}")
    say(json.dumps(_figures(verdict, trial, platform, seconds, at_most), ensure_ascii=False))


def _figures(
    verdict: Verdict, trial: Trial, platform: Platform, seconds: float, at_most: int
) -> dict[str, object]:
    return {
        "chaos": "email",
        "recipients": trial.recipients,
        "kills": platform.kills.total(),
        "killed": dict(platform.kills),
        "pauses": trial.pauses,
        "senders": trial.senders,
        "way": "direct" if trial.direct else "relay",
        "seed": trial.seed,
        "seconds": round(seconds, 1),
        "in_ledger": verdict.in_ledger,
        "delivered": verdict.figures.delivered,
        "undelivered": verdict.figures.undelivered,
        "not_sent": verdict.figures.not_sent,
        "uncertain": verdict.figures.uncertain,
        "uncertain_received": verdict.doubtful_received,
        "uncertain_at_most": at_most,
        "lost": len(verdict.lost),
        "twice": len(verdict.twice),
        "contradicted": len(verdict.contradicted),
        "violations": verdict.violations[:200],
        "met": not verdict.violations,
    }
