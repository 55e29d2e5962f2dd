"""What ended before it was done: accounting gives it back, or says why not (CGV III.g)."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.claims.errors import ClaimError, InvalidFieldsError
from marketingconnect.claims.services import credit_undone, keep_undone
from marketingconnect.claims.undone_queries import Undone, undone_of, undone_to_decide
from marketingconnect.orders.models import Order
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.back_office.payments.fields import AmountField


class CreditForm(forms.Form):
    """What is given back, HT, and why."""

    net = AmountField(label="Montant rendu, hors taxes")
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        help_text="Imprimé sur l’avoir : le client le lit.",
        error_messages={"required": "Dites pourquoi : le client le lit sur l’avoir."},
    )
    with_file_fee = forms.BooleanField(label="Facturer les frais de dossier", required=False)


class KeepForm(forms.Form):
    """Why nothing is given back."""

    reason = forms.CharField(
        label="Pourquoi rien n’est rendu",
        max_length=300,
        error_messages={"required": "Dites pourquoi rien n’est rendu."},
    )


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def undone_list(request: StaffRequest) -> HttpResponse:
    """The orders that ended and wait for a decision, the oldest first."""
    context = {"rows": undone_to_decide()}
    return render(request, "back_office/claims/undone_list.html", context)


@require_safe
@staff_page(StaffRole.ACCOUNTING)
def undone(request: StaffRequest, reference: str) -> HttpResponse:
    """One order: its services, how far each had come, what the rule gives back."""
    return _page(request, undone_or_404(reference))


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def undone_credit(request: StaffRequest, reference: str) -> HttpResponse:
    """Give back what accounting decided, once."""
    found, form = undone_or_404(reference), CreditForm(request.POST)

    def act() -> None:
        credit_undone(
            found.order.pk,
            **form.cleaned_data,
            user_id=request.user.pk,
            actor=actor_of(request),
            now=clock.now(),
        )

    return _acted(request, found, form, act, "L’avoir est émis, le client est prévenu.")


@require_POST
@staff_page(StaffRole.ACCOUNTING)
def undone_keep(request: StaffRequest, reference: str) -> HttpResponse:
    """Give nothing back, and say why."""
    found, form = undone_or_404(reference), KeepForm(request.POST)

    def act() -> None:
        keep_undone(
            found.order.pk,
            reason=form.cleaned_data["reason"],
            user_id=request.user.pk,
            actor=actor_of(request),
            now=clock.now(),
        )

    return _acted(request, found, form, act, "C’est noté : rien n’est rendu.")


def _acted(
    request: StaffRequest, found: Undone, form: forms.Form, act: Callable[[], None], done: str
) -> HttpResponse:
    if form.is_valid():
        try:
            act()
        except InvalidFieldsError as refusal:
            for field, sentence in refusal.problems.items():
                form.add_error(field, sentence)
        except ClaimError as refusal:
            messages.warning(request, refusal.sentence)
    if form.errors:
        return _page(request, found, form, status=400)
    if not messages.get_messages(request):
        messages.success(request, done)
    return redirect("back_office:undone", found.order.reference)


def _page(
    request: StaffRequest, found: Undone, typed: forms.Form | None = None, *, status: int = 200
) -> HttpResponse:
    proposed = str(found.proposed.to_decimal()).replace(".", ",")
    initial = {"net": proposed, "with_file_fee": found.fee_is_due}
    context = {
        "undone": found,
        "order": found.order,
        "decision": getattr(found.order, "undone_decision", None),
        "credit_form": typed if isinstance(typed, CreditForm) else CreditForm(initial=initial),
        "keep_form": typed if isinstance(typed, KeepForm) else KeepForm(prefix=None),
        "typed": typed,
        "entries": journal_of(f"order:{found.order.pk}"),
    }
    return render(request, "back_office/claims/undone.html", context, status=status)


def undone_or_404(reference: str) -> Undone:
    """An order that ended and was invoiced; another one has no such page."""
    order = Order.objects.filter(reference=reference).select_related("company", "terms").first()
    found = undone_of(order) if order else None
    if found is None:
        raise Http404
    return found
