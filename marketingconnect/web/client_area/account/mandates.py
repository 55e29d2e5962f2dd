"""Agents (mandataires): who acts for the company, and for whom it acts."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from marketingconnect import clock, storage
from marketingconnect.accounts import queries, services
from marketingconnect.accounts.errors import MandateError
from marketingconnect.accounts.roles import MandateScope, MemberRole
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.account.forms import DOCUMENT_MAX_BYTES, MandateForm
from marketingconnect.web.client_area.account.views import tabs
from marketingconnect.web.middleware import takes_upload


@require_safe
@client_page()
def mandates(request: ClientRequest) -> HttpResponse:
    lines = queries.mandates_of(request.company.pk, today=clock.today())
    context = {
        "tabs": tabs("mandates"),
        "given": [line for line in lines if line.mandate.advertiser_id == request.company.pk],
        "held": [line for line in lines if line.mandate.agent_id == request.company.pk],
        "may_change": request.member_role is MemberRole.OWNER,
    }
    return render(request, "client_area/account/mandates.html", context)


@client_page(MemberRole.OWNER)
@takes_upload(
    lambda: DOCUMENT_MAX_BYTES,
    "Ce document dépasse 10 Mo : numérisez-le en noir et blanc, ou une page par fichier.",
)
def record(request: ClientRequest) -> HttpResponse:
    form = MandateForm(
        request.POST or None, request.FILES or None, initial={"starts_on": clock.today()}
    )
    if form.is_valid() and _recorded(request, form):
        messages.success(request, "Mandat enregistré. Votre mandataire est prévenu.")
        return redirect("client_area:mandates")
    status = 400 if request.method == "POST" else 200
    return render(request, "client_area/account/mandate_new.html", {"form": form}, status=status)


def _recorded(request: ClientRequest, form: MandateForm) -> bool:
    """Keep the document, then the mandate; the document goes when the mandate is refused."""
    wanted = form.cleaned_data
    upload: UploadedFile[Any] = wanted["document"]
    kept = storage.save(
        f"mandates/c{request.company.pk}",
        upload.name or "",
        upload.chunks(),
        max_bytes=DOCUMENT_MAX_BYTES,
    )
    try:
        services.record_mandate(
            request.company.pk,
            agent_siret=wanted["agent_siret"],
            scope=MandateScope(wanted["scope"]),
            starts_on=wanted["starts_on"],
            ends_on=wanted["ends_on"],
            document=kept.path,
            recorded_by=request.user.pk,
            actor=actor_of(request),
            now=clock.now(),
        )
    except MandateError as error:
        storage.delete(kept.path)
        form.add_error("agent_siret", error.sentence)
        return False
    return True


@require_safe
@client_page()
def document(request: ClientRequest, mandate_id: int) -> HttpResponseBase:
    lines = queries.mandates_of(request.company.pk, today=clock.today())
    mandate = next((m.mandate for m in lines if m.mandate.pk == mandate_id), None)
    if mandate is None or not mandate.document:
        raise Http404
    extension = mandate.document.rpartition(".")[2]
    return FileResponse(
        storage.open(mandate.document),
        as_attachment=True,
        filename=f"mandat-{mandate.pk}.{extension}",
    )


@require_POST
@client_page(MemberRole.OWNER)
def revoke(request: ClientRequest, mandate_id: int) -> HttpResponse:
    try:
        services.revoke_mandate(
            request.company.pk, mandate_id, actor=actor_of(request), now=clock.now()
        )
    except MandateError as error:
        raise Http404 from error
    messages.success(request, "Le mandat a pris fin.")
    return redirect("client_area:mandates")
