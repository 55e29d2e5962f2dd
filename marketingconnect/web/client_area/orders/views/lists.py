"""Orders and invoices: lists, one order, one file."""

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from marketingconnect import clock, storage
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import invoice_of, invoices_of
from marketingconnect.kernel.money import Money
from marketingconnect.orders.models import Order
from marketingconnect.orders.queries import orders_of
from marketingconnect.payments.queries import unpaid_invoices
from marketingconnect.web.access import ClientRequest, client_page
from marketingconnect.web.client_area.orders.contract import contract_of
from marketingconnect.web.client_area.orders.outside import allow_bank
from marketingconnect.web.client_area.orders.presenting import (
    order_or_404,
    order_page,
    order_rows,
    page_of,
    sections,
)


@require_GET
@client_page()
def orders(request: ClientRequest) -> HttpResponse:
    """A company's orders, latest first."""
    found, following = page_of(orders_of(request.company.pk), request.GET.get("apres", ""))
    context = {"rows": order_rows(found), "following": following, "sections": sections("orders")}
    return render(request, "client_area/orders/orders.html", context)


@require_GET
@client_page()
def order(request: ClientRequest, reference: str) -> HttpResponse:
    """One order: what is done, what is missing, what comes next."""
    found = order_or_404(request.company.pk, reference)
    return allow_bank(render(request, "client_area/orders/order.html", _shown(found)))


@require_GET
@client_page()
def order_state(request: ClientRequest, reference: str) -> HttpResponse:
    """The part of an order's page that changes while one waits."""
    found = order_or_404(request.company.pk, reference)
    return allow_bank(render(request, "client_area/orders/_state.html", _shown(found)))


def _shown(found: Order) -> dict[str, object]:
    return {
        "page": order_page(found, clock.now()),
        "order": found,
        "contract": contract_of(found),
    }


@require_GET
@client_page()
def invoices(request: ClientRequest) -> HttpResponse:
    """A company's invoices and credit notes, latest first."""
    found, following = page_of(invoices_of(request.company.pk), request.GET.get("apres", ""))
    owed = {invoice.pk: due for invoice, due in unpaid_invoices(request.company.pk)}
    context = {
        "rows": [(invoice, owed.get(invoice.pk, Money.zero)) for invoice in found],
        "following": following,
        "sections": sections("invoices"),
        "may_ask": request.member_role is not MemberRole.VIEWER,
    }
    return render(request, "client_area/orders/invoices.html", context)


@require_GET
@client_page()
def invoice_pdf(request: ClientRequest, number: str) -> HttpResponse | FileResponse:
    """The stored PDF, byte for byte; 404 for another company's, or before it is made."""
    try:
        invoice = invoice_of(request.company.pk, number)
        content = storage.open(invoice.pdf_path)
    except (Invoice.DoesNotExist, storage.UnknownFileError, ValueError) as missing:
        raise Http404 from missing
    name = f"{invoice.number}.pdf"
    return FileResponse(content, content_type="application/pdf", filename=name)
