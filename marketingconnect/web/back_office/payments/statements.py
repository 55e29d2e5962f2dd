"""Files of the bank: handed in, listed, and what each of their movements became."""

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.kernel.money import Money
from marketingconnect.payments.camt import LARGEST
from marketingconnect.payments.models import BankEntry, BankStatement
from marketingconnect.payments.queries import statements as reads
from marketingconnect.payments.services import import_statement
from marketingconnect.payments.services.statements import Imported
from marketingconnect.payments.states import EntryKind, Match
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.back_office.payments.acting import acted
from marketingconnect.web.back_office.payments.exporting import csv_answer
from marketingconnect.web.back_office.payments.labels import fate_of, fit_of
from marketingconnect.web.back_office.payments.tabs import tabs_of
from marketingconnect.web.keys import key_in, number_in
from marketingconnect.web.middleware import takes_upload
from marketingconnect.web.templatetags.formats import count_fr, day_fr

_PAGE: Final = 50
_ENTRIES: Final = 100
_TOO_LARGE: Final = "Ce fichier dépasse 64 Mo : demandez à la banque un relevé par mois."
_FIGURES: Final = (
    (Match.EXACT, "Reconnus seuls"),
    (Match.PROBABLE, "Probables"),
    (Match.PARTIAL, "Partiels"),
    (Match.OVERPAID, "Trop-perçus"),
    (Match.UNMATCHED, "Inconnus"),
    ("returns", "Rejets"),
)


class StatementForm(forms.Form):
    """A file of the bank."""

    file = forms.FileField(
        label="Relevé de la banque",
        help_text="Un fichier XML camt.053 (relevé) ou camt.054 (avis), de 64 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ".xml,application/xml,text/xml"}),
        error_messages={
            "required": "Choisissez le fichier de la banque.",
            "empty": "Ce fichier est vide : choisissez-en un autre.",
        },
    )


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def statements(request: StaffRequest) -> HttpResponse:
    """Every file that came, the latest first."""
    found = reads.statements()
    if (before := key_in(request, "apres")) is not None:
        found = found.filter(pk__lt=before)
    page = list(found[: _PAGE + 1])
    context = {
        "sections": tabs_of("bank"),
        "rows": page[:_PAGE],
        "after": page[_PAGE - 1].pk if len(page) > _PAGE else None,
    }
    return render(request, "back_office/payments/statements.html", context)


@takes_upload(lambda: LARGEST, _TOO_LARGE)
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ACCOUNTING)
def statement_new(request: StaffRequest) -> HttpResponse:
    """Take a file in; what it brought is the page of that file."""
    form = StatementForm(request.POST, request.FILES) if request.method == "POST" else None
    statement = _taken_in(request, form) if form and form.is_valid() else None
    if statement is not None:
        return redirect("back_office:statement", statement.pk)
    context = {"sections": tabs_of("bank"), "form": form or StatementForm()}
    status = 400 if form else 200
    return render(request, "back_office/payments/statement_new.html", context, status=status)


def _taken_in(request: StaffRequest, form: StatementForm) -> BankStatement | None:
    """The file's own row, now or from an earlier day; the form says why there is none."""
    upload: UploadedFile[bytes] = form.cleaned_data["file"]
    found: list[Imported] = []
    with tempfile.TemporaryDirectory() as folder:
        path = _kept(upload, Path(folder))
        with path.open("rb") as stream:
            earlier = reads.statement_with(hashlib.file_digest(stream, "sha256").hexdigest())

        def act() -> None:
            name = Path(upload.name or "").name.replace("\x00", "") or "releve.xml"
            actor = actor_of(request)
            found.append(import_statement(path, name=name, actor=actor, now=clock.now()))

        if not acted(form, act, field="file"):
            return None
    return _said(request, form, found[0], earlier)


def _kept(upload: "UploadedFile[bytes]", folder: Path) -> Path:
    path = folder / "releve.xml"
    with path.open("wb") as stream:
        for chunk in upload.chunks():
            stream.write(chunk)
    return path


def _said(
    request: StaffRequest, form: StatementForm, got: Imported, earlier: BankStatement | None
) -> BankStatement | None:
    """Tell what the file brought, what was known, and what was left out."""
    new = sum(got.matches.values())
    if got.statement is None:
        form.add_error("file", "Ce relevé ne contient aucun mouvement comptabilisé.")
    elif earlier is not None and not new:
        day = day_fr(earlier.imported_at)
        messages.info(request, f"Ce fichier est déjà importé depuis le {day} : le voici.")
    else:
        said = [count_fr(new, "nouveau mouvement,nouveaux mouvements")]
        if got.known:
            said.append(count_fr(got.known, "déjà connu,déjà connus"))
        if got.ignored:
            said.append(count_fr(got.ignored, "dépense ignorée,dépenses ignorées"))
        messages.success(request, f"Relevé importé : {', '.join(said)}.")
    return got.statement


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def statement(request: StaffRequest, statement_id: int) -> HttpResponse:
    """One file: its figures, and what each movement became."""
    found = _statement_or_404(statement_id)
    counts = reads.figures_of(found)
    entries = reads.entries_of(found)
    if (after := key_in(request, "apres")) is not None:
        entries = entries.filter(pk__gt=after)
    page = list(entries[: _ENTRIES + 1])
    context = {
        "sections": tabs_of("bank"),
        "statement": found,
        "figures": [(label, counts.get(str(key), 0)) for key, label in _FIGURES],
        "rows": [(one, fit_of(one), fate_of(one)) for one in page[:_ENTRIES]],
        "after": page[_ENTRIES - 1].pk if len(page) > _ENTRIES else None,
        "entries": journal_of(f"bank_statement:{found.pk}"),
    }
    return render(request, "back_office/payments/statement.html", context)


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def statement_csv(request: StaffRequest, statement_id: int) -> HttpResponseBase:
    """The movements of one file, for a spreadsheet."""
    found = _statement_or_404(statement_id)
    titles = ["Date", "Émetteur", "Compte", "Libellé", "Montant", "Rapprochement", "Décision"]
    titles += ["Document", "Client", "Motif"]
    return csv_answer(f"releve-{found.pk}", titles, _csv_rows(found))


def _csv_rows(found: BankStatement) -> Iterator[list[object]]:
    for one in reads.entries_of(found).iterator(chunk_size=1000):
        amount = Money(one.cents)
        yield [
            *(one.booked_on, one.counterparty, one.counterparty_iban, one.words),
            -amount if one.kind == EntryKind.RETURN else amount,
            *(fit_of(one)[0], fate_of(one)[0], _document(one)),
            one.order.company.legal_name if one.order else "",
            one.reason or one.return_reason,
        ]


def _document(entry: BankEntry) -> str:
    if entry.invoice is not None:
        return entry.invoice.number
    return entry.order.reference if entry.order else ""


def _statement_or_404(statement_id: int) -> BankStatement:
    found = reads.statement_of(number_in(str(statement_id)) or 0)
    if found is None:
        raise Http404
    return found
