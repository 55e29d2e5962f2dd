"""A rented file, from invented people to a credit note, in a real browser at two widths."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from marketingconnect.demo.check.journey import ACCOUNTANT, ADMINISTRATOR, MODERATOR
from marketingconnect.demo.supervisor.platform import Platform
from tests.journeys.people import People
from tests.journeys.tenant import (
    Tenant,
    rows_of_csv,
    rows_of_text,
    rows_of_workbook,
)

pytestmark = pytest.mark.browser
MOST_TRAPS = 20


@pytest.mark.parametrize(
    ("width", "email", "town"),
    [(1280, "nadia@example.org", "Marseille"), (390, "charlie@example.org", "Toulouse")],
    ids=["wide", "phone"],
)
def test_a_client_rents_a_file_and_is_credited_for_the_mail_that_came_back(
    width: int,
    email: str,
    town: str,
    platform: Platform,
    browser: Browser,
    tmp_path: Path,
    pictures: Path,
) -> None:
    errors: list[str] = []
    people = People(platform, browser, pictures / f"rented-{width}", width, errors)
    tenant = people.client(Tenant, email)

    people.employee(ADMINISTRATOR).wait_for_the_base()
    tenant.choose_target(town)
    tenant.compose(tmp_path)
    tenant.order_and_pay()
    people.employee(MODERATOR).approve_sample(tenant.name)
    tenant.wait_for_the_files()
    files = tenant.take_the_files(tmp_path)
    csv = rows_of_csv(files["csv.zip"])
    rows = len(csv) - 1
    tenant.hand_back([cells[0] for cells in csv[1:]])
    claim = tenant.claim()
    people.employee(ACCOUNTANT).credit(claim)
    tenant.find_credit_note(claim)

    assert 0 < tenant.delivered <= tenant.counted
    assert 0 < rows - tenant.delivered <= MOST_TRAPS
    assert rows_of_text(files["tabulations.zip"]) == rows + 1
    assert rows_of_text(files["largeur-fixe.zip"]) == rows
    assert rows_of_workbook(files[".xlsx"]) == rows + 1
    assert errors == []
