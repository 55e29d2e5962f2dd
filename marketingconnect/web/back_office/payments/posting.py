"""Documents on their way: invoices to post on paper, electronic invoices in trouble."""

from collections.abc import Iterator
from typing import Final

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from marketingconnect import clock, storage
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.invoices.errors import StaleDocumentError
from marketingconnect.invoices.queries import (
    document_of,
    e_invoices_in_trouble,
    paper_copies_to_post,
)
from marketingconnect.invoices.services import post_paper_copy
from marketingconnect.invoices.states import EInvoiceState
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.payments.exporting import csv_answer
from marketingconnect.web.back_office.payments.fields import day_field
from marketingconnect.web.back_office.payments.tabs import tabs_of
from marketingconnect.web.components import Tab
from marketingconnect.web.keys import number_in

_MOST: Final = 200
_FACES: Final = (("paper", "Papier à poster"), ("e_invoices", "Électroniques en difficulté"))
TROUBLES: Final[dict[str, tuple[str, str]]] = {
    EInvoiceState.REJECTED: (
        "Rejetée",
        "Corrigez ce qu’elle reproche, puis faites un avoir et une nouvelle facture.",
    ),
    EInvoiceState.REFUSED: (
        "Refusée",
        "Appelez le client ; une facture refusée se corrige par un avoir.",
    ),
    EInvoiceState.DISPUTED: (
        "En litige",
        "Convenez avec le client ; il l’approuve ou la refuse ensuite sur sa plateforme.",
    ),
    EInvoiceState.SUSPENDED: (
        "Suspendue",
        "Le client attend une pièce : envoyez-la par la plateforme.",
    ),
}


def _faces(current: str) -> list[Tab]:
    return [Tab(label, reverse(f"back_office:{name}"), name == current) for name, label in _FACES]


class PostedForm(forms.Form):
    """The copies and the day on which they were posted."""

    on = day_field("Postées le")

    def clean_on(self) -> object:
        day = self.cleaned_data["on"]
        if day > clock.today():
            raise forms.ValidationError("Indiquez un jour passé, ou aujourd’hui.")
        return day


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ACCOUNTING)
def paper(request: StaffRequest) -> HttpResponse:
    """Invoices to print and post, the oldest first; a post marks those chosen as posted."""
    initial = {"on": clock.today()}
    form = PostedForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid() and _posted(request, form):
        messages.success(request, "Noté : postées.")
        return redirect("back_office:paper")
    context = {
        "sections": tabs_of("paper"),
        "faces": _faces("paper"),
        "copies": list(paper_copies_to_post()[:_MOST]),
        "chosen": request.POST.getlist("copy"),
        "form": form,
    }
    status = 400 if form.errors else 200
    return render(request, "back_office/payments/paper.html", context, status=status)


def _posted(request: StaffRequest, form: PostedForm) -> bool:
    chosen = {number_in(key) for key in request.POST.getlist("copy")}
    copies = [one for one in paper_copies_to_post() if one.pk in chosen]
    if not copies:
        form.add_error(None, "Cochez les factures postées.")
    try:
        for one in copies:
            day = form.cleaned_data["on"]
            post_paper_copy(one.pk, posted_on=day, actor=actor_of(request), now=clock.now())
    except StaleDocumentError:
        form.add_error(None, "Une de ces factures vient d’être notée comme postée.")
    return form.is_valid()


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def paper_csv(request: StaffRequest) -> HttpResponseBase:
    """The invoices to post with their addressee, for a spreadsheet."""
    rows = (
        [one.invoice.number, one.invoice.company.legal_name, one.request, one.requested_at.date()]
        for one in paper_copies_to_post()
    )
    return csv_answer("factures-a-poster", ["Facture", "Client", "Demande", "Demandée le"], rows)


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def document_pdf(request: StaffRequest, number: str) -> FileResponse:
    """The stored PDF of a document; 404 before it is made."""
    found = document_of(number)
    if found is None:
        raise Http404
    try:
        content = storage.open(found.pdf_path)
    except (storage.UnknownFileError, ValueError) as missing:
        raise Http404 from missing
    return FileResponse(content, content_type="application/pdf", filename=f"{found.number}.pdf")


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def e_invoices(request: StaffRequest) -> HttpResponse:
    """Electronic invoices that a platform or a client does not take: why, and what to do."""
    rows = [(one, *TROUBLES[one.state]) for one in e_invoices_in_trouble()[:_MOST]]
    context = {"sections": tabs_of("paper"), "faces": _faces("e_invoices"), "rows": rows}
    return render(request, "back_office/payments/e_invoices.html", context)


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def e_invoices_csv(request: StaffRequest) -> HttpResponseBase:
    """Electronic invoices in trouble, for a spreadsheet."""
    titles = ["Document", "Client", "État", "Motif", "Depuis le", "Que faire"]
    return csv_answer("factures-electroniques-en-difficulte", titles, _trouble_rows())


def _trouble_rows() -> Iterator[list[object]]:
    for one in e_invoices_in_trouble():
        state, what = TROUBLES[one.state]
        company, since = one.invoice.company.legal_name, one.changed_at.date()
        yield [one.invoice.number, company, state, one.reason, since, what]
