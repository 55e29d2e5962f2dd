"""What a machine reads of our documents, judged by the official schema and schematrons."""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pytest
from lxml import etree

from bench.drawn_documents import documents
from bench.schematrons import Schematrons
from marketingconnect.accounts.models import Company
from marketingconnect.invoices.factur_x import schema
from marketingconnect.invoices.factur_x.cii import cii_xml
from marketingconnect.invoices.factur_x.codes import document_type
from marketingconnect.invoices.factur_x.schema import InvalidXmlError
from marketingconnect.invoices.factur_x.writing import NAMESPACES
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.services import issue_deposit, issue_invoice
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from tests.sale import NOON, Shop

pytestmark = pytest.mark.django_db
GENERATED = int(os.environ.get("MARKETINGCONNECT_GENERATED_INVOICES", "40"))
Find = Callable[[str], list[str]]


@dataclass
class Seller:
    """The shop of the tests, for documents drawn by lot."""

    shop: Shop

    @property
    def company(self) -> Company:
        return self.shop.cast.bakery

    def order(self, *, quantity: int, options: Sequence[str], uses: int, label: str) -> Order:
        return self.shop.order(
            method="transfer", quantity=quantity, options=tuple(options), uses=uses, label=label
        )


def reading(invoice: Invoice) -> Find:
    """The words at a path of the document's XML."""
    tree = etree.fromstring(cii_xml(Invoice.objects.get(pk=invoice.pk)))
    return lambda path: [one.text for one in tree.iterfind(f".//{path}", NAMESPACES)]


def invoiced(shop: Shop, *, paid: int = 0) -> Invoice:
    order = shop.order()
    return issue_invoice(order.pk, paid=Money(paid), payment_method="card", now=NOON)


def test_documents_of_all_kinds_satisfy_the_schema_and_the_schematrons(
    shop: Shop, schematrons: Schematrons
) -> None:
    kinds: Counter[str] = Counter()
    for invoice in documents(Seller(shop), seed=2026, count=GENERATED):
        xml = cii_xml(invoice)
        schema.check(xml)

        assert schematrons.refusals(xml) == [], xml.decode()
        kinds[document_type(invoice)] += 1

    assert set(kinds) == {"380", "381", "386", "503"}
    assert kinds.total() == GENERATED


@pytest.mark.parametrize(
    ("name", "wrong", "rule"),
    [
        ("GrandTotalAmount", "361.00", "BR-CO-15"),
        ("DuePayableAmount", "359.99", "BR-CO-16"),
        ("TaxBasisTotalAmount", "299.00", "BR-CO-13"),
        ("CalculatedAmount", "75.00", "BR-CO-17"),
    ],
)
def test_a_wrong_figure_is_caught(
    name: str, wrong: str, rule: str, shop: Shop, schematrons: Schematrons
) -> None:
    tree = etree.fromstring(cii_xml(invoiced(shop)))
    next(tree.iterfind(f".//ram:{name}", NAMESPACES)).text = wrong

    refusals = schematrons.refusals(etree.tostring(tree))

    assert any(rule in refusal for refusal in refusals), refusals


@pytest.mark.parametrize("code", ["PMT", "PMD", "AAB", "BAR"])
def test_each_french_note_is_there_once(code: str, shop: Shop) -> None:
    assert reading(invoiced(shop))("ram:SubjectCode").count(code) == 1


def test_a_missing_note_is_caught(shop: Shop, schematrons: Schematrons) -> None:
    xml = cii_xml(invoiced(shop)).replace(b">PMT<", b">REG<")

    assert any("BR-FR-05" in refusal for refusal in schematrons.refusals(xml))


def test_the_schema_refuses_what_is_not_a_document(shop: Shop) -> None:
    xml = cii_xml(invoiced(shop)).replace(b"TypeCode>380<", b"TypeCode>999<")

    with pytest.raises(InvalidXmlError):
        schema.check(xml.replace(b"ram:GrandTotalAmount", b"ram:Whatever"))


def test_an_invoice_paid_before_says_so(shop: Shop) -> None:
    to_pay, paid = reading(invoiced(shop)), reading(invoiced(shop, paid=360_00))
    mode = "ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID"

    assert (to_pay(mode), to_pay("ram:DuePayableAmount")) == (["S1"], ["360.00"])
    assert (paid(mode), paid("ram:DuePayableAmount")) == (["S2"], ["0.00"])
    assert to_pay("ram:IBANID")
    assert not paid("ram:IBANID")


@pytest.mark.parametrize(
    ("territory", "category", "rate", "country", "treatment"),
    [
        ("metropole", "S", ["20.00", "20.00", "20"], "FR", "B2B"),
        ("reunion", "S", ["8.50", "8.50", "8.5"], "RE", "B2B"),
        ("mayotte", "E", ["0.00", "0.00", "0"], "YT", "B2BINT"),
        ("polynesie", "O", [], "PF", "B2BINT"),
    ],
)
def test_vat_is_named_as_the_territory_wants(
    territory: str, category: str, rate: list[str], country: str, treatment: str, shop: Shop
) -> None:
    Company.objects.filter(pk=shop.cast.bakery.pk).update(territory=territory)

    find = reading(invoiced(shop))

    assert set(find("ram:CategoryCode")) == {category}
    assert find("ram:RateApplicablePercent") == rate
    assert find("ram:BuyerTradeParty//ram:CountryID") == [country]
    assert treatment in find("ram:Content")
    assert bool(find("ram:ExemptionReason")) == (category != "S")
    assert bool(find("ram:SpecifiedTaxRegistration/ram:ID")) == (category != "O")


def test_an_invoice_takes_its_deposits_off_and_names_them(shop: Shop) -> None:
    order = shop.order()
    deposit = issue_deposit(
        order.pk, Money(90_00), paid=Money(108_00), payment_method="card", cause="d:1", now=NOON
    )

    invoice = issue_invoice(order.pk, paid=Money.zero, payment_method="", now=NOON)
    find = reading(invoice)

    assert (deposit.total_cents, invoice.total_cents) == (108_00, 252_00)
    assert find("ram:InvoiceReferencedDocument/ram:IssuerAssignedID") == [deposit.number]
    assert find("ram:BilledQuantity")[-1] == "-1"
    assert min(map(Decimal, find("ram:ChargeAmount"))) > 0
    assert find("ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID") == ["S4"]
