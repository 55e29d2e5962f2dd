"""What the settings of the direct way refuse, before anything leaves."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command


@pytest.mark.parametrize(
    ("name", "value"), [("MTA_STS", "http"), ("TLS_ROOTS", "/nowhere/roots.pem")]
)
def test_a_setting_that_means_nothing_stops_the_sender_and_is_named(
    settings: Any, tmp_path: Path, name: str, value: str
) -> None:
    (tmp_path / "zone").write_text("fast.test. 60 IN MX 10 mx.fast.test.\n", encoding="utf-8")
    settings.SENDER_WAY, settings.DNS = "direct", f"zone:{tmp_path / 'zone'}"
    settings.SENDER_SPOOL = tmp_path / "spool"
    setattr(settings, name, value)

    with pytest.raises(CommandError, match=f"MARKETINGCONNECT_{name}"):
        call_command("sender")
    assert not (tmp_path / "spool").exists()
