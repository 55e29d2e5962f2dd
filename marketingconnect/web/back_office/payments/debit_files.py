"""Files of debits for the bank (pain.008): made once, downloaded as often as needed."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.kernel.money import Money
from marketingconnect.payments.errors import PaymentError
from marketingconnect.payments.models import DebitFile
from marketingconnect.payments.queries import debits as reads
from marketingconnect.payments.services import export_debits
from marketingconnect.payments.services.debits import Exported
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.back_office.payments.debits import day_or_404, faces_of
from marketingconnect.web.back_office.payments.exporting import csv_answer
from marketingconnect.web.back_office.payments.labels import DEBITS
from marketingconnect.web.back_office.payments.tabs import tabs_of
from marketingconnect.web.errors import conflict
from marketingconnect.web.keys import key_in, number_in
from marketingconnect.web.templatetags.formats import count_fr

_PAGE: Final = 50


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def debits_export(request: StaffRequest, day: str) -> HttpResponse:
    """Make the file of a day; asked again without anything new, the same one."""
    found = day_or_404(day)
    try:
        exported = export_debits(collected_on=found, actor=actor_of(request), now=clock.now())
    except PaymentError as refusal:
        return conflict(request, refusal.sentence)
    _said(request, exported, found)
    if exported.file is None:
        return redirect("back_office:debits")
    return redirect("back_office:debit_file", exported.file.pk)


def _said(request: StaffRequest, exported: Exported, day: date) -> None:
    if exported.dropped:
        told = count_fr(exported.dropped, "prélèvement écarté,prélèvements écartés")
        messages.warning(request, f"{told} : plus dus, ou leur mandat est terminé.")
    if exported.file is None:
        messages.error(request, f"Aucun prélèvement annoncé pour le {day:%d/%m/%Y}.")
    elif exported.is_again:
        messages.info(request, "Rien de nouveau : voici le fichier déjà fait pour ce jour.")
    else:
        messages.success(request, "Fichier prêt : téléchargez-le et remettez-le à la banque.")


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def debit_files(request: StaffRequest) -> HttpResponse:
    """Every file, the latest first."""
    found = reads.debit_files()
    if (before := key_in(request, "apres")) is not None:
        found = found.filter(pk__lt=before)
    page = list(found[: _PAGE + 1])
    context = {
        "sections": tabs_of("debits"),
        "faces": faces_of("debit_files"),
        "rows": page[:_PAGE],
        "after": page[_PAGE - 1].pk if len(page) > _PAGE else None,
    }
    return render(request, "back_office/payments/debit_files.html", context)


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def debit_file(request: StaffRequest, debit_file_id: int) -> HttpResponse:
    """One file: its fingerprint, its debits, its journal."""
    found = _file_or_404(debit_file_id)
    context = {
        "sections": tabs_of("debits"),
        "file": found,
        "day": f"{found.collected_on:%Y-%m-%d}",
        "rows": [(one, *DEBITS[one.state]) for one in reads.debits_in(found)],
        "entries": journal_of(f"debit_file:{found.pk}"),
    }
    return render(request, "back_office/payments/debit_file.html", context)


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def debit_file_xml(request: StaffRequest, debit_file_id: int) -> HttpResponse:
    """The bytes kept when it was made."""
    found = _file_or_404(debit_file_id)
    answer = HttpResponse(bytes(found.content), content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="{found.message_id}.xml"'
    return answer


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def debit_files_csv(request: StaffRequest) -> HttpResponseBase:
    """The list of files, for a spreadsheet."""
    titles = ["Fichier", "Prélèvements du", "Fait le", "Nombre", "Montant", "SHA-256"]
    return csv_answer("fichiers-de-prelevements", titles, _csv_rows())


def _csv_rows() -> Iterator[list[object]]:
    for one in reads.debit_files().iterator(chunk_size=500):
        made_on = clock.paris_date(one.created_at)
        yield [
            *(one.message_id, one.collected_on, made_on),
            *(one.count, Money(one.cents), one.sha256),
        ]


def _file_or_404(debit_file_id: int) -> DebitFile:
    found = reads.debit_file_of(number_in(str(debit_file_id)) or 0)
    if found is None:
        raise Http404
    return found
