"""A new client, from the registration form to the invoice."""

import io
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image

from marketingconnect.contacts.samples import Expected, write_messy_file
from marketingconnect.demo.check.page_words import first, number_after
from marketingconnect.demo.check.person import PageError, Person
from marketingconnect.demo.check.post import Post
from marketingconnect.demo.check.steps import wait_for

EMAIL = "zoe.marchand@example.org"
MOBILE = "06 39 98 00 33"
PASSWORD = "trois pommes et un panier"  # noqa: S105  an invented person
COMPANY = {
    "siret": "900 000 993 00015",
    "legal_name": "Fleurs de Zoé",
    "billing_street": "5 rue des Tilleuls",
    "billing_postal_code": "35000",
    "billing_city": "Rennes",
    "first_name": "Zoé",
    "last_name": "Marchand",
    "email": EMAIL,
}
PARIS = ZoneInfo("Europe/Paris")


class Client:
    """Keeps what the journey needs to find again."""

    def __init__(self, base_url: str, post: Post) -> None:
        self.person = Person(base_url)
        self.post = post
        self.subject = ""
        self.expected = Expected()
        self._file = self._message = self._campaign = 0
        self._order = ""

    # -- account ---------------------------------------------------------------------------------

    def register(self) -> None:
        self.person.open("/compte/inscription/")
        self.person.submit(having="siret", fields=COMPANY)

    def confirm(self) -> None:
        """Follow the link of the mail, then choose a password."""
        letter = self.post.letter_to(EMAIL, about="onfirm")
        link = first(r"https?://\S+/compte/confirmation/\S+", letter.text or "")
        self.person.open(link)
        self.person.submit(having="password", fields={"password": PASSWORD})
        self._must_say("Zoé")

    # -- contacts --------------------------------------------------------------------------------

    def import_messy_file(self, *, rows: int) -> None:
        """Upload, confirm the columns guessed, declare the origin, wait, compare the counts."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "clients.csv"
            self.expected = write_messy_file(path, rows=rows)
            self.person.open("/espace/fichiers/nouveau/")
            with path.open("rb") as stream:
                self.person.submit(
                    having="list_file",
                    fields={"name": "Clients de la boutique"},
                    files={"list_file": (path.name, stream)},
                )
        self._file = int(first(r"/fichiers/(\d+)/", self.person.url))
        self.person.submit(having="action=confirm", button="Confirmer")
        self._declare_origin()
        wait_for("la fin de l'import", self._is_imported)
        self._compare_import()

    def _declare_origin(self) -> None:
        today = datetime.fromtimestamp(time.time(), PARIS).date()
        self.person.submit(
            having="legal_basis",
            fields={
                "legal_basis": "consent",
                "proof": "Bulletin rempli en boutique, avec une case pour les e-mails.",
                "collected_from": (today - timedelta(days=400)).isoformat(),
                "collected_to": (today - timedelta(days=10)).isoformat(),
            },
            tick_all=True,
        )

    def _is_imported(self) -> bool:
        self.person.open(f"/espace/fichiers/{self._file}/")
        return "refus.csv" in str(self.person.page) or "Adresses" in self.person.text

    def _compare_import(self) -> None:
        """The refused rows can be downloaded, and the accepted ones are what was written."""
        refused = self.person.download(f"/espace/fichiers/{self._file}/refus.csv").text
        accepted = self.person.download(f"/espace/fichiers/{self._file}/contacts.csv").text
        _must_equal("lignes refusées", _rows(refused), sum(self.expected.refused.values()))
        _must_equal("adresses acceptées", _rows(accepted), self.expected.accepted)

    # -- message ---------------------------------------------------------------------------------

    def write_message(self, template: str) -> None:
        """Start from a template, give it a subject of our own."""
        self.person.open("/espace/messages/nouveau/")
        self.person.submit(having=f"template={template}")
        self._message = int(first(r"/messages/(\d+)/", self.person.url))
        self.subject = f"Nouvelles de la boutique nº {self._message}"
        self.person.open(f"/espace/messages/{self._message}/?onglet=objet")
        self.person.submit(
            having="subject",
            fields={"subject": self.subject, "preheader": "Passez nous voir samedi."},
        )

    def add_logo(self) -> None:
        """Upload a picture drawn here and choose it in the logo block."""
        drawing = io.BytesIO()
        Image.new("RGB", (320, 120), (90, 30, 80)).save(drawing, "PNG")
        drawing.seek(0)
        self.person.open("/espace/messages/images/")
        self.person.submit(
            having="is_logo",
            fields={"alt": "Fleurs de Zoé", "licence_note": "Notre logo"},
            files={"file": ("logo.png", drawing)},
            tick_all=True,
        )
        self.person.open(f"/espace/messages/{self._message}/?bloc={self._logo_block()}")
        self.person.submit(having="picture", fields={"picture": self._own_picture()})

    def _logo_block(self) -> str:
        self.person.open(f"/espace/messages/{self._message}/")
        for form in self.person.page.find_all("form", action=True):
            if "le bloc Logo" in form.get_text(" "):
                return first(r"/blocs/([^/]+)/", str(form["action"]))
        raise PageError("le modèle n'a pas de bloc Logo")

    def _own_picture(self) -> str:
        for choice in self.person.page.find_all("input", attrs={"name": "picture"}):
            value = str(choice.get("value", ""))
            if value and not value.startswith("modele-"):
                return value
        raise PageError("le logo déposé n'est pas proposé dans le bloc")

    def receive_proof(self) -> None:
        before = self.post.newest
        self.person.open(f"/espace/messages/{self._message}/epreuve/")
        self.person.submit(having="to_email")
        self.post.letter_to(EMAIL, about=self.subject, after=before)

    def validate_proof(self) -> None:
        self.person.open(f"/espace/messages/{self._message}/epreuve/")
        self.person.submit(having="/valider/", tick_all=True)
        self.person.open(f"/espace/messages/{self._message}/epreuve/")
        self._must_say("valid")

    # -- order -----------------------------------------------------------------------------------

    def start_campaign(self, name: str) -> None:
        self.person.open("/espace/campagnes/nouvelle")
        self.person.submit(having="name", button="Commencer", fields={"name": name})
        self._campaign = int(first(r"/campagnes/(\d+)/", self.person.url))
        self.person.open(f"{self._page}destinataires")
        self.person.submit(having="contact_file", fields={"contact_file": str(self._file)})
        self.person.open(f"{self._page}message")
        self.person.submit(having="message", fields={"message": str(self._message)})

    def put_in_basket(self) -> None:
        self.person.open(self._page)
        self.person.submit(having="/commander")
        self.person.open("/espace/panier/")
        self._must_say("minimum")

    def check_out(self) -> None:
        """Tick what is asked, choose the card; the next page is the one to sign."""
        self.person.open("/espace/commande/")
        self.person.submit(having="terms_sha256", fields={"payment_method": "card"}, tick_all=True)

    def sign(self) -> None:
        """Say who signs, type the code of the SMS; the signed form and its proof are there."""
        self.person.submit(
            having="position", fields={"position": "Gérante", "mobile": MOBILE}, button="Recevoir"
        )
        self.person.submit(having="code", fields={"code": self.post.code_for(MOBILE)})
        self._must_say("C’est signé")
        for ending, start in (("signe.pdf", b"%PDF-"), ("preuve.zip", b"PK")):
            links = [str(link["href"]) for link in self.person.page.find_all("a", href=True)]
            link = next(one for one in links if one.endswith(ending))
            if not self.person.download(link).content.startswith(start):
                raise PageError(f"{link} n'est pas ce qu'il dit")

    def pay_by_card(self) -> None:
        """From the page that says "signed" to the bank's, and back."""
        self.person.submit(having="/payer")
        self.person.submit(having="scenario", button="Valider", fields={"scenario": "success"})
        back = self.person.page.find("a", class_="button")
        if back is not None and "/commandes/" not in self.person.url:
            self.person.open(str(back["href"]))
        self._order = first(r"/commandes/([^/]+)/", self.person.url)
        self._must_say("validé")

    def download_invoice(self) -> None:
        """Wait for the PDF of the order's invoice; it is a real one."""

        def look() -> str | None:
            page = self.person.open("/espace/factures/")
            links = [str(link["href"]) for link in page.find_all("a", href=True)]
            return next((link for link in links if link.endswith(".pdf")), None)

        document = self.person.download(wait_for("la facture", look)).content
        if not document.startswith(b"%PDF-"):
            raise PageError("la facture n'est pas un PDF")

    # -- sending ---------------------------------------------------------------------------------

    def pick_first_day(self) -> datetime:
        """Choose the first day that is not greyed; gives a moment after the hour chosen."""
        page = self.person.open(f"{self._page}date")
        day = page.find("input", attrs={"name": "send_on"})
        if day is None:
            raise PageError("aucun jour d'envoi n'est possible")
        self.person.submit(having="send_on", fields={"send_on": str(day["value"])})
        return datetime.fromisoformat(f"{day['value']}T20:30").replace(tzinfo=PARIS)

    def is_scheduled(self) -> bool:
        self.person.open(self._page)
        return "rogramm" in self.person.text

    def is_sent_out(self) -> bool:
        text = self._figures()
        return number_after("En attente", text) == 0 and number_after("Envoyés", text) > 0

    def compare_figures(self, post: Post, campaign: str, *, excluded: int = 0) -> None:
        """Each address once; what the client reads is what the server wrote down."""
        received = post.recipients_of(campaign)
        twice = [address for address, times in received.items() if times > 1]
        _must_equal("destinataires servis deux fois", len(twice), 0)
        text = self._figures()
        _must_equal("commandés", number_after("Commandées", text), self.expected.accepted)
        _must_equal("aboutis", number_after("Aboutis", text), len(received))
        _must_equal("non envoyés", number_after("Non envoyées", text), excluded)
        missing = set(self.expected.addresses) - set(received)
        _must_equal("adresses jamais servies", len(missing), excluded)

    def unsubscribe_in_one_click(self, link: str) -> None:
        """What a mail program posts; no cookie, no page."""
        answer = Person(self.person.base_url).post(link, {"List-Unsubscribe": "One-Click"})
        _must_equal("réponse à la désinscription", answer.status_code, 200)

    def _figures(self) -> str:
        self.person.open(f"{self._page}chiffres")
        return self.person.text

    @property
    def _page(self) -> str:
        return f"/espace/campagnes/{self._campaign}/"

    def _must_say(self, words: str) -> None:
        if words.lower() not in self.person.text.lower():
            raise PageError(f"« {words} » manque sur {self.person.url} : {self.person.text[:600]}")


def _rows(text: str) -> int:
    """Rows of a CSV, its header aside."""
    return max(0, len(text.splitlines()) - 1)


def _must_equal(what: str, found: int, wanted: int) -> None:
    if found != wanted:
        raise PageError(f"{what} : {found} au lieu de {wanted}")
