"""Rentals as staff see them: the list, and everything about one."""

from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketingconnect.accounts.roles import StaffRole
from marketingconnect.base.vocabulary import Population
from marketingconnect.claims.queries import returns_of, settlement_of
from marketingconnect.claims.states import SettlementState
from marketingconnect.offers.list_rental.models import ListRental
from marketingconnect.offers.list_rental.queries import (
    amendments_of,
    deliveries_of,
    stage_of,
    subcontractors_of,
)
from marketingconnect.offers.list_rental.states import RentalState
from marketingconnect.offers.list_rental.vocabulary import USE_LABELS, RentalUse
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.web.access import StaffRequest, staff_page
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.components import Kind
from marketingconnect.web.keys import key_in, number_in
from marketingconnect.web.targeting.listing import in_words

READERS: Final = (StaffRole.ADVISOR, StaffRole.ACCOUNTING, StaffRole.MODERATION, StaffRole.DPO)
POLICE: Final = (StaffRole.MODERATION,)
ACCOUNTANTS: Final = (StaffRole.ACCOUNTING,)
SELLERS: Final = (StaffRole.ADVISOR,)
KINDS: Final[dict[str, Kind]] = {
    RentalState.COMPOSING: "neutral",
    RentalState.ORDERED: "info",
    RentalState.FROZEN: "info",
    RentalState.PREPARING: "progress",
    RentalState.DELIVERED: "success",
    RentalState.SUSPENDED: "warning",
    RentalState.CANCELLED: "error",
}
_PAGE: Final = 50


@require_safe
@staff_page(*READERS)
def rentals(request: StaffRequest) -> HttpResponse:
    """Everything that was ordered, the latest first; what is in trouble is said."""
    found = ListRental.objects.exclude(order_reference="").select_related("company")
    if (before := key_in(request, "apres")) is not None:
        found = found.filter(pk__lt=before)
    page = list(found.order_by("-pk")[: _PAGE + 1])
    rows = [(one, stage_of(one), KINDS[one.state], trouble_of(one)) for one in page[:_PAGE]]
    context = {"rows": rows, "after": page[_PAGE - 1].pk if len(page) > _PAGE else None}
    return render(request, "back_office/rentals/list.html", context)


@require_safe
@staff_page(*READERS)
def rental(request: StaffRequest, rental_id: int) -> HttpResponse:
    """One rental: what it is, what was delivered, what one may do."""
    return render(request, "back_office/rentals/rental.html", context_of(request, rental_id))


def context_of(request: StaffRequest, rental_id: int) -> dict[str, Any]:
    """Everything the page of a rental shows."""
    found = rental_or_404(rental_id)
    return {
        "rental": found,
        "stage": stage_of(found),
        "kind": KINDS[found.state],
        "trouble": trouble_of(found),
        "amendments": amendments_of(found),
        "entries": journal_of(f"list_rental:{found.pk}"),
        **_rented(found),
        **_delivered(found),
        **_rights(found, request.user.staff_role),
    }


def _rented(rental: ListRental) -> dict[str, Any]:
    """Whom, what for, with which message and whose help."""
    criteria = rental.criteria
    return {
        "uses": " et ".join(USE_LABELS[RentalUse(use)] for use in rental.uses),
        "target": in_words(SavedTarget(name="", criteria=criteria)) if criteria else "",
        "population": Population(criteria["population"]).label if criteria else "",
        "helpers": subcontractors_of(rental),
        "samples": rental.samples.order_by("-pk").select_related("decided_by"),
    }


def _delivered(rental: ListRental) -> dict[str, Any]:
    settlement = settlement_of(rental)
    return {
        "deliveries": [
            (delivery, returns_of(delivery) if delivery.available_at else None)
            for delivery in deliveries_of(rental)
        ],
        "settlement": settlement,
        "decision_awaited": settlement is not None
        and settlement.state == SettlementState.DECISION_AWAITED,
    }


def _rights(rental: ListRental, role: str) -> dict[str, bool]:
    """What this person may do from the page; a link never leads to a refusal."""
    over = rental.state in {RentalState.COMPOSING, RentalState.CANCELLED}
    is_admin = role == StaffRole.ADMINISTRATOR
    suspended = rental.state == RentalState.SUSPENDED
    polices = is_admin or role in POLICE
    return {
        "may_suspend": polices and not over and not suspended,
        "may_resume": polices and suspended,
        "may_cancel": polices and not over,
        "may_settle": is_admin or role in ACCOUNTANTS,
        "may_amend": (is_admin or role in SELLERS) and not over and not suspended,
        "may_read_samples": polices,
    }


def trouble_of(rental: ListRental) -> str:
    """Why its selection or its files cannot be made, for staff."""
    if rental.failure:
        return rental.failure
    stuck = rental.deliveries.exclude(failure="").filter(state="preparing").first()
    return stuck.failure if stuck else ""


def rental_or_404(rental_id: int) -> ListRental:
    """One rental, whosever it is."""
    found = (
        ListRental.objects.select_related("company", "created_by")
        .filter(pk=number_in(str(rental_id)) or 0)
        .first()
    )
    if found is None:
        raise Http404
    return found
