"""Change the uses of an ordered file: an amendment, priced, then accepted or not (CGV CL.1)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.claims.services import accept_amendment
from marketingconnect.offers.list_rental.errors import InvalidFieldsError, RentalError
from marketingconnect.offers.list_rental.services import propose_amendment, refuse_amendment
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.rentals.dossier import dossier_of
from marketingconnect.web.client_area.rentals.forms import UsesForm
from marketingconnect.web.client_area.rentals.law import phone_law


@require_http_methods(["GET", "HEAD", "POST"])
@client_page(MemberRole.EDITOR)
def propose(request: ClientRequest, rental_id: int) -> HttpResponse:
    """Ask for another use or more uses; the price is shown before it binds anybody."""
    dossier = dossier_of(request.company.pk, rental_id)
    rental = dossier.rental
    if dossier.line is None:
        return redirect("client_area:rental_uses", rental_id)
    typed = request.POST if request.method == "POST" else None
    form = UsesForm(typed, initial={"uses": rental.uses, "times": rental.times})
    if form.is_valid() and _proposed(request, rental_id, form):
        messages.success(request, "Votre avenant est prêt : lisez son prix, puis répondez.")
        return redirect("client_area:rental", rental_id)
    law = phone_law(dossier.today, dossier.population, dossier.terms)
    context = {"dossier": dossier, "form": form, "law": law}
    status = 400 if form.errors else 200
    return render(request, "client_area/rentals/amend.html", context, status=status)


def _proposed(request: ClientRequest, rental_id: int, form: UsesForm) -> bool:
    try:
        propose_amendment(
            rental_id,
            user_id=request.user.pk,
            actor=actor_of(request),
            now=clock.now(),
            **form.cleaned_data,
        )
    except InvalidFieldsError as refusal:
        for field, sentence in refusal.problems.items():
            form.add_error(field, sentence)
    except RentalError as refusal:
        form.add_error("uses", refusal.sentence)
    return form.is_valid()


@require_POST
@client_page(MemberRole.EDITOR)
def decide(request: ClientRequest, rental_id: int, amendment_id: int) -> HttpResponse:
    """Accept, which invoices it, or refuse, which changes nothing."""
    dossier = dossier_of(request.company.pk, rental_id)
    if not dossier.rental.amendments.filter(pk=amendment_id).exists():
        raise Http404
    accepts = request.POST.get("decision") == "accept"
    act = accept_amendment if accepts else refuse_amendment
    try:
        act(amendment_id, user_id=request.user.pk, actor=actor_of(request), now=clock.now())
    except RentalError as refusal:
        messages.error(request, refusal.sentence)
    else:
        done = "Avenant accepté : votre licence est à jour." if accepts else "Avenant refusé."
        messages.success(request, done)
    return redirect("client_area:rental", rental_id)
