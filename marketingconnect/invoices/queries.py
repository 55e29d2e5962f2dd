"""Reads of issued documents."""

from django.db.models import QuerySet

from marketingconnect.invoices.models import Invoice
from marketingconnect.orders.models import Order


def invoices_of(company_id: int) -> QuerySet[Invoice]:
    """A company's documents, latest first."""
    return Invoice.objects.filter(company_id=company_id).select_related("order")


def invoice_of(company_id: int, number: str) -> Invoice:
    """One document of a company. Raises Invoice.DoesNotExist, also for another company's."""
    return Invoice.objects.get(company_id=company_id, number=number)


def invoices_of_order(order: Order) -> QuerySet[Invoice]:
    """The documents of an order."""
    return Invoice.objects.filter(order=order)


def invoices_without_pdf() -> QuerySet[Invoice, int]:
    """Ids of issued documents not printed yet, oldest first."""
    return Invoice.objects.filter(pdf_path="").order_by("pk").values_list("pk", flat=True)
