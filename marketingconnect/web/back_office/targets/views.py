"""Who waits for an advisor, the targets of a client, and a session opened for it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts.models import Company
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.targeting import saving
from marketingconnect.targeting.saved import targets_of
from marketingconnect.targeting.sessions.queries import open_sessions
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.targets.place import place_of
from marketingconnect.web.targeting import sessions as together
from marketingconnect.web.targeting.listing import rows_of, session_rows
from marketingconnect.web.targeting.page import new_criteria

_SHOWN = 50


@require_safe
@staff_page(StaffRole.ADVISOR)
def sessions(request: StaffRequest) -> HttpResponse:
    """Every open session, the one that waits longest first."""
    rows = session_rows(open_sessions(), now=clock.now())
    return render(request, "back_office/targets/sessions.html", {"rows": rows})


@require_safe
@staff_page(StaffRole.ADVISOR)
def of_client(request: StaffRequest, reference: str) -> HttpResponse:
    """The targets of a client, to open one with it."""
    company = get_object_or_404(Company, reference=reference)
    rows = rows_of(targets_of(company.pk)[:_SHOWN], now=clock.now())
    return render(request, "back_office/targets/client.html", {"client": company, "rows": rows})


@require_POST
@staff_page(StaffRole.ADVISOR)
def new(request: StaffRequest, reference: str) -> HttpResponse:
    """CGV B.1.3: a first target for a client on the telephone, opened with it at once."""
    company = get_object_or_404(Company, reference=reference)
    target = saving.keep_target(
        company_id=company.pk,
        name=f"Avec {request.user.full_name}"[:120],
        criteria=new_criteria("consumers"),
        user_id=request.user.pk,
        actor=actor_of(request),
        now=clock.now(),
    )
    together.start(place_of(request, target.pk))
    return redirect("back_office:target", target.pk)


@require_POST
@staff_page(StaffRole.ADVISOR)
def start(request: StaffRequest, target_id: int) -> HttpResponse:
    """Open a session for a client, or come into the one it opened."""
    together.start(place_of(request, target_id))
    return redirect("back_office:target", target_id)
