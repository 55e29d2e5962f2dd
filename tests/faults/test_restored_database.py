"""A real dump, taken before a campaign left and restored after: nobody is written to twice."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from bench.chaos import connected_to, secrets_of_this_process
from bench.chaos_platform import Platform
from bench.email_campaign import import_recipients, make_campaign, make_company
from marketingconnect import clock
from marketingconnect.sending.models import Campaign, HomeDatabase
from marketingconnect.sending.services.restored import FROM_A_COPY

_PEOPLE = 40
TO_COME = ("preparing", "scheduled")


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that the account of PostgreSQL can reach, which those of pytest are not."""
    with TemporaryDirectory(prefix="restored-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.mark.faults
def test_a_campaign_that_a_restored_database_holds_to_be_due_waits_for_a_person(
    folder: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    dump = str(folder / "backup.dump")
    with django_db_blocker.unblock():
        with a_platform(folder / "before") as platform, connected_to(platform):
            call_command("migrate", verbosity=0)
            platform.start()
            until(platform, HomeDatabase.objects.exists)
            platform.stop()
            campaign = a_campaign()
            platform.run_on_database("pg_dump", "--format=custom", f"--file={dump}")
            platform.start()
            until(platform, lambda: state_of(campaign) == "sent_out")
            assert platform.witness().count(campaign) == _PEOPLE

        with a_platform(folder / "after") as platform, connected_to(platform):
            platform.run_on_database("pg_restore", "--no-owner", "--dbname=marketingconnect", dump)
            assert state_of(campaign) in TO_COME
            platform.start()
            until(platform, lambda: state_of(campaign) not in TO_COME)

            assert Campaign.objects.values_list("state", "stop_reason").get() == (
                "paused",
                FROM_A_COPY,
            )
            platform.stop()
            assert platform.witness().count(campaign) == 0


def a_platform(folder: Path) -> Platform:
    folder.mkdir(mode=0o711)
    return Platform(folder, senders=1, secrets=secrets_of_this_process())


def a_campaign() -> int:
    """Due at once."""
    company = make_company(clock.now())
    addresses = [f"personne.{number}@exemple.test" for number in range(_PEOPLE)]
    return make_campaign(import_recipients(company, addresses, clock.now), now=clock.now()).pk


def state_of(campaign_id: int) -> str:
    return Campaign.objects.values_list("state", flat=True).get(pk=campaign_id)


def until(platform: Platform, condition: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        platform.watch()
        assert time.monotonic() < deadline, platform.last_words()
