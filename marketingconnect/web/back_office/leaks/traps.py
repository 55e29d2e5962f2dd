"""The register of trap addresses: who agreed, in which deliveries each one stands."""

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.base.vocabulary import Population
from marketingconnect.offers.list_rental.delivery_files.traps.services import (
    register_trap_person,
    withdraw_trap_person,
)
from marketingconnect.offers.list_rental.models import TrapPerson
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.leaks.forms import TrapForm
from marketingconnect.web.keys import number_in


@require_safe
@staff_page(StaffRole.DPO)
def traps(request: StaffRequest) -> HttpResponse:
    """Everybody who agreed, those who still do first."""
    people = TrapPerson.objects.annotate(used=Count("variants__trace", distinct=True))
    groups = [
        (
            population,
            list(people.filter(population=population).order_by("-withdrawn_on", "pk")),
        )
        for population in Population
    ]
    empty = [
        population.label
        for population, found in groups
        if not any(one.withdrawn_on is None for one in found)
    ]
    context = {"groups": groups, "empty": empty}
    return render(request, "back_office/leaks/traps.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.DPO)
def new(request: StaffRequest) -> HttpResponse:
    """Add somebody who agreed in writing."""
    typed = request.POST if request.method == "POST" else None
    form = TrapForm(typed, initial={"agreed_on": clock.today()})
    if form.is_valid():
        register_trap_person(form.fields_of_trap(), actor=actor_of(request), now=clock.now())
        messages.success(request, "Adresse ajoutée : les prochaines livraisons peuvent la porter.")
        return redirect("back_office:traps")
    status = 400 if form.errors else 200
    return render(request, "back_office/leaks/trap_new.html", {"form": form}, status=status)


@require_POST
@staff_page(StaffRole.DPO)
def withdraw(request: StaffRequest, trap_id: int) -> HttpResponse:
    """This person no longer agrees: new deliveries leave it out, old ones still name it."""
    key = number_in(str(trap_id))
    if key is None or not TrapPerson.objects.filter(pk=key).exists():
        raise Http404
    withdraw_trap_person(key, actor=actor_of(request), on=clock.today(), now=clock.now())
    messages.success(request, "Adresse retirée des prochaines livraisons.")
    return redirect("back_office:traps")
