"""Month-end: what to look at before, closing for ever, the proof of the books, the export."""

import tempfile
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.catalogue.queries import operator_on
from marketingconnect.invoices.queries import documents_without_pdf
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.errors import ClosingRefusedError, NothingToExportError
from marketingconnect.ledger.fec import write_fec
from marketingconnect.ledger.queries import closed_months, first_entry_day, last_closed_month
from marketingconnect.ledger.rules.closing import is_over, month_to_close, next_month
from marketingconnect.ledger.services import close_month
from marketingconnect.payments.ledger_proof import faults
from marketingconnect.payments.queries.statements import last_day_told
from marketingconnect.payments.reconciliation import entries_waiting
from marketingconnect.web.access import StaffRequest, staff_page
from marketingconnect.web.back_office.payments.exporting import csv_answer
from marketingconnect.web.back_office.payments.tabs import tabs_of

_FIRST_YEAR: Final = 2014
_LAST_YEAR: Final = 2999


class CloseForm(forms.Form):
    """The month, and that it is for ever."""

    month = forms.DateField(widget=forms.HiddenInput)
    sure = forms.BooleanField(
        label="Je clôture ce mois, définitivement",
        error_messages={"required": "Cochez cette case pour clôturer le mois."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ACCOUNTING)
def closing(request: StaffRequest) -> HttpResponse:
    """The month to close, what is not ready, the months closed; a post closes."""
    month = _next_month()
    form = CloseForm(request.POST if request.method == "POST" else None, initial={"month": month})
    if request.method == "POST" and form.is_valid() and _closed(request, form):
        messages.success(request, "Mois clôturé : ses écritures sont numérotées.")
        return redirect("back_office:closing")
    context = {"sections": tabs_of("closing"), "form": form, **_state(request, month)}
    status = 400 if form.errors else 200
    return render(request, "back_office/payments/closing.html", context, status=status)


def _next_month() -> date | None:
    return month_to_close(last_closed=last_closed_month(), first_entry=first_entry_day())


def _closed(request: StaffRequest, form: CloseForm) -> bool:
    try:
        close_month(form.cleaned_data["month"], by=request.user, now=clock.now())
    except ClosingRefusedError as refusal:
        form.add_error("sure", str(refusal))
    return form.is_valid()


def _state(request: StaffRequest, month: date | None) -> dict[str, Any]:
    closed = list(closed_months())
    proved = request.GET.get("preuve") == "oui"
    return {
        "month": month,
        "may_close": month is not None and is_over(month=month, today=clock.today()),
        "left": _left(month) if month else [],
        "closed": closed,
        "years": sorted({one.month.year for one in closed}, reverse=True),
        "proved": proved,
        "faults": list(faults()) if proved else [],
    }


def _left(month: date) -> list[tuple[str, str]]:
    """What is better settled before closing; each with the page where it is done."""
    last = next_month(month) - timedelta(days=1)
    left = []
    if unprinted := documents_without_pdf(last).count():
        left.append((f"Documents sans PDF : {unprinted}", "payments"))
    told = last_day_told()
    if told is None or told < last:
        left.append(("Les relevés de banque ne vont pas jusqu’à la fin du mois", "statements"))
    if waiting := entries_waiting().filter(booked_on__lte=last).count():
        left.append((f"Mouvements de banque à affecter : {waiting}", "bank"))
    return left


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def closing_csv(request: StaffRequest) -> HttpResponseBase:
    """The months closed with their figures, for a spreadsheet."""
    rows = (
        [one.month, one.entries, Money(one.debit_cents), one.closed_on, one.closed_by.full_name]
        for one in closed_months()
    )
    return csv_answer("clotures", ["Mois", "Écritures", "Débit", "Clôturé le", "Par"], rows)


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def fec(request: StaffRequest, year: int) -> FileResponse:
    """The accounting export of a year (FEC); 404 while none of its months is closed."""
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise Http404
    with tempfile.TemporaryDirectory() as folder:
        try:
            siren = operator_on(clock.today()).siren
            path = write_fec(year, siren=siren, folder=Path(folder)).path
        except NothingToExportError as nothing:
            raise Http404 from nothing
        content = BytesIO(path.read_bytes())
    return FileResponse(content, as_attachment=True, filename=path.name)
