"""Sales and payments in any order: the short form of `check_payments`."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction

from bench.histories.checking import Tally, play_all
from bench.histories.judge import faults_of, settle_the_line
from bench.histories.stage import CLERK, Stage, staged
from bench.histories.world import World
from marketingconnect.payments.gateways.base import Outcome, Verdict
from marketingconnect.payments.models import PaymentAttempt
from marketingconnect.payments.services import start_card_payment

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged() as ready:
        yield ready


def test_no_history_charges_twice_launches_unpaid_or_unbalances(
    stage: Stage, tmp_path: Path
) -> None:
    tally = play_all(stage, count=25, seed=76)

    assert tally.faults == []
    assert min(tally.things.values()) > 0
    assert tally.acts.total() > 500


def test_a_history_is_the_same_for_the_same_seed(stage: Stage) -> None:
    once, again = (play_all(stage, count=3, seed=7) for _ in range(2))

    assert (once.acts, once.refusals, once.things) == (again.acts, again.refusals, again.things)
    assert isinstance(once, Tally)


def test_the_judge_sees_what_the_bank_did_alone(stage: Stage, tmp_path: Path) -> None:
    """A charge that is no receipt of ours, one made twice, a launch before the money."""
    world = World(stage, random.Random(1), tmp_path)
    with transaction.atomic():
        sold = stage.order("card", 6_000, world.now)
        start_card_payment(sold.pk, user_id=stage.user.pk, actor=CLERK, now=world.now)
        attempt = PaymentAttempt.objects.get()
        stage.bank.decide(attempt.provider_ref, Verdict.SUCCEEDED)
        assert any("is not 1 receipt" in fault for fault in faults_of(world))
        settle_the_line(world)
        assert list(faults_of(world)) == []

        told = stage.bank.truth[attempt.provider_ref]
        stage.bank.truth["pay_again"] = Outcome(
            Verdict.SUCCEEDED, "pay_again", told.amount, told.key
        )
        stage.offer.unpaid_launches.append(sold.reference)
        found = list(faults_of(world))
        transaction.set_rollback(True)
    assert f"{sold.reference} was charged twice" in found
    assert f"{sold.reference} was launched unpaid" in found
