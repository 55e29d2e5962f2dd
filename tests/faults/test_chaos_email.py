"""Real processes, killed during a real campaign; those who received are the witnesses."""

import json
import os
import subprocess
from typing import Any

import pytest

from marketingconnect.demo.supervisor.child import command_line


@pytest.mark.faults
def test_a_campaign_of_killed_and_paused_processes_loses_nobody_and_doubles_nobody() -> None:
    """Two senders share it, as when one was started by mistake."""
    told = tried("--recipients", "600", "--kills", "5", "--pauses", "6", "--senders", "2")

    assert told["killed"] == {"sender": 1, "postgres": 1, "session": 1, "worker": 1, "web": 1}
    assert told["delivered"] + told["uncertain"] + told["undelivered"] + told["not_sent"] == 600
    assert told["not_sent"] == 6


@pytest.mark.faults
def test_nor_does_one_that_goes_directly_to_servers_with_bad_habits() -> None:
    told = tried("--recipients", "400", "--kills", "3", "--senders", "2", "--direct")

    assert told["killed"] == {"sender": 1, "postgres": 1, "session": 1}
    assert told["delivered"] + told["uncertain"] + told["undelivered"] + told["not_sent"] == 400
    assert told["undelivered"] > 0


def tried(*options: str) -> dict[str, Any]:
    """What the command says of its trial, which must have convicted nobody."""
    trial = subprocess.run(
        command_line("chaos_email", *options, "--seed", "3"),
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "marketingconnect.config.settings"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert trial.returncode == 0, trial.stdout[-6000:] + trial.stderr[-3000:]
    told: dict[str, Any] = json.loads(trial.stdout.splitlines()[-1])
    assert told["in_ledger"] == told["delivered"] + told["uncertain_received"]
    return told
