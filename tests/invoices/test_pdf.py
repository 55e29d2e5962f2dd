"""The file as an archive must find it: PDF/A-3b that says and carries its Factur-X data.

No certified validator of PDF/A can be installed here: these checks are structural.
"""

import io
from collections.abc import Iterator

import facturx
import pikepdf
import pytest
from lxml import etree

from marketingconnect import storage
from marketingconnect.invoices.factur_x.cii import cii_xml
from marketingconnect.invoices.factur_x.declaration import UnexpectedPdfError, declare_factur_x
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.pdf import document, render, typeset
from marketingconnect.invoices.services import issue_invoice, make_pdf
from marketingconnect.kernel.money import Money
from tests.sale import NOON, Shop

pytestmark = pytest.mark.django_db
FX = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"
PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
SCHEMA = "{http://www.aiim.org/pdfa/ns/schema#}"


@pytest.fixture
def invoice(shop: Shop) -> Invoice:
    issued = issue_invoice(shop.order().pk, paid=Money.zero, payment_method="card", now=NOON)
    return Invoice.objects.get(pk=issued.pk)


def fonts(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every font of the pages, those that are made of others included."""
    for page in pdf.pages:
        for font in page.Resources.Font.values():
            yield from font.DescendantFonts if "/DescendantFonts" in font else (font,)


def metadata(pdf: pikepdf.Pdf) -> etree._Element:
    return etree.fromstring(pdf.Root.Metadata.read_bytes())


def test_the_stored_file_carries_the_xml_of_the_document(invoice: Invoice) -> None:
    printed = make_pdf(invoice.pk, now=NOON)

    with storage.open(printed.pdf_path) as kept:
        name, xml = facturx.get_xml_from_pdf(kept.read())

    assert (name, xml) == ("factur-x.xml", cii_xml(invoice))


def test_it_says_that_it_is_pdf_a_3b_and_factur_x(invoice: Invoice) -> None:
    with pikepdf.open(io.BytesIO(render(invoice))) as pdf:
        words = metadata(pdf)

    assert (words.findtext(f".//{PDFA}part"), words.findtext(f".//{PDFA}conformance")) == ("3", "B")
    found = {name.tag.removeprefix(FX): name.text for name in words.iterfind(f".//{FX}*")}
    assert found == {
        "DocumentFileName": "factur-x.xml",
        "DocumentType": "INVOICE",
        "Version": "1.0",
        "ConformanceLevel": "EN 16931",
    }
    described = [one.text for one in words.iterfind(f".//{SCHEMA}namespaceURI")]
    assert described.count(FX.strip("{}")) == 1


def test_it_has_what_pdf_a_asks_for(invoice: Invoice) -> None:
    with pikepdf.open(io.BytesIO(render(invoice))) as pdf:
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        assert len(intent.DestOutputProfile.read_bytes()) > 0
        (attached,) = pdf.Root.AF
        assert attached.AFRelationship == "/Data"
        assert attached.EF.F.Subtype == "/text/xml"
        assert pdf.attachments["factur-x.xml"].get_file().read_bytes() == cii_xml(invoice)
        assert not pdf.is_encrypted
        assert "/ID" in pdf.trailer
        assert str(pdf.Root.Lang) == "fr-FR"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert pdf.check_pdf_syntax() == []


def test_every_font_is_embedded(invoice: Invoice) -> None:
    with pikepdf.open(io.BytesIO(render(invoice))) as pdf:
        found = list(fonts(pdf))
        missing = [
            str(font.BaseFont)
            for font in found
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(font.FontDescriptor.keys())
        ]

    assert found
    assert missing == []


def test_nothing_is_declared_in_a_file_that_is_not_the_typesetter_s(invoice: Invoice) -> None:
    bare = typeset(invoice, xml=b"")

    with pytest.raises(UnexpectedPdfError):
        declare_factur_x(bare.replace(b"</rdf:RDF>", b"</rdf:XYZ>"))
    with pytest.raises(UnexpectedPdfError):
        declare_factur_x(b"%PDF-1.7")


def test_a_document_from_before_codes_is_printed_without_xml(invoice: Invoice) -> None:
    invoice.coded_mentions = {}

    with pikepdf.open(io.BytesIO(render(invoice))) as pdf:
        assert "/AF" not in pdf.Root


@pytest.mark.parametrize(("means", "collected"), [("debit", True), ("transfer", False)])
def test_a_client_whose_instalments_are_debited_is_asked_for_no_transfer(
    means: str, collected: bool, invoice: Invoice
) -> None:
    invoice.payment_label = means
    invoice.schedule = [{"due_on": "2026-12-10", "cents": 360_00}]

    assert bool(document(invoice)["collected"]) == collected
