"""Cases of force majeure: declared with the orders they strike, counted, ended (CGV III.h)."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.contracts.models import ForceMajeure
from marketingconnect.contracts.queries import cases_open, orders_that_run
from marketingconnect.contracts.rules.clocks import force_majeure_working_days, has_lasted_too_long
from marketingconnect.contracts.services.force_majeure import (
    declare_force_majeure,
    end_force_majeure,
)
from marketingconnect.orders.models import Order
from marketingconnect.terms.queries import parameters_of
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.contracts.acts import acted
from marketingconnect.web.back_office.contracts.fields import day


class CaseForm(forms.Form):
    """What happened, since when, to whom, and which orders it strikes."""

    label = forms.CharField(
        label="Ce qui est arrivé",
        max_length=200,
        help_text="Les clients le lisent par e-mail et sur leur commande.",
        error_messages={"required": "Dites ce qui est arrivé : les clients le liront."},
    )
    third_party = forms.CharField(
        label="Prestataire touché",
        max_length=200,
        required=False,
        help_text="Seulement si c’est lui, et non nous, que le cas empêche.",
    )
    began_on = day("Depuis le")
    orders = forms.ModelMultipleChoiceField(
        label="Commandes touchées",
        queryset=Order.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Indiquez au moins une commande touchée.",
            "invalid_choice": "Une de ces commandes a pris fin : rechargez la page.",
            "invalid_pk_value": "Choisissez parmi les commandes proposées.",
        },
    )


class EndForm(forms.Form):
    """The last day of the case."""

    ended_on = day("Dernier jour du cas")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ACCOUNTING)
def cases(request: StaffRequest) -> HttpResponse:
    """The cases that last with what they hold, and one to declare."""
    form = CaseForm(request.POST if request.method == "POST" else None)
    form.fields["orders"].queryset = orders_that_run()  # type: ignore[attr-defined]
    if form.is_valid() and acted(form, lambda: _declare(request, form)):
        messages.success(request, "Le cas est déclaré : les commandes touchées sont suspendues.")
        return redirect("back_office:force_majeure")
    context = {"form": form, "cases": cases_open()}
    status = 400 if form.errors else 200
    return render(request, "back_office/contracts/cases.html", context, status=status)


def _declare(request: StaffRequest, form: CaseForm) -> None:
    given = form.cleaned_data
    declare_force_majeure(
        label=given["label"],
        third_party=given["third_party"],
        began_on=given["began_on"],
        order_ids=[order.pk for order in given["orders"]],
        user_id=request.user.pk,
        actor=actor_of(request),
        now=clock.now(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ACCOUNTING)
def case(request: StaffRequest, case_id: int) -> HttpResponse:
    """One case: the orders whose periods it stops, how long it has lasted, its end."""
    found = ForceMajeure.objects.filter(pk=case_id).first()
    if found is None:
        raise Http404
    form = EndForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and acted(form, lambda: _end(request, found, form)):
        messages.success(request, "Le cas a pris fin : les commandes reprennent.")
        return redirect("back_office:force_majeure")
    context = {"case": found, "form": form, "rows": _held(found, found.ended_on or clock.today())}
    status = 400 if form.errors else 200
    return render(request, "back_office/contracts/case.html", context, status=status)


def _end(request: StaffRequest, found: ForceMajeure, form: EndForm) -> None:
    told: dict[str, Any] = {
        "user_id": request.user.pk,
        "actor": actor_of(request),
        "now": clock.now(),
    }
    end_force_majeure(found.pk, ended_on=form.cleaned_data["ended_on"], **told)


def _held(found: ForceMajeure, today: date) -> list[tuple[Order, int, int, bool]]:
    """Order, working days lasted, the number past which it may be terminated, whether it may."""
    rows = []
    for one in found.suspensions.select_related("order__terms", "order__company"):
        terms = parameters_of(one.order.terms)
        lasted = force_majeure_working_days(began_on=found.began_on, today=today, terms=terms)
        too_long = has_lasted_too_long(began_on=found.began_on, today=today, terms=terms)
        rows.append((one.order, lasted, terms.force_majeure_working_days, too_long))
    return rows
