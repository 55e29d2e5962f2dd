"""The files of a company, what an import gave, and how a file ends."""

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.contacts import services
from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.quality.of_files import remarks_of, suggestions_of
from marketingconnect.contacts.queries import files_of, merge_labels_of
from marketingconnect.contacts.reports import contacts_csv, doubtful_csv, refused_csv
from marketingconnect.contacts.rows import REFUSALS
from marketingconnect.contacts.rules import deletion_obstacle, is_stale
from marketingconnect.contacts.states import ContactFileState
from marketingconnect.contacts.usage import uses_of
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.files.finding import own_file
from marketingconnect.web.client_area.files.forms import BASIS_NAMES
from marketingconnect.web.client_area.files.steps import steps
from marketingconnect.web.downloads import csv_download
from marketingconnect.web.errors import conflict
from marketingconnect.web.templatetags.formats import number_fr, plural_fr, short_datetime_fr

_LISTED = 100
_RUNNING = {ContactFileState.IMPORTING, ContactFileState.CANCELLING}


@require_safe
@client_page()
def files(request: ClientRequest) -> HttpResponse:
    """Every file of the company."""
    listed = list(files_of(request.company.pk)[:_LISTED])
    context = {"files": listed, "may_write": request.member_role is not MemberRole.VIEWER}
    return render(request, "client_area/files/list.html", context)


@require_safe
@client_page()
def file(request: ClientRequest, file_id: int) -> HttpResponse:
    """The page of a file, whatever its state."""
    found = own_file(request, file_id)
    may_write = request.member_role is not MemberRole.VIEWER
    if found.state == ContactFileState.UPLOADED and may_write:
        return redirect("client_area:file_columns", found.pk)
    if found.state == ContactFileState.MAPPED and may_write:
        return redirect("client_area:file_origin", found.pk)
    context = {"file": found, "may_write": may_write, **_shown(found)}
    return render(request, f"client_area/files/{_template(found)}.html", context)


def _template(found: ContactFile) -> str:
    if found.state in _RUNNING:
        return "running"
    names = {ContactFileState.FAILED: "failed", ContactFileState.DELETED: "deleted"}
    return names.get(ContactFileState(found.state), "result")


def _shown(found: ContactFile) -> dict[str, object]:
    stale = found.collected_to is not None and is_stale(
        collected_to=found.collected_to, today=clock.today()
    )
    return {
        "refusals": sorted(
            ((REFUSALS.get(reason, reason), count) for reason, count in found.refused.items()),
            key=lambda entry: -entry[1],
        ),
        "refused_total": sum(found.refused.values()),
        "remarks": remarks_of(found),
        "suggestions": suggestions_of(found),
        "reachable": found.accepted - found.opposed,
        "labels": merge_labels_of(found.pk),
        "stale": stale,
        "basis": BASIS_NAMES.get(found.legal_basis, ""),
        "read_on": f"importé le {short_datetime_fr(found.imported_at)}"
        if found.imported_at
        else "",
        "uses": uses_of(found.pk),
        "steps": steps("import", found),
        **_bar(found),
    }


def _bar(found: ContactFile) -> dict[str, object]:
    total = max(found.rows_total or 0, found.cursor)
    taken = (
        f"{number_fr(found.accepted)} {plural_fr(found.accepted, 'adresse prise,adresses prises')}"
    )
    note = f"{taken} jusqu’ici. Vous pouvez quitter cette page."
    return {"value": found.cursor, "maximum": total, "note": note}


@require_safe
@client_page()
def progress(request: ClientRequest, file_id: int) -> HttpResponse:
    """The bar alone, for htmx; the whole page once the import is over, or without a script."""
    found = own_file(request, file_id)
    if not request.headers.get("HX-Request"):
        return redirect("client_area:file", found.pk)
    if found.state not in _RUNNING:
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    return render(request, "client_area/files/_progress.html", {"file": found, **_bar(found)})


@require_POST
@client_page(MemberRole.EDITOR)
def cancel(request: ClientRequest, file_id: int) -> HttpResponse:
    """Stop an import."""
    found = own_file(request, file_id)
    try:
        services.cancel_import(found.pk, actor=actor_of(request), now=clock.now())
    except services.StaleFileError:
        return conflict(request, "Cet import est déjà terminé : il ne peut plus être arrêté.")
    messages.success(request, "Import arrêté. Ce qu’il avait apporté est retiré.")
    return redirect("client_area:file", found.pk)


@require_POST
@client_page(MemberRole.EDITOR)
def restart(request: ClientRequest, file_id: int) -> HttpResponse:
    """Go on with a failed import."""
    found = own_file(request, file_id)
    try:
        services.restart_import(found.pk, actor=actor_of(request), now=clock.now())
    except services.StaleFileError:
        return conflict(request, "Cet import n’est pas en panne : il n’y a rien à reprendre.")
    return redirect("client_area:file", found.pk)


@require_safe
@client_page()
def refused(request: ClientRequest, file_id: int) -> StreamingHttpResponse:
    """Download the refused rows with their reasons."""
    found = own_file(request, file_id)
    return csv_download(refused_csv(found.pk), f"lignes-refusees-{found.pk}.csv")


@require_safe
@client_page()
def doubtful(request: ClientRequest, file_id: int) -> StreamingHttpResponse:
    """Download the addresses to look at again, with what they may be."""
    found = own_file(request, file_id)
    return csv_download(doubtful_csv(found), f"adresses-a-verifier-{found.pk}.csv")


@require_safe
@client_page(MemberRole.EDITOR)
def export(request: ClientRequest, file_id: int) -> StreamingHttpResponse:
    """Give the contacts back to their controller (CGV B.5)."""
    found = own_file(request, file_id)
    return csv_download(contacts_csv(found.pk), f"contacts-{found.pk}.csv")


@client_page(MemberRole.EDITOR)
def delete(request: ClientRequest, file_id: int) -> HttpResponse:
    """Ask once, then delete."""
    found = own_file(request, file_id)
    if request.method == "POST":
        return _delete(request, found)
    context = {
        "file": found,
        "obstacle": deletion_obstacle(state=found.state, uses=uses_of(found.pk)),
    }
    return render(request, "client_area/files/delete.html", context)


def _delete(request: ClientRequest, found: ContactFile) -> HttpResponse:
    try:
        services.delete_file(
            found.pk, reason="client_request", actor=actor_of(request), now=clock.now()
        )
    except services.StaleFileError as obstacle:
        sentence = str(obstacle) if " " in str(obstacle) else "Ce fichier est déjà supprimé."
        return conflict(request, sentence)
    return redirect("client_area:file", found.pk)
