"""Play histories drawn by lot, each in a transaction undone, and judge every one."""

import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import django
from django.db import transaction

from bench.histories.acts import ACTS
from bench.histories.judge import faults_of, settle_the_line
from bench.histories.stage import Stage, staged
from bench.histories.world import NothingError, World
from bench.scratch import scratch_database
from marketingconnect.cart.errors import CartError
from marketingconnect.claims.errors import ClaimError
from marketingconnect.contracts.errors import ContractError
from marketingconnect.invoices.errors import CreditTooLargeError
from marketingconnect.invoices.models import Invoice
from marketingconnect.ledger.errors import ClosingRefusedError
from marketingconnect.ledger.models import ClosedMonth
from marketingconnect.orders.errors import StaleStateError
from marketingconnect.orders.models import Order
from marketingconnect.payments.errors import PaymentError
from marketingconnect.payments.gateways.base import GatewayUnavailableError, Verdict
from marketingconnect.payments.models import DirectDebit, Payment

Say = Callable[[str], Any]
REFUSALS: Final = (
    CartError,
    ClaimError,
    ClosingRefusedError,
    ContractError,
    CreditTooLargeError,
    GatewayUnavailableError,
    PaymentError,
    StaleStateError,
)
LONGEST: Final = 40
OPENINGS: Final = ("order_online", "order_by_an_advisor")


@dataclass
class Tally:
    """What histories were made of, and what was found wrong."""

    histories: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    things: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.histories + other.histories,
            self.acts + other.acts,
            self.refusals + other.refusals,
            self.things + other.things,
            self.faults + other.faults,
        )


def check(*, count: int, seed: int, processes: int, say: Say) -> bool:
    """Print what was played, then a line of JSON; True when nothing is at fault."""
    started = time.monotonic()
    shares = [count // processes + (rank < count % processes) for rank in range(processes)]
    starts = [seed + sum(shares[:rank]) for rank in range(processes)]
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=django.setup
    ) as pool:
        tally = sum(pool.map(_play_share, shares, starts), Tally())
    seconds = time.monotonic() - started
    say(f"{tally.histories} histoires, {tally.acts.total()} actes, {seconds:.0f} s\n")
    say(f"{'acte':26} {'joués':>8} {'refusés':>8}")
    for name in ACTS:
        say(f"{name:26} {tally.acts[name]:8} {tally.refusals[name]:8}")
    for name, n in sorted(tally.things.items()):
        say(f"{name:26} {n:8}")
    for fault in tally.faults[:5]:
        say(f"\n{fault}")
    figures = {
        "histories": tally.histories,
        "acts": tally.acts.total(),
        "refusals": tally.refusals.total(),
        **tally.things,
        "faults": len(tally.faults),
        "seconds": round(seconds, 1),
    }
    say(json.dumps(figures, ensure_ascii=False))
    return not tally.faults


def _play_share(count: int, seed: int) -> Tally:
    """In a process and a database of its own."""
    with scratch_database("payments_check"), staged() as stage:
        return play_all(stage, count=count, seed=seed)


def play_all(stage: Stage, *, count: int, seed: int) -> Tally:
    """Histories `seed`, `seed` + 1, … from the same start."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(seed, seed + count):
            play_one(stage, number, Path(folder), tally)
    return tally


def play_one(stage: Stage, seed: int, folder: Path, tally: Tally) -> None:
    """One history, then the database as before it."""
    world = World(stage, random.Random(seed), folder)  # noqa: S311
    try:
        with transaction.atomic():
            found = _played(world)
            if not found:  # A fault may have broken the transaction: nothing more can be asked.
                _count(world, tally)
            transaction.set_rollback(True)
    finally:
        stage.forget()
    tally.histories += 1
    tally.acts += world.acts
    tally.refusals += world.refusals
    if found:
        told = "\n".join(f"  {line}" for line in world.story)
        tally.faults.append(f"Histoire {seed} : {'; '.join(found)}\n{told}")


def _played(world: World) -> list[str]:
    names, weights = zip(*((name, weight) for name, (_, weight) in ACTS.items()), strict=True)
    ACTS[world.draw.choice(OPENINGS)][0](world)
    wanted = world.draw.randint(12, LONGEST)
    while world.acts.total() < wanted:
        if fault := _act(world, world.draw.choices(names, weights)[0]):
            return [fault]
    settle_the_line(world)
    return list(faults_of(world))


def _act(world: World, name: str) -> str:
    """Play one act; the sentence of the fault when it raises what nobody expects."""
    try:
        # No savepoint around: what a verb keeps before it refuses must stay, as it really would.
        ACTS[name][0](world)
        world.acts[name] += 1
        world.story.append(f"{world.now:%Y-%m-%d %H:%M} {name}")
    except NothingError:
        return ""
    except REFUSALS as refusal:
        world.acts[name] += 1
        world.refusals[name] += 1
        world.story.append(f"{world.now:%Y-%m-%d %H:%M} {name}: {refusal}")
    except Exception as error:
        return f"{name} raised {type(error).__name__}: {error}"
    return ""


def _count(world: World, tally: Tally) -> None:
    truth = world.stage.bank.truth.values()
    tally.things["commandes"] += Order.objects.count()
    tally.things["factures et avoirs"] += Invoice.objects.count()
    tally.things["règlements"] += Payment.objects.count()
    collected = DirectDebit.objects.filter(state="collected").count()
    tally.things["prélèvements encaissés"] += collected
    tally.things["mois clos"] += ClosedMonth.objects.count()
    tally.things["débits de carte"] += sum(one.verdict is Verdict.SUCCEEDED for one in truth)
    tally.things["lancements"] += sum(one.launches for one in world.stage.offer.items.values())
