"""The figures of one campaign, the list that each of them opens, and their exports."""

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from marketingconnect import clock, storage
from marketingconnect.sending import queries
from marketingconnect.sending.models import Campaign
from marketingconnect.statements.queries import file_of, statement_of
from marketingconnect.statistics.domains import domains_csv, domains_of
from marketingconnect.statistics.exports import csv_chunks
from marketingconnect.statistics.models import Export
from marketingconnect.statistics.services import request_export
from marketingconnect.statistics.states import ExportState
from marketingconnect.web.access import ClientRequest, client_page
from marketingconnect.web.client_area.campaigns.dossier import Dossier, dossier_of
from marketingconnect.web.client_area.campaigns.results import LISTS, figures_page, list_page
from marketingconnect.web.client_area.campaigns.since_seal import seal_csv, since_seal
from marketingconnect.web.downloads import csv_download

STATEMENT_FILES = {"pdf": "pdf", "destinataires": "sheet", "preuves": "evidence"}


@require_GET
@client_page()
def figures(request: ClientRequest, campaign_id: int) -> HttpResponse:
    """What became of every address sold."""
    dossier, sending = _launched(request, campaign_id)
    context = {"dossier": dossier, **figures_page(dossier.campaign, sending)}
    return render(request, "client_area/campaigns/figures.html", context)


@require_GET
@client_page()
def live(request: ClientRequest, campaign_id: int) -> HttpResponse:
    """The same figures alone, asked again while the campaign runs."""
    dossier, sending = _launched(request, campaign_id)
    context = {"dossier": dossier, **figures_page(dossier.campaign, sending)}
    return render(request, "client_area/campaigns/_figures.html", context)


@require_GET
@client_page()
def recipients(request: ClientRequest, campaign_id: int, kind: str) -> HttpResponse:
    """The recipients behind one figure, by position."""
    if kind not in LISTS:
        raise Http404
    dossier, sending = _launched(request, campaign_id)
    page = list_page(
        sending, kind, cause=request.GET.get("motif", ""), after=request.GET.get("apres", "")
    )
    context = {"dossier": dossier, **page}
    return render(request, "client_area/campaigns/recipients_list.html", context)


@require_GET
@client_page()
def export_csv(request: ClientRequest, campaign_id: int) -> HttpResponseBase:
    """Every recipient and its outcome, written as it is read."""
    _, sending = _launched(request, campaign_id)
    return csv_download(csv_chunks(sending.pk), f"campagne-{campaign_id}.csv")


@require_GET
@client_page()
def by_domain_csv(request: ClientRequest, campaign_id: int) -> HttpResponseBase:
    """What arrived and what did not, by mailbox domain, for a spreadsheet."""
    _, sending = _launched(request, campaign_id)
    lines = domains_csv(domains_of(sending.pk), clicks_counted=sending.tracks_clicks)
    return csv_download(lines, f"domaines-{campaign_id}.csv")


@require_GET
@client_page()
def since_seal_csv(request: ClientRequest, campaign_id: int) -> HttpResponseBase:
    """Each figure as the statement found it, and as it stands today."""
    _, sending = _launched(request, campaign_id)
    found = since_seal(sending, queries.figures(sending.pk))
    return csv_download(seal_csv(found), f"depuis-le-releve-{campaign_id}.csv")


@require_POST
@client_page()
def request_workbook(request: ClientRequest, campaign_id: int) -> HttpResponse:
    """Ask for an Excel workbook; a job makes it."""
    _, sending = _launched(request, campaign_id)
    export = request_export(campaign_id=sending.pk, user_id=request.user.pk, now=clock.now())
    return redirect("client_area:campaign_xlsx", campaign_id, export.pk)


@require_GET
@client_page()
def workbook(request: ClientRequest, campaign_id: int, export_id: int) -> HttpResponseBase:
    """The workbook once it is ready, a page that waits for it before."""
    dossier, sending = _launched(request, campaign_id)
    export = Export.objects.filter(pk=export_id, campaign=sending).first()
    if export is None:
        raise Http404
    if export.state != ExportState.READY or "telecharger" not in request.GET:
        context = {"dossier": dossier, "export": export}
        template = "_export.html" if getattr(request, "htmx", False) else "export.html"
        return render(request, f"client_area/campaigns/{template}", context)
    name = f"campagne-{campaign_id}.xlsx"
    return FileResponse(storage.open(export.path), as_attachment=True, filename=name)


@require_GET
@client_page()
def statement(request: ClientRequest, campaign_id: int, kind: str) -> HttpResponseBase:
    """One file of the signed statement: the PDF, the sheet, or the archive of its proofs."""
    _, sending = _launched(request, campaign_id)
    made = statement_of(sending.pk)
    if made is None or kind not in STATEMENT_FILES:
        raise Http404
    stream, name = file_of(made, STATEMENT_FILES[kind])
    return FileResponse(stream, as_attachment=True, filename=name)


def _launched(request: ClientRequest, campaign_id: int) -> tuple[Dossier, Campaign]:
    dossier = dossier_of(request.company.pk, campaign_id)
    if dossier.campaign.sending is None:
        raise Http404
    return dossier, dossier.campaign.sending
