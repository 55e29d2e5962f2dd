"""Real processes, killed during a real campaign; the catcher's ledger is the witness."""

import json
import os
import subprocess

import pytest

from marketingconnect.demo.supervisor.child import command_line


@pytest.mark.faults
def test_a_campaign_of_killed_and_paused_processes_loses_nobody_and_doubles_nobody() -> None:
    """Two senders share it, as when one was started by mistake."""
    options = ["--recipients", "600", "--kills", "5", "--pauses", "6", "--senders", "2"]
    trial = subprocess.run(
        command_line("chaos_email", *options, "--seed", "3"),
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "marketingconnect.config.settings"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert trial.returncode == 0, trial.stdout[-6000:] + trial.stderr[-3000:]
    told = json.loads(trial.stdout.splitlines()[-1])
    assert told["killed"] == {"sender": 1, "postgres": 1, "session": 1, "worker": 1, "web": 1}
    assert told["delivered"] + told["uncertain"] + told["undelivered"] + told["not_sent"] == 600
    assert told["not_sent"] == 6
    assert told["in_ledger"] == told["delivered"] + told["uncertain_received"]
