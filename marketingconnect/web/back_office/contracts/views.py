"""Contracts as staff see them: what stands still, what runs out, and everything about one."""

from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from marketingconnect.accounts.roles import StaffRole
from marketingconnect.contracts.models import FormalNotice, Suspension
from marketingconnect.contracts.queries import (
    confidentiality_end_of,
    formal_notices_of,
    guarantees_offered,
    last_day_of,
    letters,
    open_formal_notices,
    open_suspension_of,
    orders_that_run,
    solvency_check_of,
    solvency_last_day_of,
    termination_of,
)
from marketingconnect.contracts.states import FormalNoticeState
from marketingconnect.orders.models import Order
from marketingconnect.orders.queries import order_by_reference, sessions_in_words
from marketingconnect.orders.states import TRANSITIONS, OrderState
from marketingconnect.web.access import StaffRequest, staff_page
from marketingconnect.web.back_office.contracts.forms import CureForm
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.components import Kind

READERS: Final = (StaffRole.ADVISOR, StaffRole.ACCOUNTING, StaffRole.MODERATION, StaffRole.DPO)
DECIDERS: Final = (StaffRole.ACCOUNTING, StaffRole.MODERATION)
_SHOWN: Final = 100
STAGES: Final[dict[str, tuple[str, Kind]]] = {
    OrderState.ACCEPTED: ("Acceptée", "neutral"),
    OrderState.FIRM: ("Ferme", "info"),
    OrderState.VALIDATED: ("Validée", "info"),
    OrderState.IN_EXECUTION: ("En cours", "progress"),
    OrderState.EXECUTED: ("Exécutée", "success"),
    OrderState.CLOSED: ("Close", "neutral"),
    OrderState.SUSPENDED: ("Suspendue", "warning"),
    OrderState.CANCELLED: ("Annulée", "error"),
    OrderState.TERMINATED: ("Résiliée", "error"),
}
NOTICE_STAGES: Final[dict[str, tuple[str, Kind]]] = {
    FormalNoticeState.OPEN: ("En attente", "warning"),
    FormalNoticeState.CURED: ("Corrigé", "success"),
    FormalNoticeState.WITHOUT_EFFECT: ("Sans effet", "error"),
    FormalNoticeState.WITHDRAWN: ("Retirée", "neutral"),
}


@require_safe
@staff_page(*READERS)
def contracts(request: StaffRequest) -> HttpResponse:
    """What stands still and which notices run; a number typed opens its order."""
    typed = request.GET.get("commande", "").strip().upper()
    if typed and order_by_reference(typed) is not None:
        return redirect("back_office:contract", typed)
    held = Suspension.objects.filter(ended_at__isnull=True).select_related("order__company")
    context = {
        "typed": typed,
        "suspensions": held.order_by("began_at")[:_SHOWN],
        "offered": guarantees_offered()[:_SHOWN],
        "notices": [(one, last_day_of(one)) for one in open_formal_notices()[:_SHOWN]],
        "running": orders_that_run().count(),
        "may_decide": _asks(request.user.staff_role),
        "may_assign": request.user.staff_role == StaffRole.ADMINISTRATOR,
    }
    return render(request, "back_office/contracts/list.html", context)


@require_safe
@staff_page(*READERS)
def contract(request: StaffRequest, reference: str) -> HttpResponse:
    """One contract: where it stands, why, its letters, what one may do."""
    return render(request, "back_office/contracts/contract.html", context_of(request, reference))


def context_of(request: StaffRequest, reference: str) -> dict[str, Any]:
    """Everything the page of a contract shows."""
    order = order_or_404(reference)
    return {
        "order": order,
        "stage": STAGES[order.state],
        "suspension": open_suspension_of(order),
        "termination": termination_of(order),
        "notices": [_notice_row(one) for one in formal_notices_of(order)],
        "letters": letters().filter(order=order),
        **_contract_facts(order),
        "entries": journal_of(f"order:{order.pk}"),
        "cure": CureForm(),
        **_rights(order, request.user.staff_role),
    }


def _contract_facts(order: Order) -> dict[str, Any]:
    return {
        "sessions": sessions_in_words(order),
        "check": solvency_check_of(order),
        "solvency_last_day": solvency_last_day_of(order),
        "confidential_until": confidentiality_end_of(order),
    }


def _notice_row(notice: FormalNotice) -> tuple[Any, ...]:
    return (notice, last_day_of(notice), *NOTICE_STAGES[notice.state])


def _rights(order: Order, role: str) -> dict[str, bool]:
    """What this person may do from the page; a link never leads to a refusal."""
    decides = role == StaffRole.ADMINISTRATOR or role in DECIDERS
    following = TRANSITIONS[OrderState(order.state)]
    asks = _asks(role) and OrderState.CANCELLED in following
    return {
        "may_decide": decides,
        "may_ask": asks and solvency_check_of(order) is None,
        "may_answer": _asks(role),
        "may_suspend": decides and OrderState.SUSPENDED in following,
        "may_resume": decides and order.state == OrderState.SUSPENDED,
        "may_terminate": decides and OrderState.TERMINATED in following,
    }


def _asks(role: str) -> bool:
    """What follows is accounting's alone: guarantees, force majeure."""
    return role in {StaffRole.ADMINISTRATOR, StaffRole.ACCOUNTING}


def order_or_404(reference: str) -> Order:
    """One order, whosever it is."""
    found = order_by_reference(reference)
    if found is None:
        raise Http404
    return found
