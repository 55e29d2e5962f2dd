"""The documents of a client, and a problem of signature to report."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.signature.errors import SignatureError
from marketingconnect.signature.services import report_incident
from marketingconnect.signature.services.incidents import LONGEST
from marketingconnect.web.access import ClientRequest, client_page
from marketingconnect.web.client_area.documents.listing import KINDS, documents_of, key_in
from marketingconnect.web.client_area.orders.presenting import sections
from marketingconnect.web.client_area.signing.files import visitor_of
from marketingconnect.web.components import Tab


class IncidentForm(forms.Form):
    """What went wrong, and for which order if there is one."""

    reference = forms.CharField(
        label="Commande concernée",
        max_length=20,
        required=False,
        help_text="Son numéro, par exemple BC-2026-000042.",
    )
    words = forms.CharField(
        label="Ce qui s’est passé",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="L’heure, la page, le message affiché : tout ce qui aide à comprendre.",
        error_messages={"required": "Dites ce qui s’est passé."},
    )


@require_GET
@client_page()
def documents(request: ClientRequest) -> HttpResponse:
    """CGV II.3: what was signed, invoiced and credited, in one list."""
    wanted = request.GET.get("type", "")
    kind = wanted if wanted in KINDS else ""
    after = key_in(request.GET.get("apres", ""))
    rows, following = documents_of(request.company.pk, kind=kind, after=after)
    context = {
        "rows": rows,
        "following": following,
        "kind": kind,
        "kinds": _kinds(kind),
        "sections": sections("documents"),
    }
    return render(request, "client_area/documents/list.html", context)


@require_http_methods(["GET", "POST"])
@client_page(MemberRole.VIEWER)
def incident(request: ClientRequest) -> HttpResponse:
    """CGV II.3: tell the operator of an anomaly as soon as possible."""
    known = {"reference": request.GET.get("commande", "")[:20]}
    form = IncidentForm(request.POST or None, initial=known)
    if form.is_valid() and _told(request, form):
        messages.success(request, "C’est signalé : nous vous répondons au plus vite.")
        return redirect("client_area:documents")
    status = 400 if request.method == "POST" else 200
    return render(request, "client_area/documents/incident.html", {"form": form}, status=status)


def _told(request: ClientRequest, form: IncidentForm) -> bool:
    typed = form.cleaned_data
    try:
        report_incident(
            request.company.pk,
            words=typed["words"],
            reference=typed["reference"].strip(),
            visitor=visitor_of(request),
            now=clock.now(),
        )
    except SignatureError as refusal:
        form.add_error("reference", refusal.sentence)
        return False
    return True


def _kinds(current: str) -> list[Tab]:
    address = reverse("client_area:documents")
    every = [Tab("Tous", address, not current)]
    return every + [Tab(KINDS[one], f"{address}?type={one}", one == current) for one in KINDS]
