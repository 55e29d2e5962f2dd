"""Files received from suppliers: what was kept, what was refused and why."""

import csv
import io

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from marketingconnect.base.models import SupplierLoad
from marketingconnect.web.access import StaffRequest, staff_page
from marketingconnect.web.back_office.base.pages import (
    LOAD_LABELS,
    channels_lost,
    duplicates_of,
    refusals_of,
)
from marketingconnect.web.back_office.base.roles import READERS
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.keys import key_in, number_in

_PAGE = 50


@require_safe
@staff_page(*READERS)
def loads(request: StaffRequest) -> HttpResponse:
    """Every file, the latest first."""
    found = SupplierLoad.objects.select_related("supplier").order_by("-pk")
    if (before := key_in(request, "apres")) is not None:
        found = found.filter(pk__lt=before)
    page = list(found[: _PAGE + 1])
    rows = [(load, sum(load.refused.values()), *LOAD_LABELS[load.state]) for load in page[:_PAGE]]
    context = {"rows": rows, "after": page[_PAGE - 1].pk if len(page) > _PAGE else None}
    return render(request, "back_office/base/loads.html", context)


@require_safe
@staff_page(*READERS)
def load(request: StaffRequest, load_id: int) -> HttpResponse:
    """One file: its columns, its rows by outcome, its journal."""
    found = load_or_404(load_id)
    state, kind = LOAD_LABELS[found.state]
    context = {
        "load": found,
        "state": state,
        "kind": kind,
        "refused_rows": sum(found.refused.values()),
        "refused": refusals_of(found),
        "lost": channels_lost(found),
        "duplicates": duplicates_of(found),
        "titles": found.mapping.get("titles", {}),
        "entries": journal_of(f"load:{found.pk}"),
    }
    return render(request, "back_office/base/load.html", context)


@require_safe
@staff_page(*READERS)
def report(request: StaffRequest, load_id: int) -> HttpResponse:
    """The counts of one file, for its supplier: reasons and numbers, nobody's name."""
    found = load_or_404(load_id)
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";")
    writer.writerow(["Ce qui est arrivé", "Motif", "Lignes"])
    writer.writerow(["Lues", "", found.rows_read])
    writer.writerow(["Gardées", "", found.kept])
    for title, counted in (
        ("Refusées", refusals_of(found)),
        ("Gardées sans un canal", channels_lost(found)),
        ("Fondues avec une autre", duplicates_of(found)),
    ):
        writer.writerows([title, one.sentence, one.count] for one in counted)
    response = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="chargement-{found.pk}.csv"'
    return response


def load_or_404(load_id: int) -> SupplierLoad:
    """A file by its number."""
    key = number_in(str(load_id))
    return get_object_or_404(SupplierLoad.objects.select_related("supplier"), pk=key)
