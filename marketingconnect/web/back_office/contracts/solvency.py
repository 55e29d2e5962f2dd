"""Guarantees asked of a client whose ability to pay is in doubt, and its answer (CGV III.c)."""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.claims.errors import ClaimError
from marketingconnect.claims.services import decline_order
from marketingconnect.contracts.errors import ContractError
from marketingconnect.contracts.models import SolvencyCheck
from marketingconnect.contracts.rules.solvency import Guarantee
from marketingconnect.contracts.services.solvency import ask_guarantees, note_guarantees
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.contracts.acts import acted
from marketingconnect.web.back_office.contracts.fields import day
from marketingconnect.web.back_office.contracts.views import context_of, order_or_404
from marketingconnect.web.errors import conflict

ANSWERS: Final = {"provided": True, "refused": False}


class AskForm(forms.Form):
    """What is asked, why, and by when the client answers."""

    guarantees = forms.MultipleChoiceField(
        label="Garanties possibles",
        choices=[(one.value, one.label) for one in Guarantee],
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Indiquez au moins une garantie possible.",
            "invalid_choice": "Choisissez parmi les garanties proposées.",
        },
    )
    reason = forms.CharField(
        label="Ce que montre l’examen",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="Le client le lira par e-mail et sur sa commande.",
        error_messages={"required": "Dites ce que montre l’examen : le client le lira."},
    )
    answer_by = day("Réponse attendue le")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ACCOUNTING)
def ask(request: StaffRequest, reference: str) -> HttpResponse:
    """Within the days of the terms after acceptance, tell the client what it may provide."""
    order = order_or_404(reference)
    form = AskForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        told: dict[str, Any] = {"user_id": request.user.pk, "actor": actor_of(request)}
        told["now"] = clock.now()
        ask_guarantees(order.pk, **form.cleaned_data, **told)

    if form.is_valid() and acted(form, act):
        messages.success(request, "Les garanties sont demandées : le client est prévenu.")
        return redirect("back_office:contract", reference)
    context = {**context_of(request, reference), "form": form}
    status = 400 if form.errors else 200
    return render(request, "back_office/contracts/solvency.html", context, status=status)


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def answer(request: StaffRequest, check_id: int) -> HttpResponse:
    """The client provided the guarantees, or refuses them."""
    provided = ANSWERS.get(request.POST.get("answer", ""))
    if provided is None:
        return conflict(request, "Dites si les garanties sont fournies ou refusées.")

    def act(check: SolvencyCheck) -> None:
        note_guarantees(check.pk, provided=provided, actor=actor_of(request), now=clock.now())

    return _carried_out(request, check_id, act, "La réponse du client est enregistrée.")


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def decline(request: StaffRequest, check_id: int) -> HttpResponse:
    """Without guarantees the order is not performed: what was paid is credited, nothing is kept."""

    def act(check: SolvencyCheck) -> None:
        told: dict[str, Any] = {"actor": actor_of(request), "now": clock.now()}
        decline_order(check.pk, user_id=request.user.pk, **told)

    return _carried_out(request, check_id, act, "La commande est annulée, sans frais.")


def _carried_out(
    request: StaffRequest, check_id: int, act: Callable[[SolvencyCheck], None], done: str
) -> HttpResponse:
    check = SolvencyCheck.objects.select_related("order").filter(pk=check_id).first()
    if check is None:
        raise Http404
    try:
        act(check)
    except (ContractError, ClaimError) as refusal:
        return conflict(request, refusal.sentence)
    messages.success(request, done)
    return redirect("back_office:contract", check.order.reference)
