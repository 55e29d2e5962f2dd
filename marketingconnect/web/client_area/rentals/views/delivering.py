"""A delivery: its licence, its files, its limit; each download is recorded (CGV CL.1, CL.3)."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from marketingconnect import clock, storage
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.offers.list_rental.errors import RentalError
from marketingconnect.offers.list_rental.models import Delivery, DeliveryFile
from marketingconnect.offers.list_rental.queries import file_of
from marketingconnect.offers.list_rental.services import ask_re_delivery, download_file
from marketingconnect.web.access import ClientRequest, actor_of, client_ip, client_page
from marketingconnect.web.client_area.rentals.deliveries import delivery_or_404, view_of
from marketingconnect.web.client_area.rentals.forms import AcceptForm


@require_safe
@client_page()
def delivery(request: ClientRequest, delivery_reference: str) -> HttpResponse:
    """Read the licence, accept it, take the files."""
    found = delivery_or_404(request.company.pk, delivery_reference)
    return render(request, "client_area/rentals/delivery.html", _context(request, found))


@require_safe
@client_page()
def state(request: ClientRequest, delivery_reference: str) -> HttpResponse:
    """The part that changes while the files are written."""
    found = delivery_or_404(request.company.pk, delivery_reference)
    return render(request, "client_area/rentals/_delivery.html", _context(request, found))


@require_POST
@client_page(MemberRole.EDITOR)
def download(request: ClientRequest, rented_file_id: int) -> HttpResponseBase:
    """A file, to who accepts the licence shown."""
    file = _file_or_404(request, rented_file_id)
    reference = file.delivery.reference
    form = AcceptForm(request.POST)
    if not form.is_valid():
        context = _context(request, file.delivery, form)
        return render(request, "client_area/rentals/delivery.html", context, status=400)
    try:
        _record(request, file, form)
    except RentalError as refusal:
        messages.error(request, f"{refusal.sentence.rstrip('.')} (art. {refusal.article}).")
        return redirect("client_area:rental_delivery", reference)
    return FileResponse(storage.open(file.path), as_attachment=True, filename=file.name)


def _record(request: ClientRequest, file: DeliveryFile, form: AcceptForm) -> None:
    download_file(
        file.pk,
        accepted=form.cleaned_data["licence"],
        user_id=request.user.pk,
        actor=actor_of(request),
        ip_address=client_ip(request),
        now=clock.now(),
    )


@require_POST
@client_page(MemberRole.EDITOR)
def check_again(request: ClientRequest, delivery_reference: str) -> HttpResponse:
    """Ask for a free check of a file of phones, from its last day of use on (CGV CL.6)."""
    found = delivery_or_404(request.company.pk, delivery_reference)
    try:
        newer = ask_re_delivery(found.pk, actor=actor_of(request), now=clock.now())
    except RentalError as refusal:
        messages.error(request, f"{refusal.sentence.rstrip('.')} (art. {refusal.article}).")
        return redirect("client_area:rental_delivery", delivery_reference)
    messages.success(request, "Nous vérifions votre fichier ; le nouveau arrive sur cette page.")
    return redirect("client_area:rental_delivery", newer.reference)


def _context(
    request: ClientRequest, found: Delivery, form: AcceptForm | None = None
) -> dict[str, Any]:
    view = view_of(found, clock.today())
    sha256 = view.licence.sha256 if view.licence else ""
    return {
        "view": view,
        "delivery": found,
        "rental": found.rental,
        "form": form or AcceptForm(initial={"licence": sha256, "accept": view.is_accepted}),
        "may_write": request.member_role is not MemberRole.VIEWER,
    }


def _file_or_404(request: ClientRequest, file_id: int) -> DeliveryFile:
    if file_id > 2**63 - 1:
        raise Http404
    try:
        return file_of(request.company.pk, file_id)
    except DeliveryFile.DoesNotExist as missing:
        raise Http404 from missing
