"""The discount of a line, and the limit that administrators set for every advisor."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.proposals.discounts import discount_limits
from marketingconnect.proposals.errors import InvalidFieldsError, ProposalError
from marketingconnect.proposals.services import set_discount, set_discount_limit
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.proposals.views import proposal_or_404
from marketingconnect.web.errors import conflict

_PERCENT: dict[str, Any] = {"min_value": 0, "max_value": 100, "max_digits": 5, "decimal_places": 2}
_PERCENT_ERRORS = {
    "required": "Indiquez un pourcentage.",
    "invalid": "Écrivez un nombre, par exemple 7,5.",
    "min_value": "Au moins 0.",
    "max_value": "Au plus 100.",
    "max_digits": "Au plus deux décimales.",
    "max_whole_digits": "Au plus 100.",
    "max_decimal_places": "Au plus deux décimales.",
}


class DiscountForm(forms.Form):
    """What is taken off a line, and why."""

    percent = forms.DecimalField(localize=True, error_messages=_PERCENT_ERRORS, **_PERCENT)
    reason = forms.CharField(
        max_length=120,
        required=False,
        error_messages={"max_length": "La raison tient en 120 caractères."},
    )


class LimitForm(forms.Form):
    """How far advisors may go, from a day on."""

    most_percent = forms.DecimalField(
        label="Remise la plus forte", localize=True, error_messages=_PERCENT_ERRORS, **_PERCENT
    )
    in_force_from = forms.DateField(
        label="À partir du",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Indiquez le jour où elle commence.",
            "invalid": "Écrivez une date, par exemple 24/11/2026.",
        },
    )
    reason = forms.CharField(
        label="Pourquoi",
        max_length=200,
        error_messages={"required": "Dites pourquoi : la raison reste au journal."},
    )


@require_POST
@staff_page(StaffRole.ADVISOR)
def discount(request: StaffRequest, proposal_reference: str, proposal_line_id: int) -> HttpResponse:
    """Take a percentage off a line; zero takes it back."""
    found, form = proposal_or_404(proposal_reference), DiscountForm(request.POST)
    try:
        if form.is_valid():
            line_id, typed = min(proposal_line_id, 2**62), form.cleaned_data
            set_discount(found.pk, line_id, **typed, actor=actor_of(request), now=clock.now())
    except InvalidFieldsError as refusal:
        messages.error(request, " ".join(refusal.problems.values()))
    except ProposalError as refusal:
        return conflict(request, refusal.sentence)
    except LookupError as gone:
        raise Http404 from gone
    for errors in form.errors.values():
        messages.error(request, str(errors[0]))
    return redirect("back_office:proposal", proposal_reference)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ADMINISTRATOR)
def limits(request: StaffRequest) -> HttpResponse:
    """The limits, the latest first; a new one, from today on at the earliest."""
    form = LimitForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _set(request, form):
        messages.success(request, "Limite enregistrée ; ce qui est déjà envoyé garde ses prix.")
        return redirect("back_office:discount_limits")
    context = {"form": form, "limits": discount_limits()[:50]}
    status = 400 if form.errors else 200
    return render(request, "back_office/proposals/discounts.html", context, status=status)


def _set(request: StaffRequest, form: LimitForm) -> bool:
    who, actor = request.user.pk, actor_of(request)
    try:
        set_discount_limit(**form.cleaned_data, user_id=who, actor=actor, now=clock.now())
    except InvalidFieldsError as refusal:
        for name, sentence in refusal.problems.items():
            form.add_error(name, sentence)
    return form.is_valid()
