"""Production starts with secrets of its own or not at all; elsewhere they are made once."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

PRODUCTION = {
    "MARKETINGCONNECT_MODE": "production",
    "MARKETINGCONNECT_SECRET_KEY": "k7Qm-" * 13,
    "MARKETINGCONNECT_SUPPRESSION_KEYS": "1:" + "s3crEt-" * 7,
    "MARKETINGCONNECT_BASE_URL": "https://www.atelier-postal.example.org",
    "MARKETINGCONNECT_ALLOWED_HOSTS": "www.atelier-postal.example.org",
    "MARKETINGCONNECT_CARD_GATEWAY": "stripe",
    "MARKETINGCONNECT_STRIPE_SECRET_KEY": "sk_live_essai",
    "MARKETINGCONNECT_STRIPE_PUBLISHABLE_KEY": "pk_live_essai",
    "MARKETINGCONNECT_STRIPE_WEBHOOK_SECRET": "whsec_essai",
    "DJANGO_SETTINGS_MODULE": "marketingconnect.config.settings",
}


def run(
    var: Path, *arguments: str, without: str = "", **more: str
) -> subprocess.CompletedProcess[str]:
    """Python with these settings and nothing of the present environment's."""
    kept = {name: os.environ[name] for name in ("PATH", "DATABASE_URL") if name in os.environ}
    wanted = {**kept, **PRODUCTION, "MARKETINGCONNECT_VAR": str(var), **more}
    wanted.pop(without, None)
    return subprocess.run(
        [sys.executable, *arguments], env=wanted, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "name", ["MARKETINGCONNECT_SECRET_KEY", "MARKETINGCONNECT_SUPPRESSION_KEYS"]
)
def test_production_without_a_secret_says_which_one(tmp_path: Path, name: str) -> None:
    ended = run(tmp_path, "-m", "django", "check", without=name)

    assert ended.returncode != 0
    assert f"En production, {name} doit être fourni." in ended.stderr
    assert not (tmp_path / "secrets").exists()


@pytest.mark.parametrize(
    ("without", "word"),
    [
        ("MARKETINGCONNECT_STRIPE_SECRET_KEY", "STRIPE_SECRET_KEY"),
        ("MARKETINGCONNECT_STRIPE_WEBHOOK_SECRET", "STRIPE_WEBHOOK_SECRET"),
        ("MARKETINGCONNECT_CARD_GATEWAY", "CARD_GATEWAY"),
    ],
)
def test_production_takes_real_cards_with_signed_callbacks(
    tmp_path: Path, without: str, word: str
) -> None:
    ended = run(tmp_path, "-m", "django", "check", without=without)

    assert ended.returncode != 0
    assert word in ended.stderr


def test_production_passes_the_deployment_checks(tmp_path: Path) -> None:
    ended = run(tmp_path, "-m", "django", "check", "--deploy", "--fail-level", "WARNING")

    assert (ended.returncode, ended.stderr) == (0, "")


def test_processes_that_start_together_share_a_whole_secret(tmp_path: Path) -> None:
    show = "from marketingconnect.config import settings as s; print(s.SECRET_KEY)"
    with ThreadPoolExecutor(4) as pool:
        started = [
            pool.submit(
                run,
                tmp_path,
                "-c",
                show,
                without="MARKETINGCONNECT_SECRET_KEY",
                MARKETINGCONNECT_MODE="demo",
            )
            for _ in range(4)
        ]
    shown = {each.result().stdout.strip() for each in started}

    assert len(shown) == 1
    assert len(shown.pop()) > 50
    names = ["authority_passphrase", "secret_key"]
    assert sorted(p.name for p in (tmp_path / "secrets").iterdir()) == names
