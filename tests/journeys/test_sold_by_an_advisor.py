"""A sale by an advisor in a real browser: proposed, accepted, signed, paid by each means in turn.

The clock of the platform goes forward at the end: these journeys are the last of the folder.
"""

import io
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Browser

from marketingconnect.demo.check.journey import ACCOUNTANT
from marketingconnect.demo.supervisor.platform import Platform
from marketingconnect.signature.verification.evidence import check_evidence
from tests.journeys.offline import IBAN_OF_A_CLIENT, Accountant, Advisor, Buyer
from tests.journeys.people import People

pytestmark = pytest.mark.browser
ADVISOR = "Conseiller"
NUMBER, EMAIL = "C-000001", "nadia@example.org"


def test_a_client_pays_what_an_advisor_sold_by_each_means_in_turn(
    platform: Platform, browser: Browser, tmp_path: Path, pictures: Path
) -> None:
    errors: list[str] = []
    people = People(platform, browser, pictures / "sold-1280", 1280, errors)
    advisor, accountant = people.staff(Advisor, ADVISOR), people.staff(Accountant, ACCOUNTANT)
    buyer = people.client(Buyer, EMAIL)

    invoices = [
        pay_by_card(advisor, buyer),
        pay_by_transfer(advisor, buyer, accountant, tmp_path),
        pay_by_cheque(advisor, buyer, accountant),
    ]
    must_be_a_credit_note(buyer, credit_what_never_began(buyer, accountant))
    invoices += [keep_a_card(advisor, buyer), give_a_mandate(advisor, buyer, accountant)]

    assert len(set(invoices)) == len(invoices)
    for number in invoices:
        must_be_an_invoice(buyer.take(f"espace/factures/{number}.pdf"))
    assert errors == []


def pay_by_card(advisor: Advisor, buyer: Buyer) -> str:
    buyer.accept(sent := advisor.propose(NUMBER, name="Soldes d’hiver", method="card"))
    advisor.may_not_answer(sent)
    buyer.sign()
    buyer.press("Payer par carte")
    buyer.pay_at_the_bank()
    number = buyer.find_invoice()
    must_hold(evidence_of(buyer), buyer.bought, documents=1)
    return number


def pay_by_transfer(advisor: Advisor, buyer: Buyer, accountant: Accountant, folder: Path) -> str:
    buyer.accept(advisor.propose(NUMBER, name="Chandeleur", method="transfer"))
    buyer.sign()
    accountant.record_transfer(*buyer.transfer_to_make(), folder)
    return buyer.find_invoice()


def pay_by_cheque(advisor: Advisor, buyer: Buyer, accountant: Accountant) -> str:
    buyer.accept(advisor.propose(NUMBER, name="Mardi gras", method="cheque"))
    buyer.sign()
    accountant.record_cheque(buyer.bought, "360,00")
    return buyer.find_invoice()


def credit_what_never_began(buyer: Buyer, accountant: Accountant) -> str:
    """The last order ends for its content: what was paid comes back, the file fees taken off."""
    accountant.terminate(buyer.bought)
    return accountant.credit_undone(buyer.bought)


def keep_a_card(advisor: Advisor, buyer: Buyer) -> str:
    buyer.accept(advisor.propose(NUMBER, name="Avril", method="card_debit", instalments=3))
    buyer.sign()
    buyer.open_order()
    buyer.press("Payer et enregistrer ma carte")
    buyer.pay_at_the_bank()
    number = buyer.find_invoice()
    buyer.must_read("Prélevées sur")
    return number


def give_a_mandate(advisor: Advisor, buyer: Buyer, accountant: Accountant) -> str:
    sent = advisor.propose(NUMBER, name="Pâques", method="debit", instalments=3)
    buyer.accept(sent, iban=IBAN_OF_A_CLIENT)
    buyer.sign("Bon de commande", "Mandat")
    accountant.debit(buyer.bought)
    return buyer.find_invoice()


def must_be_a_credit_note(buyer: Buyer, number: str) -> None:
    """The client finds it, in its own series, and what it is worth."""
    buyer.go("espace/factures/")
    buyer.must_read(number)
    buyer.look("avoir")
    must_be_an_invoice(buyer.take(f"espace/factures/{number}.pdf"))


def evidence_of(buyer: Buyer) -> bytes:
    """The file of proof that the order's page gives."""
    buyer.open_order()
    link = buyer.page.get_by_role("link", name="Fichier de preuve").first.get_attribute("href")
    return buyer.take((link or "").lstrip("/"))


def must_hold(evidence: bytes, order: str, *, documents: int) -> None:
    """Checked as a stranger would, without the platform."""
    found = check_evidence(evidence)
    assert (found.order, len(found.documents)) == (order, documents)


def must_be_an_invoice(pdf: bytes) -> None:
    """A PDF that carries its Factur-X."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert "factur-x.xml" in opened.attachments
