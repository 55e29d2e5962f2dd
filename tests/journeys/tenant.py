"""Somebody who rents a file in a real browser, and the staff who help them."""

import re
import zipfile
from pathlib import Path

from playwright.sync_api import Download, Page, expect
from python_calamine import CalamineWorkbook

from marketingconnect.demo.check.renter import LETTER
from tests.journeys.visitor import Visitor

RETURNED = 4


def log_in(page: Page, home: str, email: str, password: str) -> None:
    """As a person of the demo does."""
    page.goto(f"{home}compte/connexion/")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/(espace|gestion)/"))


class Tenant(Visitor):
    """Chooses whom, orders, takes the files, hands mail back, claims."""

    name = "Voisins du samedi"
    home = ""
    counted = 0
    delivered = 0

    def go(self, path: str) -> None:
        self.page.goto(f"{self.home}{path}")

    # -- whom ------------------------------------------------------------------------------------

    def choose_target(self, town: str) -> None:
        self.go("espace/cibles/nouvelle")
        self.fill("Nom", self.name)
        self.page.locator("input[name=population][value=consumers]").check()
        self.press("Choisir les critères")
        everybody = self._count()
        self.page.type("#place-search", town)
        self.page.locator("#place-results .result-more").first.click()
        self.page.wait_for_selector("#chosen-place li")
        self.page.wait_for_function(
            "before => { const n = document.querySelector('#target-count .count-number .figures');"
            " return n && n.textContent.replace(/\\D/g, '') !== before; }",
            arg=everybody,
        )
        self.look("cible")
        self.counted = int(self._count())

    def _count(self) -> str:
        shown = self.page.locator("#target-count .count-number .figures")
        expect(shown).to_be_visible(timeout=30_000)
        return re.sub(r"\D", "", shown.inner_text())

    # -- what for --------------------------------------------------------------------------------

    def compose(self, folder: Path) -> None:
        self.page.get_by_role("link", name="Continuer vers la commande").first.click()
        self.look("louer-cette-cible")
        self.press("Continuer")
        self.page.wait_for_url(re.compile(r"/locations/\d+/usages"))
        self.rental = self.page.url.removesuffix("usages")
        self.page.locator("input[name=uses][value=direct_mail]").check()
        self.page.locator("input[name=columns][value=age_band]").check()
        self.look("usages")
        self.press("Garder")
        letter = folder / "lettre.txt"
        letter.write_text(LETTER, encoding="utf-8")
        self.page.locator("input[name=sample]").set_input_files(letter)
        self.look("exemplaire")
        self.press("Déposer")
        expect(self.page.locator("main")).to_contain_text("En relecture")
        self.look("recapitulatif")
        self.press("Mettre au panier")

    def order_and_pay(self) -> None:
        self.look("panier")
        self.page.get_by_role("link", name="Continuer vers l’accord").click()
        self.page.locator("input[name=payment_method][value=card]").check()
        self.tick_everything()
        self.look("accord")
        self.press("la commande")
        self.sign()
        self.press("Payer par carte")
        self.page.locator("input[name=scenario][value=success]").check()
        self.page.get_by_role("button", name="Valider").click()
        if back := self.page.get_by_role("link", name="Revenir sur le site").all():
            back[0].click()
        expect(self.page.locator("main")).to_contain_text("validé")
        self.look("commande-payee")

    # -- the files -------------------------------------------------------------------------------

    def wait_for_the_files(self) -> None:
        self.page.goto(self.rental)
        take = self.page.locator("#livraisons").get_by_role("link", name="Télécharger")
        self.wait_until(lambda: take.count() > 0, seconds=90)
        self.look("livraison-prete")
        take.first.click()
        self.delivery = self.page.url
        self.look("licence")

    def take_the_files(self, folder: Path) -> dict[str, Path]:
        """Accept the licence once, then every format."""
        shown = self.page.locator(".stat-card", has_text="Adresses").first.inner_text()
        self.delivered = int(re.sub(r"\D", "", shown))
        self.page.locator("input[name=accept]").check()
        taken = {}
        for ends in ("csv.zip", "tabulations.zip", "largeur-fixe.zip", ".xlsx"):
            button = self.page.get_by_role("button", name=re.compile(re.escape(ends)))
            with self.page.expect_download() as waiting:
                button.click()
            taken[ends] = _saved(waiting.value, folder)
        self.page.reload()
        expect(self.page.locator("main")).to_contain_text("Licence acceptée")
        self.look("fichiers-pris")
        return taken

    # -- afterwards ------------------------------------------------------------------------------

    def hand_back(self, references: list[str]) -> None:
        self.go("espace/campagnes/locations/plis/")
        typed = [*references[:RETURNED], references[0]]
        self.page.locator("textarea[name=references]").fill("\n".join(typed))
        self.page.locator("input[name=means][value=scan]").check()
        self.look("plis")
        self.press("Remettre ces plis")
        main = self.page.locator("main")
        self.wait_until(lambda: "Pli par pli" in main.inner_text(), seconds=60)
        expect(main).to_contain_text("déjà été remis")
        self.look("plis-controles")

    def claim(self) -> str:
        self.page.goto(self.delivery)
        self.press("Ouvrir une réclamation")
        self.page.locator("input[name=number]").fill(f"1A {self.delivery.strip('/')[-8:]}")
        day = self.page.evaluate("new Date().toISOString().slice(0, 10)")
        self.page.locator("input[name=posted_on]").fill(day)
        self.look("reclamation")
        self.press("Noter la lettre")
        self.page.wait_for_url(re.compile(r"RC-\d{4}-\d+"))
        found = re.search(r"RC-\d{4}-\d+", self.page.url)
        assert found is not None
        return found[0]

    def find_credit_note(self, claim: str) -> None:
        self.go(f"espace/campagnes/locations/reclamations/{claim}/")
        self.look("avoir-accorde")
        number = re.search(r"AV-\d{4}-\d+", self.page.locator("main").inner_text())
        assert number is not None
        self.go("espace/factures/")
        expect(self.page.locator("main")).to_contain_text(number[0])
        self.look("factures-et-avoirs")
        self.go("espace/campagnes/")
        expect(self.page.locator("main")).to_contain_text("Fichier loué")
        self.look("campagnes")


