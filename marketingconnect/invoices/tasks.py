"""Print invoices out of the request."""

from procrastinate.contrib.django import app

from marketingconnect import clock
from marketingconnect.invoices.platforms import platform
from marketingconnect.invoices.queries import invoices_without_pdf
from marketingconnect.invoices.services import make_pdf
from marketingconnect.invoices.services.documents import MAKE_PDF
from marketingconnect.invoices.services.e_invoicing import (
    TRANSMIT,
    report_paid,
    settle_doubts,
    take_in_statuses,
    transmit,
)


@app.task(name=MAKE_PDF, queue="documents", retry=5)
def print_invoice(invoice_id: int) -> None:
    """Make the PDF of an issued invoice and mail it."""
    make_pdf(invoice_id, now=clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="invoices.print_forgotten", queueing_lock="invoices.print_forgotten")
def print_forgotten(timestamp: int) -> None:
    """Print what a failed job left without its PDF; one that cannot be printed stops no other."""
    failures = []
    for invoice_id in list(invoices_without_pdf()[:100]):
        try:
            make_pdf(invoice_id, now=clock.now())
        except Exception as error:
            failures.append(error)
    if failures:
        raise failures[0]


@app.task(name=TRANSMIT, queue="documents")
def transmit_e_invoice(e_invoice_id: int) -> None:
    """Deposit a document at the approved platform."""
    transmit(e_invoice_id, platform=platform(), now=clock.now)


@app.periodic(cron="*/10 * * * *")
@app.task(name="invoices.follow_e_invoices", queueing_lock="invoices.follow_e_invoices")
def follow_e_invoices(timestamp: int) -> None:
    """Settle what is in doubt, take in the platform's news, report what is paid."""
    used, now = platform(), clock.now()
    settle_doubts(platform=used, now=now)
    take_in_statuses(platform=used, now=now)
    report_paid(platform=used, now=now)
