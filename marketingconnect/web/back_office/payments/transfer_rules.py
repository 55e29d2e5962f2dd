"""Which clients pay large orders by transfer: what applies today, since when and why (II.1.b)."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from marketingconnect import clock
from marketingconnect.accounts.models import Company
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.payments.queries import transfer_applies
from marketingconnect.payments.queries.agreed import (
    transfer_requirements,
    transfer_requirements_of,
)
from marketingconnect.payments.services import set_transfer_requirement
from marketingconnect.terms.queries import current_terms, parameters_of
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.back_office.payments.acting import acted
from marketingconnect.web.back_office.payments.fields import day_field
from marketingconnect.web.back_office.payments.tabs import tabs_of
from marketingconnect.web.keys import key_in

_PAGE: Final = 50
_YES: Final = "yes"


class RuleForm(forms.Form):
    """What is decided for one client, from a day on."""

    applies = forms.ChoiceField(
        label="Au-delà du seuil",
        choices=[(_YES, "Virement exigé"), ("no", "Carte acceptée")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce qui vaut pour ce client."},
    )
    in_force_from = day_field("À partir du")
    reason = forms.CharField(
        label="Raison",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Dites pourquoi."},
    )

    def rule(self) -> dict[str, Any]:
        """What the service asks for."""
        return {**self.cleaned_data, "applies": self.cleaned_data["applies"] == _YES}


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def transfer_rules(request: StaffRequest) -> HttpResponse:
    """Every rule agreed with a client, the latest first."""
    found = transfer_requirements()
    if (before := key_in(request, "apres")) is not None:
        found = found.filter(pk__lt=before)
    page = list(found[: _PAGE + 1])
    context = {
        "sections": tabs_of("payments"),
        "rows": page[:_PAGE],
        "after": page[_PAGE - 1].pk if len(page) > _PAGE else None,
        "terms": parameters_of(current_terms(clock.today())),
    }
    return render(request, "back_office/payments/transfer_rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ACCOUNTING)
def transfer_rule(request: StaffRequest, reference: str) -> HttpResponse:
    """One client: what applies today, the history with its reasons, and a rule to add."""
    company = get_object_or_404(Company, reference=reference.replace("\x00", ""))
    initial = {"in_force_from": clock.today()}
    form = RuleForm(request.POST) if request.method == "POST" else RuleForm(initial=initial)

    def act() -> None:
        actor, now = actor_of(request), clock.now()
        set_transfer_requirement(company.pk, **form.rule(), actor=actor, now=now)

    if form.is_valid() and acted(form, act, field="in_force_from"):
        messages.success(request, "Règle enregistrée ; elle ne change aucune commande passée.")
        return redirect("back_office:transfer_rule", reference)
    context, status = {"form": form, **_standing(company)}, 400 if form.errors else 200
    return render(request, "back_office/payments/transfer_rule.html", context, status=status)


def _standing(company: Company) -> dict[str, Any]:
    today = clock.today()
    terms = parameters_of(current_terms(today))
    default = terms.transfer_required_by_default
    history = transfer_requirements_of(company.pk)
    return {
        "sections": tabs_of("payments"),
        "client": company,
        "terms": terms,
        "applies": transfer_applies(company.pk, today, default=default),
        "current": next((row for row in history if row.in_force_from <= today), None),
        "today": today,
        "history": history,
        "entries": journal_of(f"company:{company.pk}"),
    }
