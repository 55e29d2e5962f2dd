"""From a list on the client's computer to an import that starts."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render

from marketingconnect import clock, storage
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.contacts import services
from marketingconnect.contacts.columns import Column
from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.reading.layout import Layout, UnreadableFileError
from marketingconnect.contacts.reading.spreadsheet import sheet_names
from marketingconnect.contacts.services.preparing import understand
from marketingconnect.contacts.states import ContactFileState
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.files.finding import own_file
from marketingconnect.web.client_area.files.forms import (
    BASIS_DETAILS,
    LayoutForm,
    MappingForm,
    OriginForm,
    UploadForm,
)
from marketingconnect.web.client_area.files.steps import steps
from marketingconnect.web.errors import conflict, too_large
from marketingconnect.web.middleware import takes_upload

_SHOWN_ROWS = 5
_TOO_LARGE = (
    "Une liste peut peser 512 Mo, soit plusieurs millions de personnes. Gardez seulement les"
    " colonnes utiles, ou coupez votre liste en deux."
)
_BEGUN = "L’import de ce fichier a déjà commencé : ses réglages ne changent plus."


@client_page(MemberRole.EDITOR)
@takes_upload(lambda: settings.CONTACT_FILE_MAX_BYTES, _TOO_LARGE)
def new(request: ClientRequest) -> HttpResponse:
    """Drop a list."""
    posted = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if posted else UploadForm()
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["list_file"].size > settings.CONTACT_FILE_MAX_BYTES:
            return too_large(request, _TOO_LARGE)
        try:
            return redirect("client_area:file_columns", _receive(request, form.cleaned_data).pk)
        except UnreadableFileError as error:
            form.add_error("list_file", str(error))
    status = 400 if request.method == "POST" else 200
    context = {"form": form, "steps": steps("list")}
    return render(request, "client_area/files/new.html", context, status=status)


def _receive(request: ClientRequest, typed: dict[str, Any]) -> ContactFile:
    upload: UploadedFile[bytes] = typed["list_file"]
    return services.receive_file(
        company_id=request.company.pk,
        user_id=request.user.pk,
        name=typed["name"],
        original_name=upload.name or "liste",
        chunks=upload.chunks(),
        actor=actor_of(request),
        now=clock.now(),
    )


@client_page(MemberRole.EDITOR)
def columns(request: ClientRequest, file_id: int) -> HttpResponse:
    """Check what each column holds, with the first rows in view."""
    file = own_file(request, file_id)
    if file.state not in {ContactFileState.UPLOADED, ContactFileState.MAPPED}:
        return conflict(request, _BEGUN)
    layout_form, layout, found, rows, unreadable = _read_again(request, file)
    confirming = request.POST.get("action") == "confirm" and not unreadable
    form = MappingForm(request.POST if confirming else None, columns=found)
    if confirming and layout_form.is_valid() and form.is_valid():
        return _confirm(request, file, layout, form)
    context = {
        "layout_form": layout_form,
        **_columns_shown(file, form, found, _preview(rows, layout), unreadable),
    }
    status = 400 if confirming or unreadable else 200
    return render(request, "client_area/files/columns.html", context, status=status)


def _columns_shown(
    file: ContactFile,
    form: MappingForm,
    found: list[Column],
    rows: list[list[str]],
    unreadable: str,
) -> dict[str, Any]:
    return {
        "file": file,
        "form": form,
        "pairs": [(c, form[f"column_{c.index}"] if not c.sensitive else None) for c in found],
        "rows": rows,
        "unreadable": unreadable,
        "steps": steps("columns", file),
    }


def _read_again(
    request: ClientRequest, file: ContactFile
) -> tuple[LayoutForm, Layout, list[Column], list[list[str]], str]:
    """The file's beginning under the settings typed, else under those kept."""
    kept = Layout.from_json(file.layout)
    with storage.local_path(file.path) as path:
        sheets = sheet_names(path) if kept.kind == "xlsx" else []
    form = LayoutForm(request.POST if request.method == "POST" else None, kept=kept, sheets=sheets)
    layout = replace(kept, **form.changes()) if form.is_bound and form.is_valid() else kept
    try:
        return form, *understand(file.path, layout), ""
    except UnreadableFileError as error:
        return form, layout, [], [], str(error)


def _preview(rows: list[list[str]], layout: Layout) -> list[list[str]]:
    """The first rows under their titles; what is sensitive is not shown."""
    body = rows[1:] if layout.header else rows
    return [
        ["•••" if i in layout.hidden and cell else cell for i, cell in enumerate(row)]
        for row in body[:_SHOWN_ROWS]
    ]


def _confirm(
    request: ClientRequest, file: ContactFile, layout: Layout, form: MappingForm
) -> HttpResponse:
    try:
        services.confirm_columns(
            file.pk,
            layout=layout,
            mapping=form.mapping(),
            actor=actor_of(request),
            now=clock.now(),
        )
    except services.StaleFileError:
        return conflict(request, _BEGUN)
    return redirect("client_area:file_origin", file.pk)


@client_page(MemberRole.EDITOR)
def origin(request: ClientRequest, file_id: int) -> HttpResponse:
    """Say where the addresses come from, and start the import."""
    file = own_file(request, file_id)
    if file.state == ContactFileState.UPLOADED:
        return redirect("client_area:file_columns", file.pk)
    form = OriginForm(request.POST if request.method == "POST" else None, today=clock.today())
    if request.method == "POST" and form.is_valid():
        return _start(request, file, form)
    if file.state != ContactFileState.MAPPED:
        return conflict(request, _BEGUN)
    context = {"file": file, "form": form, "steps": steps("origin", file)}
    context["details"] = BASIS_DETAILS
    status = 400 if request.method == "POST" else 200
    return render(request, "client_area/files/origin.html", context, status=status)


def _start(request: ClientRequest, file: ContactFile, form: OriginForm) -> HttpResponse:
    try:
        services.declare_origin(
            file.pk, origin=form.origin(), actor=actor_of(request), now=clock.now()
        )
    except services.StaleFileError:
        return conflict(request, _BEGUN)
    messages.success(request, "L’import a commencé.")
    return redirect("client_area:file", file.pk)
