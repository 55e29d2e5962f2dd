"""A new rental: from a saved target, or from a target still to be made."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.offers.list_rental.models import ListRental
from marketingconnect.offers.list_rental.services import start_rental
from marketingconnect.targeting.criteria import Channel
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.targeting.saved import target_of, targets_of
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.rentals.choosing import choose_saved_target
from marketingconnect.web.client_area.rentals.forms import NameForm, NewRentalForm
from marketingconnect.web.targeting.listing import in_words

_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@client_page(MemberRole.EDITOR)
def new(request: ClientRequest) -> HttpResponse:
    """A name and one of the saved targets; what comes next is the guided path."""
    typed = request.POST if request.method == "POST" else None
    form = NewRentalForm(targets_of(request.company.pk)[:_SHOWN], typed)
    if form.is_valid():
        target = target_of(request.company.pk, int(form.cleaned_data["target"]))
        return _started(request, form.cleaned_data["name"], target)
    status = 400 if form.errors else 200
    return render(request, "client_area/rentals/new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@client_page(MemberRole.EDITOR)
def from_target(request: ClientRequest, target_id: int) -> HttpResponse:
    """Rent what a target counts: only its name is asked; one for e-mail makes a campaign."""
    try:
        target = target_of(request.company.pk, target_id)
    except SavedTarget.DoesNotExist as error:
        raise Http404 from error
    if target.criteria["channel"] == Channel.EMAIL:
        return redirect("client_area:campaign_from_target", target.pk)
    typed = request.POST if request.method == "POST" else None
    form = NameForm(typed, initial={"name": target.name})
    if form.is_valid():
        return _started(request, form.cleaned_data["name"], target)
    context = {"form": form, "target": target, "words": in_words(target)}
    status = 400 if form.errors else 200
    return render(request, "client_area/rentals/from_target.html", context, status=status)


def _started(request: ClientRequest, name: str, target: SavedTarget) -> HttpResponse:
    """A target that cannot be rented leaves the rental there, to choose another one."""
    rental: ListRental = start_rental(
        company_id=request.company.pk,
        name=name,
        user_id=request.user.pk,
        actor=actor_of(request),
        now=clock.now(),
    )
    if choose_saved_target(request, rental.pk, target):
        return redirect("client_area:rental_target", rental.pk)
    return redirect("client_area:rental_uses", rental.pk)
