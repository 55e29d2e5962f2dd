"""A rented file, from invented people to a credit note, in a real browser at two widths."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from marketingconnect.demo.check.journey import ACCOUNTANT, ADMINISTRATOR, MODERATOR
from marketingconnect.demo.check.post import Post
from marketingconnect.demo.supervisor.platform import Platform
from tests.journeys.tenant import (
    Employee,
    Tenant,
    log_in,
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
    home = f"{platform.layout.base_url}/"
    accounts = {account["role"]: account for account in platform.accounts()}
    password = platform.accounts()[0]["password"]
    post = Post(platform.layout.catcher_dir)
    errors: list[str] = []

    def page() -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="fr-FR")
        opened = context.new_page()
        opened.on(
            "console", lambda line: errors.append(line.text) if line.type == "error" else None
        )
        opened.on("pageerror", lambda error: errors.append(str(error)))
        return opened

    def employee(role: str) -> Employee:
        shots = pictures / f"rented-{width}-{role.lower()}"
        person = Employee(page(), post, email=accounts[role]["email"], siret="", shots=shots)
        person.home = home
        log_in(person.page, home, person.email, password)
        return person

    employee(ADMINISTRATOR).wait_for_the_base()
    tenant = Tenant(page(), post, email=email, siret="", shots=pictures / f"rented-{width}")
    tenant.home = home
    log_in(tenant.page, home, email, password)
    tenant.choose_target(town)
    tenant.compose(tmp_path)
    tenant.order_and_pay()
    employee(MODERATOR).approve_sample(tenant.name)
    tenant.wait_for_the_files()
    files = tenant.take_the_files(tmp_path)
    csv = rows_of_csv(files["csv.zip"])
    rows = len(csv) - 1
    tenant.hand_back([cells[0] for cells in csv[1:]])
    claim = tenant.claim()
    employee(ACCOUNTANT).credit(claim)
    tenant.find_credit_note(claim)

    assert 0 < tenant.delivered <= tenant.counted
    assert 0 < rows - tenant.delivered <= MOST_TRAPS
    assert rows_of_text(files["tabulations.zip"]) == rows + 1
    assert rows_of_text(files["largeur-fixe.zip"]) == rows
    assert rows_of_workbook(files[".xlsx"]) == rows + 1
    assert errors == []
