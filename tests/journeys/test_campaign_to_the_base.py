"""A campaign to rented addresses, from the target to the sealed statement, in a real browser."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from marketingconnect.demo.check.journey import ADMINISTRATOR, MODERATOR
from marketingconnect.demo.check.staff import Staff
from marketingconnect.demo.check.steps import wait_for
from marketingconnect.demo.supervisor.platform import Platform
from tests.journeys.advertiser import Advertiser
from tests.journeys.people import People
from tests.journeys.statement import WINDOW, sheet_of, take_the_statement, verified

pytestmark = pytest.mark.browser


def test_a_client_writes_to_the_base_and_proves_what_arrived(
    platform: Platform, browser: Browser, tmp_path: Path, pictures: Path
) -> None:
    errors: list[str] = []
    people = People(platform, browser, pictures / "base", 1280, errors)
    client = people.client(Advertiser, "nadia@example.org")
    base_url = platform.layout.base_url
    staff = {account["role"]: Staff(base_url, account) for account in platform.accounts()}
    logo = tmp_path / "logo.png"
    Image.new("RGB", (320, 120), (90, 30, 80)).save(logo)

    people.employee(ADMINISTRATOR).wait_for_the_base()
    # Neighbours of the demo's own past campaign oppose until then: a count would lose them.
    wait_for("the stories of the base", lambda: "base" not in platform.pids(), seconds=240)
    client.choose_email_target("Lyon")
    message = client.write_message(logo)
    client.say_where_addresses_come_from(message)
    client.validate_message(message)
    client.write_to_the_target()
    hour = client.choose_first_day()
    client.to_the_basket()
    client.order_and_pay()
    staff[MODERATOR].approve(client.subject)
    wait_for("the campaign to be scheduled", client.is_scheduled)
    staff[ADMINISTRATOR].advance_clock(hour)
    arrived = client.read_the_figures()
    client.see_no_address()
    client.ask_for_the_source()
    staff[ADMINISTRATOR].advance_clock(hour + WINDOW)
    files = take_the_statement(client, tmp_path)

    assert 0 < arrived <= client.counted
    assert str(arrived) in verified(files["proofs"])
    rows = sheet_of(files["sheet"])
    assert len(rows) == client.counted + 1
    assert not any("@" in row for row in rows)
    assert files["pdf"].read_bytes().startswith(b"%PDF-")
    assert errors == []
