"""Make an issued invoice's PDF once, keep it, mail it."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from marketingconnect import storage
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.pdf import render
from marketingconnect.invoices.services.documents import ACCOUNTS
from marketingconnect.invoices.services.e_invoicing import queue_e_invoice
from marketingconnect.invoices.services.paper import ALL_INVOICES, request_paper_copy
from marketingconnect.kernel.money import Money
from marketingconnect.notices.services import queue_notice


def make_pdf(invoice_id: int, *, now: datetime) -> Invoice:
    """CGV II.2.a: print an invoice and mail it; once printed it is never printed again.

    A client who wants paper gets it too, and a platform the document that the law sends there.
    Two jobs at once print twice and keep one: the loser's file is deleted.
    """
    invoice = Invoice.objects.select_related("order__placed_by", "corrects", "company").get(
        pk=invoice_id
    )
    if invoice.pdf_path:
        return invoice
    content = render(invoice)
    stored = storage.save(f"invoices/{invoice.year}", f"{invoice.number}.pdf", [content])
    if not _keep(invoice, stored, now):
        storage.delete(stored.path)
    invoice.refresh_from_db()
    return invoice


@transaction.atomic
def _keep(invoice: Invoice, stored: storage.StoredFile, now: datetime) -> bool:
    kept = Invoice.objects.filter(pk=invoice.pk, pdf_path="").update(
        pdf_path=stored.path, pdf_sha256=stored.sha256, pdf_size=stored.size
    )
    if kept:
        _mail(invoice, stored.path, now)
        invoice.pdf_path, invoice.pdf_sha256 = stored.path, stored.sha256
        queue_e_invoice(invoice, now=now)
        if invoice.company.paper_invoices:
            request_paper_copy(invoice, request=ALL_INVOICES, actor=ACCOUNTS, now=now)
    return bool(kept)


def _mail(invoice: Invoice, path: str, now: datetime) -> None:
    """The electronic invoice, or credit note, goes to whoever placed the order."""
    queue_notice(
        key=f"invoice:{invoice.number}",
        template="credit_note" if invoice.corrects_id else "invoice",
        to_email=invoice.order.placed_by.email,
        company_id=invoice.company_id,
        at=now,
        context={
            "invoice": invoice,
            "order": invoice.order,
            "first_name": invoice.order.placed_by.first_name,
            "total": Money(abs(invoice.total_cents)),
            "remaining": Money(invoice.due_cents),
            "action_url": settings.BASE_URL + reverse("client_area:invoices"),
            "action_text": "Voir mes factures",
        },
        attachments=[{"name": f"{invoice.number}.pdf", "path": path, "type": "application/pdf"}],
    )
