"""The journal: filters, pages, and a CSV export to hand over as evidence."""

import csv
import json
from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketingconnect.accounts.models import Company
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.audit.models import JournalEntry
from marketingconnect.audit.queries import JournalFilter, entries, page_of_entries
from marketingconnect.web.access import StaffRequest, staff_page
from marketingconnect.web.keys import key_in

JOURNAL_ROLES: Final = (StaffRole.DPO, StaffRole.ACCOUNTING)
_PAGE: Final = 100
_DATE: Final = {"type": "date"}
_NOBODY: Final = -1
_COLUMNS: Final = (
    "position",
    "at",
    "actor_kind",
    "actor_id",
    "actor_label",
    "company_id",
    "action",
    "subject",
    "before",
    "after",
    "previous_hash",
    "hash",
)


class FilterForm(forms.Form):
    client = forms.CharField(label="Client (numéro)", max_length=12, required=False)
    action = forms.CharField(label="Acte", max_length=80, required=False)
    subject = forms.CharField(label="Objet", max_length=120, required=False)
    actor = forms.CharField(label="Auteur", max_length=100, required=False)
    since = forms.DateField(label="Du", required=False, widget=forms.DateInput(_DATE))
    until = forms.DateField(label="Au", required=False, widget=forms.DateInput(_DATE))

    def wanted(self) -> JournalFilter:
        """An unknown client matches nothing, rather than everything."""
        values = dict(self.cleaned_data)
        reference = values.pop("client").strip().upper()
        if reference:
            found = Company.objects.filter(reference=reference).values_list("pk", flat=True)
            values["company_id"] = found.first() or _NOBODY
        return JournalFilter(**values)


@require_safe
@staff_page(*JOURNAL_ROLES)
def journal(request: StaffRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    if not form.is_valid():
        return render(request, "back_office/journal.html", {"form": form}, status=400)
    rows, after = page_of_entries(form.wanted(), before=key_in(request, "apres"), size=_PAGE)
    query = request.GET.copy()
    query.pop("apres", None)
    context = {"form": form, "entries": rows, "after": after, "query": query.urlencode()}
    return render(request, "back_office/journal.html", context)


@require_safe
@staff_page(*JOURNAL_ROLES)
def export(request: StaffRequest) -> HttpResponseBase:
    form = FilterForm(request.GET)
    if not form.is_valid():
        return render(request, "back_office/journal.html", {"form": form}, status=400)
    lines = csv_lines(entries(form.wanted()).iterator(chunk_size=1000))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="journal.csv"'
    return response


class _Line:
    """What `csv` writes to: the line comes back to the caller."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Iterator[JournalEntry]) -> Iterator[str]:
    """Every column, so that each hash can be computed again from the file alone."""
    writer: Any = csv.writer(_Line(), delimiter=";")
    yield "\ufeff" + writer.writerow(_COLUMNS)
    for row in rows:
        yield writer.writerow([_cell(getattr(row, column)) for column in _COLUMNS])


def _cell(value: object) -> str:
    """Text that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
