"""The work of script/screenshots: a browser opens the demo as its people would, and looks.

The pages are reached by the links a person follows, so that a picture cannot show a page that
nobody finds.
"""

import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
import _chromium

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
ON_THE_HOME_PAGE = ROOT / "marketingconnect" / "web" / "static" / "pictures"
DEMO = "http://127.0.0.1:8000"
HOME_WIDTH = 800


@dataclass(frozen=True)
class Picture:
    """A page to show: who opens it, by which links, and how large the window is."""

    name: str
    account: str = ""
    start: str = "/"
    follow: tuple[str, ...] = ()
    width: int = 1280
    height: int = 800
    theme: str = "light"
    on_the_home_page: bool = False


NADIA, PAUL = "nadia@example.org", "paul@atelier-postal.example.org"
TO_TAKE = [
    Picture("accueil"),
    Picture("prix", start="/offres/email/", height=640),
    Picture("espace-client", NADIA, "/espace/"),
    Picture(
        "calendrier", NADIA, "/espace/campagnes/", ("Galette des rois", "Quand"),
        height=820, on_the_home_page=True,
    ),
    Picture("message", NADIA, "/espace/messages/", ("Les fêtes au fournil",), height=900),
    Picture("chiffres", NADIA, "/espace/campagnes/", ("Les fêtes au fournil", "Chiffres")),
    Picture("moderation", PAUL, "/gestion/moderation/", ("Garage du Pré",), height=900),
    Picture("telephone", NADIA, "/espace/", width=390, height=780),
    Picture("sombre", NADIA, "/espace/campagnes/", ("Galette des rois",), theme="dark"),
]  # fmt: skip


def main(arguments: list[str]) -> int:
    demo = arguments[0].rstrip("/") if arguments else DEMO
    PICTURES.mkdir(parents=True, exist_ok=True)
    ON_THE_HOME_PAGE.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_chromium.ensure() or None, args=["--no-sandbox", "--disable-gpu"]
        )
        for picture in TO_TAKE:
            take(browser, demo, picture)
        browser.close()
    return 0


def take(browser: Browser, demo: str, picture: Picture) -> None:
    """One picture, written as WebP below docs/pictures."""
    context = browser.new_context(
        base_url=demo,
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="dark" if picture.theme == "dark" else "light",
        locale="fr-FR",
        reduced_motion="reduce",
    )
    page = context.new_page()
    if picture.account:
        log_in(page, picture.account)
    page.goto(picture.start, wait_until="networkidle")
    for name in picture.follow:
        page.get_by_role("main").or_(page.get_by_role("navigation")).get_by_role(
            "link", name=name
        ).first.click()
        page.wait_for_load_state("networkidle")
    shot = Image.open(io.BytesIO(page.screenshot()))
    context.close()
    save(shot, PICTURES / f"{picture.name}.webp")
    if picture.on_the_home_page:
        smaller = shot.resize(
            (HOME_WIDTH, HOME_WIDTH * shot.height // shot.width), Image.Resampling.LANCZOS
        )
        save(smaller, ON_THE_HOME_PAGE / f"{picture.name}.webp", quality=68)


def save(shot: Image.Image, path: Path, *, quality: int = 82) -> None:
    shot.save(path, "WEBP", quality=quality, method=6)
    sys.stdout.write(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} ko\n")


def log_in(page: Page, email: str) -> None:
    page.goto("/compte/connexion/")
    page.get_by_label("Adresse").fill(email)
    page.get_by_label("Mot de passe", exact=True).fill(demo_password())
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    page.wait_for_url(lambda url: "connexion" not in url)


def demo_password() -> str:
    """The one that the demo prints for every account."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketingconnect.config.settings")
    import django

    django.setup()
    from marketingconnect.demo.data.people import PASSWORD

    return PASSWORD


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
