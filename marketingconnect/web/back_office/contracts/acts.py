"""What staff do to a contract: suspend, resume, give formal notice, note its cure, terminate."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from marketingconnect import clock
from marketingconnect.contracts.errors import ContractError, InvalidFieldsError
from marketingconnect.contracts.models import FormalNotice
from marketingconnect.contracts.queries import letters
from marketingconnect.contracts.rules.letters import Direction, Purpose
from marketingconnect.contracts.services.formal_notices import (
    give_formal_notice,
    note_cure,
    withdraw_formal_notice,
)
from marketingconnect.contracts.services.suspending import resume_order, suspend_order
from marketingconnect.contracts.services.terminating import terminate_order
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.contracts.forms import (
    CureForm,
    NoticeForm,
    SuspendForm,
    TerminateForm,
)
from marketingconnect.web.back_office.contracts.views import DECIDERS, context_of, order_or_404
from marketingconnect.web.errors import conflict
from marketingconnect.web.keys import number_in


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*DECIDERS)
def suspend(request: StaffRequest, reference: str) -> HttpResponse:
    """Everything under way stops at once (CGV III.g)."""
    form = SuspendForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        suspend_order(order_or_404(reference).pk, **form.cleaned_data, **_by(request))

    return _carried_out(request, reference, "suspend", form, act, "Commande suspendue.")


@require_POST
@staff_page(*DECIDERS)
def resume(request: StaffRequest, reference: str) -> HttpResponse:
    """The suspension ends."""
    order = order_or_404(reference)
    try:
        resume_order(order.pk, reason=request.POST.get("reason", "")[:300], **_by(request))
    except ContractError as refusal:
        return conflict(request, refusal.sentence)
    messages.success(request, "La commande reprend où elle en était.")
    return redirect("back_office:contract", reference)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*DECIDERS)
def terminate(request: StaffRequest, reference: str) -> HttpResponse:
    """The contract ends at once (CGV III.g), or by letter after a long force majeure (III.h)."""
    form = TerminateForm(request.POST if request.method == "POST" else None)
    order = order_or_404(reference)
    form.fields["letter"].queryset = letters().filter(  # type: ignore[attr-defined]
        company=order.company, direction=Direction.SENT, purpose=Purpose.FORCE_MAJEURE
    )

    def act() -> None:
        terminate_order(order.pk, **form.cleaned_data, **_by(request))

    return _carried_out(request, reference, "terminate", form, act, "Commande résiliée.")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*DECIDERS)
def notice(request: StaffRequest, reference: str) -> HttpResponse:
    """A breach is told by registered letter; its days run from the reception (CGV III.g)."""
    typed = request.POST if request.method == "POST" else None
    form = NoticeForm(typed, initial={"posted_on": clock.today()})

    def act() -> None:
        give_formal_notice(order_or_404(reference).pk, **form.cleaned_data, **_by(request))

    done = "Mise en demeure enregistrée : complétez la lettre quand elle est reçue."
    return _carried_out(request, reference, "notice", form, act, done)


@require_POST
@staff_page(*DECIDERS)
def cure(request: StaffRequest, formal_notice_id: int) -> HttpResponse:
    """The breach was put right in time: the contract goes on."""
    found, form = notice_or_404(formal_notice_id), CureForm(request.POST)
    if not form.is_valid():
        return conflict(request, "Indiquez le jour où l’obligation a été remplie.")
    try:
        note_cure(found.pk, **form.cleaned_data, **_by(request))
    except ContractError as refusal:
        return conflict(request, refusal.sentence)
    messages.success(request, "La correction est enregistrée : la commande continue.")
    return redirect("back_office:contract", found.order.reference)


@require_POST
@staff_page(*DECIDERS)
def withdraw(request: StaffRequest, formal_notice_id: int) -> HttpResponse:
    """The notice is taken back; nothing follows."""
    found = notice_or_404(formal_notice_id)
    try:
        withdraw_formal_notice(found.pk, **_by(request))
    except ContractError as refusal:
        return conflict(request, refusal.sentence)
    messages.success(request, "La mise en demeure est retirée.")
    return redirect("back_office:contract", found.order.reference)


def notice_or_404(formal_notice_id: int) -> FormalNotice:
    """One formal notice, whosever it is."""
    notices = FormalNotice.objects.select_related("order")
    found = notices.filter(pk=number_in(str(formal_notice_id)) or 0).first()
    if found is None:
        raise Http404
    return found


def _by(request: StaffRequest) -> dict[str, Any]:
    return {"user_id": request.user.pk, "actor": actor_of(request), "now": clock.now()}


def _carried_out(
    request: StaffRequest,
    reference: str,
    page: str,
    form: Form,
    act: Callable[[], None],
    done: str,
) -> HttpResponse:
    """Ask, act, say it is done; a refusal is said by its field."""
    order_or_404(reference)
    if form.is_valid() and acted(form, act):
        messages.success(request, done)
        return redirect("back_office:contract", reference)
    context = {**context_of(request, reference), "form": form}
    status = 400 if form.errors else 200
    return render(request, f"back_office/contracts/{page}.html", context, status=status)


def acted(form: Form, act: Callable[[], None]) -> bool:
    """Do it, and put what is refused beside its field."""
    try:
        act()
    except InvalidFieldsError as refusal:
        for field, sentence in refusal.problems.items():
            form.add_error(field if field in form.fields else None, sentence)
    except ContractError as refusal:
        form.add_error(None, refusal.sentence)
    return form.is_valid()