class Employee(Visitor):
    """Staff in a browser of their own."""

    home = ""

    def go(self, path: str) -> None:
        self.page.goto(f"{self.home}gestion/{path}")

    def wait_for_the_base(self) -> None:
        self.go("base/")
        self.look("base-en-cours")
        main = self.page.locator("main")

        def loaded() -> bool:
            text = main.inner_text()
            return len(re.findall(r"En service\s", text)) >= 2 and "En ce moment" not in text

        self.wait_until(loaded, seconds=240)
        self.look("base")

    def approve_sample(self, rental: str) -> None:
        self.go("moderation/")
        row = self.page.locator("tr", has_text=rental)
        self.wait_until(lambda: row.count() > 0, seconds=60)
        self.look("moderation")
        row.first.get_by_role("link").first.click()
        self.look("exemplaire-a-relire")
        self.page.locator("input[name=decision][value=approved]").check()
        self.press("Enregistrer la décision")

    def credit(self, claim: str) -> None:
        self.go("reclamations/")
        self.look("reclamations")
        self.page.get_by_role("link", name=claim).click()
        self.press("Examiner la réclamation")
        self.page.locator("input[name=choice][value=credit_note]").check()
        self.look("decision")
        self.press("Enregistrer la décision")
        expect(self.page.locator("main")).to_contain_text("Avoir accordé")
        self.look("avoir")


def rows_of_csv(path: Path) -> list[list[str]]:
    """The rows of the CSV in its archive, its titles first."""
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".csv"))
        text = archive.read(name).decode("utf-8-sig")
        assert "licence" in archive.read("LISEZMOI.txt").decode("utf-8-sig").lower()
    return [line.split(";") for line in text.splitlines()]


def rows_of_text(path: Path) -> int:
    """Lines of the text in its archive."""
    with zipfile.ZipFile(path) as archive:
        names = [n for n in archive.namelist() if n not in {"LISEZMOI.txt", "DESSIN.txt"}]
        (name,) = names
        return archive.read(name).count(b"\r\n")


def rows_of_workbook(path: Path) -> int:
    """Rows of the sheet of addresses, its titles included; the licence is in another."""
    book = CalamineWorkbook.from_path(path)
    assert len(book.sheet_names) >= 2
    return max(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


def _saved(download: Download, folder: Path) -> Path:
    path = folder / download.suggested_filename
    download.save_as(path)
    return path
