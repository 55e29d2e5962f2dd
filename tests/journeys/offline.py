"""Who takes part in a sale by an advisor: the advisor, the client who answers, accounting."""

import re
from pathlib import Path

from playwright.sync_api import expect

from bench.bank_files import Line, statement, written
from tests.journeys.tenant import Employee, Tenant

IBAN_OF_A_CLIENT = "FR76 3000 6000 0112 3456 7890 189"


class Advisor(Employee):
    """Prepares everything, and can neither accept, sign nor pay."""

    def propose(self, client: str, *, name: str, method: str, instalments: int = 1) -> str:
        """Compose a proposal from one of the client's own files, and send it; its number."""
        self.go("propositions/nouvelle")
        self.fill("Numéro de client", client)
        self.press("Commencer")
        self.page.get_by_text("Préparer une campagne e-mail à un de ses fichiers").click()
        self.page.locator("#id_campaign-name").fill(name)
        self.press("Préparer et ajouter")
        self.page.locator("select[name=payment_method]").select_option(method)
        self.page.locator("select[name=instalments]").select_option(str(instalments))
        if instalments > 1:
            self.page.locator("input[name=first_due_on]").fill(f"{self.today()}")
        self.look(f"proposition-{method}")
        self.press("Enregistrer et relire")
        self.press("Envoyer la proposition")
        self.page.wait_for_url(re.compile(r"PR-\d{4}-\d+"))
        found = re.search(r"PR-\d{4}-\d+", self.page.url)
        assert found is not None
        self.look(f"proposition-{method}-envoyee")
        return found[0]

    def may_not_answer(self, proposal: str) -> None:
        """The client's pages are not the advisor's."""
        answer = self.page.request.get(f"{self.home}espace/propositions/{proposal}/accepter")
        assert answer.status in {403, 404} or "/connexion" in answer.url or "/gestion" in answer.url


class Buyer(Tenant):
    """Reads what was proposed, accepts, signs, pays."""

    bought = ""
    """Reference of the order that came of the last proposal accepted."""

    def accept(self, proposal: str, *, iban: str = "") -> None:
        self.go(f"espace/propositions/{proposal}/")
        self.look("proposition-recue")
        self.page.get_by_role("link", name="Relire et accepter").click()
        if iban:
            self.fill("IBAN", iban)
        self.tick_everything()
        self.look("proposition-accord")
        self.press("Accepter la proposition")
        # A press does not wait for the page that it leads to.
        self.page.wait_for_url(re.compile(r"BC-\d{4}-\d+"))
        found = re.search(r"BC-\d{4}-\d+", self.page.url)
        assert found is not None
        self.bought = found[0]

    def open_order(self) -> None:
        self.go(f"espace/commandes/{self.bought}/")

    def pay_at_the_bank(self) -> None:
        """On the page of the sandbox bank, and back."""
        self.page.locator("input[name=scenario][value=success]").check()
        self.page.get_by_role("button", name="Valider").click()
        if back := self.page.get_by_role("link", name="Revenir sur le site").all():
            back[0].click()

    def transfer_to_make(self) -> tuple[str, str, int]:
        """IBAN, reference and cents, as the page asks for the transfer."""
        self.open_order()
        self.look("virement-attendu")
        iban = self.page.locator("#iban").inner_text()
        reference = self.page.locator("#motif").inner_text()
        return iban.replace(" ", "").replace("\u00a0", ""), reference, self.remaining()

    def remaining(self) -> int:
        """Cents that the order still asks for."""
        shown = self.page.locator("#paiement strong").first.inner_text()
        return int(re.sub(r"\D", "", shown))

    def find_invoice(self) -> str:
        """Of the order once its payment is validated."""
        self.open_order()
        main = self.page.locator("main")
        self.wait_until(lambda: bool(re.search(r"FA-\d{4}-\d+", main.inner_text())), seconds=60)
        self.look("commande-facturee")
        found = re.search(r"FA-\d{4}-\d+", main.inner_text())
        assert found is not None
        return found[0]

    def must_read(self, words: str) -> None:
        expect(self.page.locator("main")).to_contain_text(words)

    def take(self, path: str) -> bytes:
        """A file of the client area, with the session of this browser."""
        answer = self.page.request.get(f"{self.home}{path}")
        assert answer.status == 200, f"{path}: {answer.status}"
        return answer.body()


class Accountant(Employee):
    """Records, matches, debits, ends, credits."""

    def record_transfer(self, iban: str, reference: str, cents: int, folder: Path) -> None:
        """The bank's file names the order exactly: it is recorded without a person."""
        line = Line(cents, reference=f"B-{reference}", structured=reference, day=self.today())
        file = written(folder, statement(line, iban=iban, kind="camt.053", version="08"))
        self.go("paiements/releves/nouveau/")
        self.page.locator("input[type=file]").set_input_files(file)
        self.press("Importer le relevé")
        self.look("releve")

    def record_cheque(self, order: str, amount: str) -> None:
        self.go(f"paiements/{order}/")
        self.page.locator("input[name=method][value=cheque]").check()
        self.page.locator("input[name=amount]").fill(amount)
        self.page.locator("input[name=reference]").fill(f"00{order[-6:]}")
        self.press("Enregistrer la réception")
        self.press("Valider")
        self.look("cheque")

    def debit(self, order: str) -> None:
        """Put the mandate in use, announce, make the file, record what the bank collected."""
        self.go("paiements/mandats/")
        self.look("mandats")
        self.page.locator("main").get_by_role("link", name=re.compile("^RUM|MC-|C-")).first.click()
        self.press("Mettre le mandat en vigueur")
        self.look("mandat")
        self.go("paiements/prelevements/a-annoncer/")
        self.look("a-annoncer")
        self.page.get_by_role("checkbox", name=re.compile(order)).check()
        self.press("Annoncer")
        self.go("paiements/prelevements/")
        self.page.locator("main tbody").get_by_role("link").first.click()
        day = self.page.url.rstrip("/").rpartition("/")[2]
        self.press("Faire le fichier")
        self.look("fichier")
        self.wait_for_day(day)
        self.go(f"paiements/prelevements/jours/{day}/")
        for box in self.page.locator("main tbody input[name=debit]").all():
            box.check()
        self.press("Enregistrer comme encaissés")
        self.look("encaisse")

    def terminate(self, order: str) -> None:
        self.go(f"contrats/{order}/resilier")
        self.page.locator("input[name=ground][value=content]").check()
        self.fill("Raison", "La photo du message n’est pas à vous.")
        self.look("resilier")
        self.press("Résilier la commande")

    def credit_undone(self, order: str) -> str:
        """From the queue of what ended undone; the number of the credit note."""
        self.go("reclamations/non-execute/")
        self.look("a-rendre")
        self.page.locator("main").get_by_role("link", name=order).click()
        self.page.locator("main input[name=reason]").first.fill("Rien n’a été envoyé.")
        self.look("rendre")
        self.press("Émettre l’avoir")
        found = re.search(r"AV-\d{4}-\d+", self.page.locator("main").inner_text())
        assert found is not None
        self.look("rendu")
        return found[0]

    def wait_for_day(self, day: str) -> None:
        """The clock of the demonstration goes forward to the noon of a day."""
        self.go("outils/horloge/")
        self.page.locator("main input[type=datetime-local]").fill(f"{day}T12:00")
        self.press("Avancer", exact=True)
