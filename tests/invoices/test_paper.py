from datetime import date

import pytest

from marketingconnect.accounts.models import Company
from marketingconnect.audit.models import JournalEntry
from marketingconnect.invoices.errors import StaleDocumentError
from marketingconnect.invoices.models import Invoice, PaperCopy
from marketingconnect.invoices.queries import paper_copies_to_post
from marketingconnect.invoices.services import (
    issue_invoice,
    make_pdf,
    post_paper_copy,
    request_paper_copy,
)
from marketingconnect.kernel.money import Money
from tests.sale import CLERK, NOON, Shop

pytestmark = pytest.mark.django_db
POSTED = date(2026, 11, 24)


def invoiced(shop: Shop) -> Invoice:
    return issue_invoice(shop.order().pk, paid=Money.zero, payment_method="", now=NOON)


def request(invoice: Invoice) -> PaperCopy:
    return request_paper_copy(invoice, request="Courrier du 20 novembre", actor=CLERK, now=NOON)


def test_a_copy_is_asked_once_and_waits_to_be_posted(shop: Shop) -> None:
    invoice = invoiced(shop)

    assert request(invoice) == request(invoice)

    assert [copy.invoice for copy in paper_copies_to_post()] == [invoice]
    entry = JournalEntry.objects.get(action="invoice.paper_requested")
    assert entry.after is not None
    assert entry.after["request"] == "Courrier du 20 novembre"


def test_a_posted_copy_leaves_the_queue_once(shop: Shop) -> None:
    copy = request(invoiced(shop))

    posted = post_paper_copy(copy.pk, posted_on=POSTED, actor=CLERK, now=NOON)

    assert (posted.state, posted.posted_on) == ("posted", POSTED)
    assert not paper_copies_to_post().exists()
    with pytest.raises(StaleDocumentError):
        post_paper_copy(copy.pk, posted_on=POSTED, actor=CLERK, now=NOON)
    assert JournalEntry.objects.filter(action="invoice.paper_posted").count() == 1


@pytest.mark.parametrize("wants_paper", [True, False])
def test_a_client_who_wants_paper_gets_each_document_so(wants_paper: bool, shop: Shop) -> None:
    Company.objects.filter(pk=shop.cast.bakery.pk).update(paper_invoices=wants_paper)

    make_pdf(invoiced(shop).pk, now=NOON)

    assert paper_copies_to_post().count() == int(wants_paper)
