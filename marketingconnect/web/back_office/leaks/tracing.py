"""Where does this come from? A whole file, or one letter that reached a trap (CGV CL.2)."""

import shutil
import tempfile
from pathlib import Path
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.contacts.reading.layout import UnreadableFileError
from marketingconnect.offers.list_rental.delivery_files.tracing.report import TraceReport
from marketingconnect.offers.list_rental.delivery_files.tracing.services import trace_leak
from marketingconnect.offers.list_rental.delivery_files.traps.queries import identify_trap
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.back_office.leaks.forms import LeakForm, LetterForm
from marketingconnect.web.middleware import takes_upload

MOST_BYTES: Final = 256 * 1024 * 1024
_TOO_LARGE: Final = "Ce fichier dépasse 256 Mo : mille lignes suffisent à le reconnaître."


@takes_upload(lambda: MOST_BYTES, _TOO_LARGE)
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.DPO)
def leaks(request: StaffRequest) -> HttpResponse:
    """Compare a file with every delivery, and say which ones it was taken from."""
    form = LeakForm(request.POST, request.FILES) if request.method == "POST" else LeakForm()
    report = _traced(request, form) if form.is_valid() else None
    context = {
        "form": form,
        "letter": LetterForm(),
        "report": report,
        "entries": journal_of(f"file:{report.sha256}") if report else [],
    }
    status = 400 if form.errors else 200
    return render(request, "back_office/leaks/leaks.html", context, status=status)


def _traced(request: StaffRequest, form: LeakForm) -> TraceReport | None:
    """The uploaded file lives as long as the question."""
    with tempfile.TemporaryDirectory() as folder:
        path = _kept(form.cleaned_data["file"], Path(folder))
        try:
            return trace_leak(path, actor=actor_of(request), now=clock.now())
        except UnreadableFileError as refusal:
            form.add_error("file", str(refusal))
    return None


def _kept(file: "UploadedFile[bytes]", folder: Path) -> Path:
    """Under its own name, which the report says; never anything that leaves the folder."""
    name = Path(file.name or "").name.replace("\x00", "")[-100:] or "fichier"
    path = folder / name
    with path.open("wb") as stream:
        shutil.copyfileobj(file, stream)
    return path


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.DPO)
def letter(request: StaffRequest) -> HttpResponse:
    """Whose letter is this? From the name on an envelope to the delivery that bears it."""
    form = LetterForm(request.POST if request.method == "POST" else None)
    found = identify_trap(form.cleaned_data["text"]) if form.is_valid() else []
    context = {"letter": form, "form": LeakForm(), "found": found, "searched": form.is_valid()}
    status = 400 if form.errors else 200
    return render(request, "back_office/leaks/leaks.html", context, status=status)
