"""Pass every contract to another legal person, which takes all obligations on (CGV III.d)."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from schwifty import IBAN

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.catalogue.queries import operator_on
from marketingconnect.catalogue.services import NewOperator, NotPublishableError
from marketingconnect.contracts.errors import InvalidFieldsError
from marketingconnect.contracts.models import ContractAssignment
from marketingconnect.contracts.queries import orders_that_run
from marketingconnect.contracts.services.lasting import assign_contracts
from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.contracts.fields import day

_MISSING = "Remplissez ce champ."


def _text(label: str, most: int, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, error_messages={"required": _MISSING}, **options
    )


class AssignForm(forms.Form):
    """Who takes the contracts over, from when, and why."""

    legal_name = _text("Dénomination", 120)
    legal_form = _text("Forme juridique", 60)
    capital = forms.DecimalField(
        label="Capital, en euros",
        min_value=0,
        max_digits=12,
        decimal_places=2,
        localize=True,
        error_messages={"required": _MISSING, "invalid": "Écrivez un montant, par exemple 10 000."},
    )
    siret = _text("SIRET", 20)
    rcs_city = _text("Ville du registre du commerce", 60)
    street = _text("Adresse", 38)
    postal_code = _text("Code postal", 5)
    city = _text("Ville", 32)
    email = forms.EmailField(
        label="Adresse e-mail",
        error_messages={"required": _MISSING, "invalid": "Cette adresse e-mail est mal écrite."},
    )
    phone = _text("Téléphone", 16)
    iban = _text("IBAN", 42)
    bic = _text("BIC", 11)
    bank_name = _text("Banque", 60)
    cheque_payee = _text("Ordre des chèques", 60)
    cheque_address = _text(
        "Adresse où envoyer les chèques", 160, widget=forms.Textarea({"rows": 3})
    )
    vat_on_debits = forms.BooleanField(
        label="A opté pour la TVA d’après les débits", required=False
    )
    effective_on = day("Prend effet le")
    reason = _text("Pourquoi", 300, widget=forms.Textarea({"rows": 3}))
    takes_all_obligations = forms.BooleanField(
        label="Le repreneur reprend toutes les obligations des contrats",
        error_messages={"required": "Sans cela, les contrats ne peuvent pas être cédés."},
    )

    def clean_iban(self) -> str:
        """Its digits without spaces, checked."""
        try:
            return IBAN(self.cleaned_data["iban"]).compact
        except ValueError as error:
            raise forms.ValidationError("Cet IBAN est faux : vérifiez chaque chiffre.") from error


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ADMINISTRATOR)
def assign(request: StaffRequest) -> HttpResponse:
    """What will happen, said before; then every client with a contract is told."""
    form = AssignForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _assigned(request, form):
        messages.success(request, "La cession est enregistrée : chaque client est averti.")
        return redirect("back_office:contracts_assign")
    context = {
        "form": form,
        "operator": operator_on(clock.today()),
        "running": orders_that_run().count(),
        "clients": orders_that_run().values("company").distinct().count(),
        "past": ContractAssignment.objects.select_related("assignor", "assignee", "decided_by"),
    }
    status = 400 if form.errors else 200
    return render(request, "back_office/contracts/assign.html", context, status=status)


def _assigned(request: StaffRequest, form: AssignForm) -> bool:
    values = dict(form.cleaned_data)
    told = {name: values.pop(name) for name in ("effective_on", "reason", "takes_all_obligations")}
    capital: Decimal = values.pop("capital")
    assignee = NewOperator(**values, capital_cents=int(capital * 100))
    try:
        assign_contracts(
            assignee, **told, user_id=request.user.pk, actor=actor_of(request), now=clock.now()
        )
    except InvalidFieldsError as problems:
        for field, sentence in problems.problems.items():
            form.add_error(field if field in form.fields else None, sentence)
    except InvalidValueError as refusal:
        form.add_error("siret", refusal.message)
    except NotPublishableError as refusal:
        form.add_error("effective_on", " ".join(refusal.problems))
    return not form.errors
