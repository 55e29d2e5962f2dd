"""Print invoices out of the request."""

from procrastinate.contrib.django import app

from marketingconnect import clock
from marketingconnect.invoices.queries import invoices_without_pdf
from marketingconnect.invoices.services import make_pdf
from marketingconnect.invoices.services.documents import MAKE_PDF


@app.task(name=MAKE_PDF, queue="documents", retry=5)
def print_invoice(invoice_id: int) -> None:
    """Make the PDF of an issued invoice and mail it."""
    make_pdf(invoice_id, now=clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="invoices.print_forgotten", queueing_lock="invoices.print_forgotten")
def print_forgotten(timestamp: int) -> None:
    """Print what a failed job left without its PDF."""
    for invoice_id in list(invoices_without_pdf()[:20]):
        make_pdf(invoice_id, now=clock.now())
