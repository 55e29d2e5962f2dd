"""Orders and payments under fire, with real processes: the short forms of two commands."""

import json
import os
import subprocess
from typing import Any

import pytest

from marketingconnect.demo.supervisor.child import command_line

pytestmark = pytest.mark.faults


def told_by(*command: str) -> dict[str, Any]:
    trial = subprocess.run(
        command_line(*command),
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "marketingconnect.config.settings"},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert trial.returncode == 0, trial.stdout[-6000:] + trial.stderr[-3000:]
    told: dict[str, Any] = json.loads(trial.stdout.splitlines()[-1])
    return told


def test_the_same_order_and_payment_sent_at_once_come_once() -> None:
    told = told_by("chaos_checkout", "--rounds", "2", "--parallel", "25")

    assert told["answers"] == {"302": 100}
    assert (told["orders"], told["charges"]) == (2, 2)
    assert told["deadlocks"] == told["violations"] == 0


def test_a_bank_that_loses_answers_charges_nobody_twice_and_leaves_nothing_unknown() -> None:
    told = told_by("chaos_payments", "--payments", "40", "--loss", "0.1", "--seed", "2")

    assert told["deadlocks"] == told["violations"] == 0
    assert told["not_opened"] > 0
    assert told["orders"] == 40
    assert told["charged"] == 40 + told["debits"] > 40
    assert told["stopped"] > 0
