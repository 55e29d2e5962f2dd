"""A first-time client, from the home page to the invoice, in a real browser at two widths."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from marketingconnect.demo.check.journey import ADMINISTRATOR, MODERATOR
from marketingconnect.demo.check.post import Post
from marketingconnect.demo.check.staff import Staff
from marketingconnect.demo.check.steps import wait_for
from marketingconnect.demo.supervisor.platform import Platform
from tests.journeys.statement import WINDOW, sheet_of, take_the_statement, verified
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser

MOST_CLICKS = 40


@pytest.mark.parametrize(
    ("width", "siret"), [(1280, "90000099300015"), (390, "90000098500011")], ids=["wide", "phone"]
)
def test_a_client_sends_her_first_campaign_and_reads_exact_figures(
    width: int, siret: str, platform: Platform, browser: Browser, tmp_path: Path, pictures: Path
) -> None:
    place = platform.layout
    staff = {account["role"]: Staff(place.base_url, account) for account in platform.accounts()}
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="fr-FR")
    errors: list[str] = []
    page = context.new_page()
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    visitor = Visitor(
        page,
        Post(place.catcher_dir, place.texts_dir),
        email=f"zoe-{width}@example.org",
        siret=siret,
        shots=pictures / str(width),
    )
    logo = tmp_path / "logo.png"
    Image.new("RGB", (320, 120), (90, 30, 80)).save(logo)

    visitor.open_account(f"{place.base_url}/")
    visitor.import_file(tmp_path, rows=500)
    visitor.compose_message(logo)
    visitor.order()
    hour = visitor.choose_first_day()
    staff[MODERATOR].approve(visitor.subject)
    wait_for("the campaign to be scheduled", visitor.is_scheduled)
    staff[ADMINISTRATOR].advance_clock(hour)
    visitor.follow_figures()

    assert visitor.download_invoice().startswith(b"%PDF-")
    assert visitor.clicks <= MOST_CLICKS
    if width > 1000:
        staff[ADMINISTRATOR].advance_clock(hour + WINDOW)
        files = take_the_statement(visitor, tmp_path)
        assert str(len(visitor.expected.addresses)) in verified(files["proofs"])
        shown = {row.split(";")[1] for row in sheet_of(files["sheet"])[1:]}
        assert shown == set(visitor.expected.addresses)
    assert errors == []
