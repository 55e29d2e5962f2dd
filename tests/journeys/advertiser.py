"""Somebody who writes to the operator's base, and takes the signed statement away."""

import re

from playwright.sync_api import expect

from marketingconnect.sandbox.catcher import CaughtMessage
from tests.journeys.tenant import Tenant


class Advertiser(Tenant):
    """A target for e-mail, a message that says where addresses come from, figures, statement."""

    name = "Voisins par e-mail"

    def choose_email_target(self, town: str) -> None:
        self.choose_target(town)
        before = self._count()
        self.page.locator("label[for=channel-email]").click()
        self.page.wait_for_function(
            "before => { const n = document.querySelector('#target-count .count-number .figures');"
            " return n && n.textContent.replace(/\\D/g, '') !== before; }",
            arg=before,
        )
        self.look("cible-e-mail")
        self.counted = int(self._count())

    def say_where_addresses_come_from(self, message: str) -> None:
        self.go(f"espace/messages/{message}/?onglet=mentions")
        self.page.locator("select[name=sent_to]").select_option("base")
        self.press("Enregistrer")
        self.look("mentions")

    def write_to_the_target(self) -> None:
        self.go("espace/cibles/")
        self.page.get_by_role("link", name=self.name).first.click()
        self.page.get_by_role("link", name="Continuer vers la commande").first.click()
        self.look("ecrire-a-cette-cible")
        self.press("Continuer")
        self.page.wait_for_url(re.compile(r"/campagnes/\d+/message"))
        self.campaign = self.page.url.removesuffix("message")
        self.page.locator("input[name=message]").first.check()
        self.press("Garder")
        self.page.goto(f"{self.campaign}destinataires/base")
        self.look("a-qui")

    def to_the_basket(self) -> None:
        self.page.goto(self.campaign)
        expect(self.page.locator("main")).to_contain_text("louées")
        self.look("recapitulatif")
        self.press("Mettre au panier")

    def read_the_figures(self) -> int:
        """What arrived, once nothing is waited for; the mail server's ledger says the same."""
        self.page.goto(f"{self.campaign}chiffres")
        self.wait_until(lambda: self._figure("En attente") == 0, seconds=120)
        self.look("chiffres")
        received = self.post.recipients_of(self.post.campaign_with(self.subject))
        assert set(received.values()) == {1}
        assert self._figure("Aboutis") == len(received)
        return len(received)

    def see_no_address(self) -> None:
        self.page.goto(f"{self.campaign}chiffres/aboutis")
        assert "@" not in self.page.locator("main").inner_text()
        self.look("sans-adresse")

    def a_message(self) -> CaughtMessage:
        entry = self.post.entries_of(self.post.campaign_with(self.subject))[0]
        return self.post.letter_to(entry.recipients[0], about=entry.subject)

    def ask_for_the_source(self) -> None:
        """As the person who received it, without an account."""
        found = re.search(r"https?://\S+/u/o/\S+", self.a_message().text or "")
        assert found is not None
        self.page.goto(found[0])
        self.look("origine")
        self.press("Voir qui")
        expect(self.page.locator("main")).to_contain_text("Recueillie par")
        self.look("origine-dite")
