"""A rented file, from invented people to a credit note, in a real browser at two widths."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize

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
Someone = TypeVar("Someone", Tenant, Employee)


@dataclass
class People:
    """Who takes part, each in a browser of their own."""

    platform: Platform
    browser: Browser
    pictures: Path
    width: int
    errors: list[str]

    def tenant(self, email: str) -> Tenant:
        return self._logged_in(Tenant, email, self.pictures)

    def employee(self, role: str) -> Employee:
        email = next(one["email"] for one in self.platform.accounts() if one["role"] == role)
        shots = self.pictures.with_name(f"{self.pictures.name}-{role.lower()}")
        return self._logged_in(Employee, email, shots)

    def _logged_in(self, kind: type[Someone], email: str, shots: Path) -> Someone:
        place = self.platform.layout
        post = Post(place.catcher_dir, place.texts_dir)
        person = kind(self._page(), post, email=email, siret="", shots=shots)
        person.home = f"{place.base_url}/"
        log_in(person.page, person.home, email, self.platform.accounts()[0]["password"])
        return person

    def _page(self) -> Page:
        size: ViewportSize = {"width": self.width, "height": 900}
        opened = self.browser.new_context(viewport=size, locale="fr-FR").new_page()
        opened.on("console", self._hear)
        opened.on("pageerror", lambda error: self.errors.append(str(error)))
        return opened

    def _hear(self, line: ConsoleMessage) -> None:
        if line.type == "error":
            self.errors.append(line.text)


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
    tenant = people.tenant(email)

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
