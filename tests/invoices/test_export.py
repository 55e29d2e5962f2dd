from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from marketingconnect import storage
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.services import issue_invoice
from marketingconnect.kernel.money import Money
from tests.sale import NOON, Shop

pytestmark = pytest.mark.django_db


def invoiced(shop: Shop) -> Invoice:
    return issue_invoice(shop.order().pk, paid=Money.zero, payment_method="", now=NOON)


def test_the_file_of_a_document_is_written_as_it_is_kept(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    invoice, out = invoiced(shop), tmp_path / "facture.pdf"

    call_command("export_invoice", invoice.number, out=out)

    invoice.refresh_from_db()
    with storage.open(invoice.pdf_path) as kept:
        assert out.read_bytes() == kept.read()
    said = capsys.readouterr().out
    assert said.startswith("FA-2026-000001 : Factur-X (EN 16931), ")
    assert invoice.pdf_sha256 in said


def test_an_unknown_number_is_a_reason(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="FA-2026-999999"):
        call_command("export_invoice", "FA-2026-999999", out=tmp_path / "x.pdf")


def test_a_place_where_nothing_can_be_written_is_a_reason(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="ne peut pas être écrit"):
        call_command("export_invoice", invoiced(shop).number, out=tmp_path / "no" / "x.pdf")


def test_a_file_that_is_gone_is_a_reason(shop: Shop, tmp_path: Path) -> None:
    invoice = invoiced(shop)
    call_command("export_invoice", invoice.number, out=tmp_path / "x.pdf")
    invoice.refresh_from_db()
    storage.delete(invoice.pdf_path)

    with pytest.raises(CommandError, match="archives"):
        call_command("export_invoice", invoice.number, out=tmp_path / "x.pdf")
