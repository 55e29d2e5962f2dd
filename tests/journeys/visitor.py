"""A first-time client in a real browser: finds her way by what the screens say."""

import re
import zlib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from playwright.sync_api import Page, expect

from marketingconnect.contacts.samples import Expected, write_messy_file
from marketingconnect.demo.check.client import PARIS, PASSWORD
from marketingconnect.demo.check.post import Post


class Visitor:
    """Nadia's cousin: never sent a campaign, reads the labels, counts her clicks."""

    def __init__(self, page: Page, post: Post, *, email: str, siret: str, shots: Path) -> None:
        self.page, self.post = page, post
        self.email, self.siret = email, siret
        self.subject = self.campaign = ""
        self.clicks = 0
        self.expected = Expected()
        self._shots = shots
        self._shot = 0

    # -- gestures --------------------------------------------------------------------------------

    def press(self, name: str, *, exact: bool = False) -> None:
        """Press the button of that name in the page itself."""
        self.clicks += 1
        self.page.locator("main").get_by_role("button", name=name, exact=exact).first.click()

    def follow(self, name: str) -> None:
        self.clicks += 1
        self.page.get_by_role("link", name=name).first.click()

    def fill(self, label: str, value: str) -> None:
        self.page.get_by_label(label, exact=False).first.fill(value)

    def tick_everything(self) -> None:
        for box in self.page.locator("main input[type=checkbox]").all():
            self.clicks += 1
            box.check()

    def look(self, name: str) -> None:
        """Keep a picture; the page never scrolls sideways."""
        self._shot += 1
        self._shots.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self._shots / f"{self._shot:02}-{name}.png", full_page=True)
        overflow = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{self.page.url} scrolls sideways by {overflow} px"

    def today(self) -> date:
        """The platform's day: the banner's once its clock was moved, the browser's before."""
        moved = self.page.locator(".clock-banner time")
        if moved.count():
            return date.fromisoformat((moved.first.get_attribute("datetime") or "")[:10])
        return date.fromisoformat(self.page.evaluate("new Date().toISOString().slice(0, 10)"))

    def wait_until(self, seen: Callable[[], bool], *, seconds: int) -> None:
        """Reload as somebody who waits would, until the page shows it."""
        for _ in range(seconds * 2):
            if seen():
                return
            self.page.wait_for_timeout(500)
            self.page.reload()
        raise AssertionError(f"not seen in {seconds} s on {self.page.url}")

    # -- the journey -----------------------------------------------------------------------------

    def open_account(self, home: str) -> None:
        self.page.goto(home)
        self.look("accueil")
        self.page.goto(f"{home}compte/inscription/")
        self.fill("SIRET", self.siret)
        self.fill("Raison sociale", "Fleurs de Zoé")
        self.fill("Numéro et rue", "5 rue des Tilleuls")
        self.fill("Code postal", "35000")
        self.fill("Ville", "Rennes")
        self.fill("prénom", "Zoé")
        self.fill("Votre nom", "Marchand")
        self.fill("adresse e-mail", self.email)
        self.look("inscription")
        self.press("compte")
        letter = self.post.letter_to(self.email, about="onfirm")
        link = re.search(r"https?://\S+/compte/confirmation/\S+", letter.text or "")
        assert link is not None
        self.page.goto(link[0])
        self.fill("mot de passe", PASSWORD)
        self.look("mot-de-passe")
        self.press("compte")
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("Zoé")
        self.look("accueil-client")

    def import_file(self, folder: Path, *, rows: int) -> None:
        path = folder / "clients.csv"
        self.expected = write_messy_file(path, rows=rows)
        self.page.goto(self.page.url.split("/espace/")[0] + "/espace/fichiers/nouveau/")
        self.page.locator("input[type=file]").set_input_files(path)
        self.fill("Nom", "Clients de la boutique")
        self.look("fichier")
        self.press("Déposer")
        self.page.wait_for_url("**/colonnes/")
        self.look("colonnes")
        self.press("Confirmer")
        self.page.wait_for_url("**/origine/")
        self.page.locator("input[name=legal_basis][value=consent]").check()
        self.fill("recueillies", "Bulletin rempli en boutique, avec une case à cocher.")
        self.fill("Entre le", "2025-02-01")
        self.fill("et le", "2026-10-01")
        self.tick_everything()
        self.look("origine")
        self.page.locator("main form button[type=submit]").last.click()
        number = f"{self.expected.accepted}"
        self.wait_until(lambda: number in _digits(self.page), seconds=60)
        self.look("import")

    def compose_message(self, logo: Path) -> None:
        self.validate_message(self.write_message(logo))

    def write_message(self, logo: Path) -> str:
        """From a template, with a logo and a subject of its own; gives its number."""
        base = self.page.url.split("/espace/")[0]
        self.page.goto(f"{base}/espace/messages/nouveau/")
        self.look("modeles")
        self.press("Offre d’ouverture")
        self.page.wait_for_url(re.compile(r"/messages/\d+/"))
        message = re.search(r"/messages/(\d+)/", self.page.url)
        assert message is not None
        self.look("editeur")
        self.page.goto(f"{base}/espace/messages/images/")
        self.page.locator("input[type=file]").set_input_files(logo)
        self.fill("Ce que montre", "Fleurs de Zoé")
        self.page.locator("input[name=licence_note]").fill("Notre logo")
        self.tick_everything()
        self.press("Ajouter l’image")
        self.subject = f"Samedi, on ouvre ({message[1]})"
        self.page.goto(f"{base}/espace/messages/{message[1]}/?onglet=objet")
        self.fill("Objet", self.subject)
        self.press("Enregistrer")
        self.look("objet")
        return message[1]

    def validate_message(self, message: str) -> None:
        base = self.page.url.split("/espace/")[0]
        self.page.goto(f"{base}/espace/messages/{message}/epreuve/")
        self.press("Envoyer")
        self.post.letter_to(self.email, about=self.subject)
        self.page.reload()
        self.tick_everything()
        self.look("bon-a-tirer")
        self.press("Valider")
        expect(self.page.locator("main")).to_contain_text("valid")
        self.look("valide")

    def order(self) -> None:
        base = self.page.url.split("/espace/")[0]
        self.page.goto(f"{base}/espace/campagnes/nouvelle")
        self.fill("Nom", "Ouverture du samedi")
        self.press("Commencer")
        self.page.wait_for_url(re.compile(r"/campagnes/\d+/"))
        found = re.search(r"/campagnes/\d+/", self.page.url)
        assert found is not None
        self.campaign = f"{base}/espace{found[0]}"
        self.page.goto(f"{self.campaign}destinataires")
        self.page.locator("input[name=contact_file]").first.check()
        self.look("a-qui")
        self.press("Garder")
        self.page.goto(f"{self.campaign}message")
        self.page.locator("input[name=message]").first.check()
        self.press("Garder")
        self.page.goto(self.campaign)
        self.look("recapitulatif")
        self.press("Mettre au panier")
        self.page.goto(f"{base}/espace/panier/")
        self.look("panier")
        self.page.goto(f"{base}/espace/commande/")
        self.page.locator("input[name=payment_method][value=card]").check()
        self.tick_everything()
        self.look("accord")
        self.press("la commande")
        self.sign()
        self.press("Payer par carte")
        self.page.locator("input[name=scenario][value=success]").check()
        self.look("banque")
        self.page.get_by_role("button", name="Valider").click()
        if back := self.page.get_by_role("link", name="Revenir sur le site").all():
            back[0].click()
        expect(self.page.locator("main")).to_contain_text("validé")
        self.look("commande-payee")

    def sign(self, *documents: str) -> None:
        """Sign each document in turn, the order form alone unless others are named."""
        for title in documents or ("Bon de commande",):
            self._sign(title)
        expect(self.page.locator("main")).to_contain_text("C’est signé")
        self.look("signature-faite")

    def _sign(self, title: str) -> None:
        """Read it, say who signs, type the code that came by SMS."""
        expect(self.page.locator("#document")).to_contain_text(title)
        self.fill("Fonction", "Gérante")
        self.fill("Mobile", self.mobile)
        self.look("signature-qui-signe")
        self.press("Recevoir le code")
        box = self.page.locator("input[name=code]")
        expect(box).to_have_attribute("autocomplete", "one-time-code")
        self.look("signature-code")
        box.fill(self.post.code_for(self.mobile))
        self.press("Signer", exact=True)

    @property
    def mobile(self) -> str:
        """One of the numbers kept for fiction; each visitor has their own."""
        number = f"{zlib.crc32(self.email.encode()) % 10_000:04}"
        return f"06 39 98 {number[:2]} {number[2:]}"

    def choose_first_day(self) -> datetime:
        self.page.goto(f"{self.campaign}date")
        self.look("calendrier")
        day = self.page.locator("input[name=send_on]").first
        value = day.get_attribute("value")
        # A person brings the day above the bar at the foot of a phone before touching it.
        day.evaluate("radio => radio.scrollIntoView({block: 'center'})")
        day.check(force=True)
        self.press("Garder cette date")
        self.look("date-choisie")
        return datetime.fromisoformat(f"{value}T20:30").replace(tzinfo=PARIS)

    def is_scheduled(self) -> bool:
        self.page.goto(self.campaign)
        return "rogramm" in self.page.locator("main").inner_text()

    def follow_figures(self) -> None:
        """What the figures page shows in the end is what the mail server wrote down."""
        self.page.goto(f"{self.campaign}chiffres")
        self.look("chiffres-en-cours")
        self.wait_until(lambda: self._figure("En attente") == 0, seconds=120)
        self.look("chiffres")
        received = self.post.recipients_of(self.post.campaign_with(self.subject))
        assert set(received.values()) == {1}
        assert set(received) == set(self.expected.addresses)
        assert self._figure("Aboutis") == len(received)

    def download_invoice(self) -> bytes:
        base = self.page.url.split("/espace/")[0]
        self.page.goto(f"{base}/espace/factures/")
        self.wait_until(lambda: self.page.locator("a[href$='.pdf']").count() > 0, seconds=30)
        self.look("factures")
        href = self.page.locator("a[href$='.pdf']").first.get_attribute("href")
        return self.page.context.request.get(f"{base}{href}").body()

    def _figure(self, label: str) -> int:
        text = " ".join(self.page.locator("main").inner_text().split())
        found = re.search(rf"\b{label} ([\d\u202f\u00a0 ]+)", text, re.IGNORECASE)
        return int(re.sub(r"\D", "", found[1])) if found else -1


def _digits(page: Page) -> str:
    """The page's words with the blanks inside numbers removed."""
    return re.sub(r"(?<=\d)[\u202f\u00a0](?=\d)", "", page.locator("main").inner_text())
