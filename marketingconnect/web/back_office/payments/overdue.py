"""What is late: reminders, penalties, losses and small differences, document by document."""

from collections.abc import Callable, Iterator

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.queries import document_of
from marketingconnect.kernel.money import Money
from marketingconnect.ledger.receivables import Overdue, overdue_documents
from marketingconnect.payments.queries import due_for
from marketingconnect.payments.services import (
    charge_late_penalties,
    chargeable,
    settle_small_difference,
    small_difference_limit,
    write_off,
)
from marketingconnect.payments.services.chasing import (
    REMINDERS,
    remind_of_document,
    reminders_sent,
)
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.back_office.payments.acting import acted
from marketingconnect.web.back_office.payments.exporting import csv_answer
from marketingconnect.web.back_office.payments.tabs import tabs_of


class RemindForm(forms.Form):
    """Which reminder."""

    level = forms.IntegerField(min_value=1, max_value=REMINDERS, widget=forms.HiddenInput)


class ActForm(forms.Form):
    """An act without a field of its own, to say once."""


class WriteOffForm(forms.Form):
    """What proves that it will never be paid."""

    reason = forms.CharField(
        label="Ce qui le prouve",
        max_length=300,
        help_text="Par exemple : liquidation close, certificat d’irrécouvrabilité.",
        error_messages={"required": "Dites ce qui prouve que cette somme ne sera pas payée."},
    )


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def overdue(request: StaffRequest) -> HttpResponse:
    """Every document late today, the oldest first, with what its lateness costs."""
    rows = overdue_documents(clock.today())
    context = {
        "sections": tabs_of("overdue"),
        "rows": rows,
        "unpaid": Money.total(one.unpaid for one in rows),
        "total": Money.total(one.total for one in rows),
    }
    return render(request, "back_office/payments/overdue.html", context)


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def overdue_csv(request: StaffRequest) -> HttpResponseBase:
    """What is late, for a spreadsheet."""
    titles = ["Client", "Document", "Échéance", "Jours", "Impayé", "Pénalités", "Indemnité"]
    return csv_answer("retards", [*titles, "Total"], _csv_rows())


def _csv_rows() -> Iterator[list[object]]:
    for one in overdue_documents(clock.today()):
        yield [
            *(one.company.legal_name, one.document, one.due_on, one.days),
            *(one.unpaid, one.penalty, one.indemnity, one.total),
        ]


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def overdue_document(request: StaffRequest, number: str) -> HttpResponse:
    """One document late: what it costs, and what can be done."""
    return _page(request, _document_or_404(number), ActForm())


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def overdue_remind(request: StaffRequest, number: str) -> HttpResponse:
    """Send the next reminder."""
    invoice, form = _document_or_404(number), RemindForm(request.POST)

    def act() -> None:
        level = form.cleaned_data["level"]
        remind_of_document(invoice.pk, level=level, actor=actor_of(request), now=clock.now())

    return _done(request, invoice, form, act, "Relance envoyée au client.")


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def overdue_charge(request: StaffRequest, number: str) -> HttpResponse:
    """Invoice the penalties and the indemnity up to today."""
    invoice, form = _document_or_404(number), ActForm(request.POST)

    def act() -> None:
        today, actor = clock.today(), actor_of(request)
        document = (invoice.company_id, invoice.number)
        charge_late_penalties(*document, on=today, actor=actor, now=clock.now())

    return _done(request, invoice, form, act, "Pénalités facturées jusqu’à aujourd’hui.")


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def overdue_settle(request: StaffRequest, number: str) -> HttpResponse:
    """Settle a difference of a few cents."""
    invoice, form = _document_or_404(number), ActForm(request.POST)

    def act() -> None:
        is_first = invoice.instalment == 1
        settle_small_difference(
            invoice.order_id,
            invoice_id=None if is_first else invoice.pk,
            actor=actor_of(request),
            now=clock.now(),
        )

    return _done(request, invoice, form, act, "Écart de règlement régularisé.")


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def overdue_write_off(request: StaffRequest, number: str) -> HttpResponse:
    """Give up what a document still asks, as a loss."""
    invoice, form = _document_or_404(number), WriteOffForm(request.POST)

    def act() -> None:
        reason = form.cleaned_data["reason"]
        write_off(invoice.pk, reason=reason, actor=actor_of(request), now=clock.now())

    return _done(request, invoice, form, act, "Créance passée en perte.")


def _done(
    request: StaffRequest,
    invoice: Invoice,
    form: forms.Form,
    act: Callable[[], None],
    sentence: str,
) -> HttpResponse:
    if not form.is_valid() or not acted(form, act):
        return _page(request, invoice, form)
    messages.success(request, sentence)
    return redirect("back_office:overdue_document", invoice.number)


def _page(request: StaffRequest, invoice: Invoice, form: forms.Form) -> HttpResponse:
    today, sent, left = clock.today(), reminders_sent(invoice.pk), due_for(invoice)
    context = {
        "sections": tabs_of("overdue"),
        "invoice": invoice,
        "late": _late(invoice),
        "left": left,
        "charges": chargeable(invoice.company_id, invoice.number, today),
        "sent": sent,
        "level": sent + 1 if sent < REMINDERS else None,
        "is_small": Money.zero < left <= small_difference_limit(today),
        "form": form,
        "write_off_form": form if isinstance(form, WriteOffForm) else WriteOffForm(),
        "entries": journal_of(f"order:{invoice.order_id}"),
    }
    status = 400 if form.errors else 200
    return render(request, "back_office/payments/overdue_document.html", context, status=status)


def _late(invoice: Invoice) -> Overdue | None:
    rows = overdue_documents(clock.today(), company_id=invoice.company_id)
    return next((one for one in rows if one.document == invoice.number), None)


def _document_or_404(number: str) -> Invoice:
    found = document_of(number)
    if found is None or found.corrects_id is not None:
        raise Http404
    return found
