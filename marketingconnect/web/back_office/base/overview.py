"""The base at a glance: what is in use, how old it is, what is being made."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketingconnect import clock
from marketingconnect.base.models import Supplier, SupplierLoad
from marketingconnect.terms.queries import current_terms, parameters_of
from marketingconnect.web.access import StaffRequest, staff_page
from marketingconnect.web.back_office.base.pages import (
    LOAD_LABELS,
    population_cards,
    under_way,
    vintage_shown,
)
from marketingconnect.web.back_office.base.roles import MAY_KEEP, READERS

_LOADS = 5


@require_safe
@staff_page(*READERS)
def base(request: StaffRequest) -> HttpResponse:
    """Releases in use, the vintage, the last files, the suppliers that are suspended."""
    latest = SupplierLoad.objects.select_related("supplier").order_by("-pk")[:_LOADS]
    context = {
        **_state(),
        "loads": [(load, *LOAD_LABELS[load.state]) for load in latest],
        "suspended": Supplier.objects.exclude(suspended_at=None).order_by("number"),
        "may_keep": request.user.staff_role in MAY_KEEP,
    }
    return render(request, "back_office/base/overview.html", context)


@require_safe
@staff_page(*READERS)
def state(request: StaffRequest) -> HttpResponse:
    """The part that changes while something is made."""
    return render(request, "back_office/base/_state.html", _state())


def _state() -> dict[str, Any]:
    today = clock.today()
    terms = parameters_of(current_terms(today))
    return {
        "cards": population_cards(),
        "vintage": vintage_shown(today, terms),
        "sirene_days": terms.sirene_max_age_days,
        "counted_at": clock.now(),
        **under_way(),
    }
