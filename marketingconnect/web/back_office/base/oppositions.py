"""A person asks to be left alone: the DPO finds their records and opposes them (CGV B.5)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from marketingconnect import clock
from marketingconnect.base.errors import OppositionRefusedError
from marketingconnect.base.people import (
    RecordFound,
    find_people,
    oppositions_of,
    proofs_of,
    record_of,
)
from marketingconnect.base.queries import published_release
from marketingconnect.base.services.oppositions import oppose_address, oppose_record
from marketingconnect.base.vocabulary import Channel, Population
from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.suppression.identities import postal_identity
from marketingconnect.suppression.models import Scope, Suppression
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.base.forms import (
    OppositionForm,
    PersonForm,
    TypedOppositionForm,
)
from marketingconnect.web.back_office.base.roles import KEEPERS
from marketingconnect.web.back_office.journal.of_record import journal_of

_OPPOSED = "Opposition enregistrée : la personne n’est plus comptée ni livrée."


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*KEEPERS)
def search(request: StaffRequest) -> HttpResponse:
    """Look for somebody; what is typed travels in the body, never in an address."""
    asked = request.method == "POST"
    form = PersonForm(request.POST if asked else None)
    records = find_people(form.sought()) if form.is_valid() else []
    context = {
        "form": form,
        "typed": TypedOppositionForm(),
        "searched": asked and form.is_valid(),
        "records": records,
        "has_base": any(published_release(population) for population in Population),
    }
    status = 400 if form.errors else 200
    return render(request, "back_office/base/oppositions.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*KEEPERS)
def one(request: StaffRequest, population: str, record_key: int) -> HttpResponse:
    """One record: how it can be reached, on which proofs, and what to refuse."""
    found = _record_or_404(population, record_key)
    form = OppositionForm(list(found.channels), request.POST if request.method == "POST" else None)
    if form.is_valid() and _opposed(request, found, form):
        messages.success(request, _OPPOSED)
        return redirect("back_office:opposition_record", population, record_key)
    context = {
        "record": found,
        "channels": _channels(found),
        "proofs": proofs_of(found),
        "form": form,
        "entries": journal_of(f"record:{found.population}:{found.record_key}"),
    }
    status = 400 if form.errors else 200
    return render(request, "back_office/base/opposition.html", context, status=status)


def _channels(found: RecordFound) -> list[tuple[Channel, str, Suppression | None]]:
    opposed = oppositions_of(found)
    return [(channel, shown, opposed.get(channel)) for channel, shown in found.channels.items()]


def _opposed(request: StaffRequest, found: RecordFound, form: OppositionForm) -> bool:
    data = form.cleaned_data
    try:
        oppose_record(
            found,
            channels=[Channel(channel) for channel in data["channels"]],
            scope=Scope(data["scope"]),
            reason=data["reason"],
            actor=actor_of(request),
            now=clock.now(),
        )
    except OppositionRefusedError as refusal:
        form.add_error("channels", str(refusal))
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*KEEPERS)
def oppose_typed(request: StaffRequest) -> HttpResponse:
    """Somebody whom the base does not hold: the address is refused before it comes."""
    form = TypedOppositionForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _typed_opposed(request, form):
        messages.success(request, "Opposition enregistrée : cette adresse ne sera jamais utilisée.")
        return redirect("back_office:oppositions")
    status = 400 if form.errors else 200
    return render(request, "back_office/base/opposition_typed.html", {"form": form}, status=status)


def _typed_opposed(request: StaffRequest, form: TypedOppositionForm) -> bool:
    data = form.cleaned_data
    channel = Channel(data["channel"])
    typed = data["address"]
    address = postal_identity(typed, "", "", "") if channel is Channel.POST else typed
    try:
        oppose_address(
            channel=channel,
            address=address,
            scope=Scope(data["scope"]),
            reason=data["reason"],
            actor=actor_of(request),
            now=clock.now(),
        )
    except InvalidValueError as refusal:
        form.add_error("address", refusal.message)
        return False
    return True


def _record_or_404(population: str, record_key: int) -> RecordFound:
    if population not in set(Population) or record_key > 2**63 - 1:
        raise Http404
    found = record_of(Population(population), record_key)
    if found is None:
        raise Http404
    return found
