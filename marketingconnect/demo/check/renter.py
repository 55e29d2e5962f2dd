"""A client that rents a file: from the target to the credit note, over HTTP, without JavaScript."""

import io
import re
import time
import zipfile
from datetime import datetime
from urllib.parse import urljoin

from python_calamine import CalamineWorkbook

from marketingconnect.demo.check.client import PARIS, Client
from marketingconnect.demo.check.page_words import first, number_after
from marketingconnect.demo.check.person import PageError
from marketingconnect.demo.check.steps import wait_for

LETTER = """Bonjour,

Les Fleurs de Zoé ouvrent samedi, 5 rue des Tilleuls à Rennes : un bouquet offert aux voisins.
Votre adresse nous a été louée par Atelier Postal, à qui vous pouvez demander de ne plus figurer.
"""
FORMATS = {
    "CSV": ".csv",
    "Texte, tabulations": ".txt",
    "Texte, largeur fixe": ".txt",
    "Excel": ".xlsx",
}
RETURNED = 5


class Renter:
    """Goes on as the client that registered; keeps what the journey needs to find again."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.person = client.person
        self.name = "Voisins du samedi"
        self.counted = 0
        self.delivered = 0
        self._rental = ""
        self._delivery = ""
        self._references: list[str] = []
        self._claim = ""

    # -- order -----------------------------------------------------------------------------------

    def target(self, place: str, *, kilometres: int) -> None:
        """A target around a town, then a rental of it: counted at that moment."""
        self.person.open("/espace/cibles/nouvelle")
        self.person.submit(
            having="population", fields={"name": self.name, "population": "consumers"}
        )
        target = first(r"/cibles/(\d+)/", self.person.url)
        self.person.submit(
            having="radius_km",
            button="Ajouter ce rayon",
            fields={"point": place, "radius_km": str(kilometres)},
        )
        self.person.open(f"/espace/campagnes/locations/depuis/{target}")
        self.person.submit(having="name", button="Continuer", fields={"name": self.name})
        self._rental = first(r"/locations/(\d+)/", self.person.url)

    def compose(self) -> None:
        """Direct mail, once, with the age band; the sample of the letter."""
        self.person.open(f"{self._page}usages")
        self.person.submit(
            having="times", fields={"uses": ("direct_mail",), "columns": ("age_band",)}
        )
        self.person.open(f"{self._page}message")
        letter = io.BytesIO(LETTER.encode())
        self.person.submit(having="sample", files={"sample": ("lettre.txt", letter)})
        self.person.open(self._page)
        self.counted = number_after(r"À qui", self.person.text)
        self.person.submit(having="/commander")

    def is_delivered(self) -> bool:
        """Whether the files are there; the page says it."""
        self.person.open(self._page)
        link = self.person.page.find("a", href=re.compile(r"/livraisons/LC-"))
        if link is None or "en cours d’écriture" in self.person.text:
            return False
        self._delivery = str(link["href"])
        return True

    # -- files -----------------------------------------------------------------------------------

    def must_accept_the_licence(self) -> None:
        """Nothing is given to who did not accept it."""
        page = self.person.open(self._delivery)
        self.delivered = number_after(r"Adresses", self.person.text)
        button = page.find("button", attrs={"formaction": True})
        if button is None:
            raise PageError("la page de la livraison n'a pas de fichier à télécharger")
        refused = self.person.post(str(button["formaction"]), self._fields(accept=False))
        if refused.status_code != 400:
            raise PageError(f"sans licence acceptée, le fichier répond {refused.status_code}")

    def download(self, label: str) -> None:
        """One format, whole: as many rows as the page says, its licence with it."""
        page = self.person.open(self._delivery)
        row = next(
            line
            for line in page.select(".file-list > li")
            if label == _title_of(line.get_text(" "))
        )
        button = row.find("button")
        answer = self.person.post(str(button["formaction"]), self._fields(accept=True))  # type: ignore[index]
        if answer.status_code != 200 or not answer.content.startswith(b"PK"):
            raise PageError(f"{label} : {answer.status_code}, {answer.content[:80]!r}")
        rows = _rows_of(answer.content, FORMATS[label])
        if not self.delivered <= rows <= self.delivered + 60:
            raise PageError(f"{label} : {rows} lignes pour {self.delivered} adresses livrées")
        if label == "CSV":
            self._references = _references_of(answer.content)

    def _fields(self, *, accept: bool) -> dict[str, str]:
        page = self.person.page
        names = ("csrfmiddlewaretoken", "licence")
        fields = {name: str(page.find("input", attrs={"name": name})["value"]) for name in names}  # type: ignore[index]
        return {**fields, "accept": "on"} if accept else fields

    # -- afterwards ------------------------------------------------------------------------------

    def hand_back_mail(self) -> None:
        """A few letters came back, one of them typed twice, one badly."""
        typed = [*self._references[:RETURNED], self._references[0], "ABCD"]
        self.person.open("/espace/campagnes/locations/plis/")
        self.person.submit(
            having="references", fields={"references": "\n".join(typed), "means": "scan"}
        )
        batch = self.person.url

        def checked() -> bool:
            self.person.open(batch)
            return "Pli par pli" in self.person.text

        wait_for("le contrôle des plis", checked)
        if number_after(r"Refusés", self.person.text) < 2:
            raise PageError(f"un doublon et une faute sont passés : {self.person.text[:400]}")

    def claim(self) -> str:
        """Open a claim and write down its registered letter; gives its reference."""
        self.person.open(self._delivery)
        self.person.submit(having="/reclamer")
        self._claim = first(r"/reclamations/(RC-[\d-]+)/", self.person.url)
        today = datetime.fromtimestamp(time.time(), PARIS).date().isoformat()
        self.person.submit(having="posted_on", fields={"number": "1A 234", "posted_on": today})
        return self._claim

    def must_hold_credit_note(self) -> None:
        """The claim names its credit note, and the list of invoices has it."""
        self.person.open(f"/espace/campagnes/locations/reclamations/{self._claim}/")
        number = first(r"(AV-\d{4}-\d{6})", self.person.text)
        self.person.open("/espace/factures/")
        if number not in self.person.text:
            raise PageError(f"l'avoir {number} n'est pas dans les factures")

    @property
    def _page(self) -> str:
        return f"/espace/campagnes/locations/{self._rental}/"

    @property
    def delivery_url(self) -> str:
        return urljoin(self.person.base_url, self._delivery)


def _title_of(text: str) -> str:
    """`CSV` of a line that goes on with its explanation."""
    words = " ".join(text.split())
    return next((label for label in FORMATS if words.startswith(label)), "")


def _rows_of(content: bytes, suffix: str) -> int:
    """Rows of a delivered file, its titles left out."""
    if suffix == ".xlsx":
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return max(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names) - 1
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        name = next(
            name
            for name in archive.namelist()
            if name.endswith(suffix) and not name.startswith(("LISEZMOI", "DESSIN"))
        )
        lines = archive.read(name).count(b"\r\n")
        return lines if "largeur" in name or _is_fixed(archive) else lines - 1


def _is_fixed(archive: zipfile.ZipFile) -> bool:
    return "DESSIN.txt" in archive.namelist()


def _references_of(content: bytes) -> list[str]:
    """The first column of the CSV."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".csv"))
        lines = archive.read(name).decode("utf-8-sig").splitlines()
    return [line.partition(";")[0].strip('"') for line in lines[1:]]
