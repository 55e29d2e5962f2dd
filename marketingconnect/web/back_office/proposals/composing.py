"""Compose a proposal with a client or for it; nothing here accepts, signs or pays."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts.models import Company
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.proposals.errors import InvalidFieldsError, ProposalError
from marketingconnect.proposals.services import (
    add_line,
    create_proposal,
    remove_line,
    set_conditions,
)
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.proposals.forms import (
    ClientForm,
    ConditionsForm,
    LineForm,
)
from marketingconnect.web.back_office.proposals.views import page, proposal_or_404
from marketingconnect.web.errors import conflict
from marketingconnect.web.proposal_reading import reading_of


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ADVISOR)
def new(request: StaffRequest) -> HttpResponse:
    """Begin a proposal for a client known by its number."""
    form = ClientForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _begun(request, form.cleaned_data["client"])
    status = 400 if form.errors else 200
    return render(request, "back_office/proposals/new.html", {"form": form}, status=status)


@require_POST
@staff_page(StaffRole.ADVISOR)
def new_for(request: StaffRequest, reference: str) -> HttpResponse:
    """Begin a proposal from a client's page."""
    return _begun(request, reference)


def _begun(request: StaffRequest, reference: str) -> HttpResponse:
    company = get_object_or_404(Company, reference=reference, closed_at__isnull=True)
    begun = create_proposal(
        company_id=company.pk, user_id=request.user.pk, actor=actor_of(request), now=clock.now()
    )
    return redirect("back_office:proposal", begun.reference)


@require_POST
@staff_page(StaffRole.ADVISOR)
def add(request: StaffRequest, proposal_reference: str) -> HttpResponse:
    """Take an item of the client's; another client's item is 404."""
    found, form = proposal_or_404(proposal_reference), LineForm(request.POST)
    if not form.is_valid():
        raise Http404
    who, actor = request.user.pk, actor_of(request)
    try:
        add_line(found.pk, **form.cleaned_data, user_id=who, actor=actor, now=clock.now())
    except ProposalError as refusal:
        messages.error(request, refusal.sentence)
    except LookupError as unknown:
        raise Http404 from unknown
    return redirect("back_office:proposal", proposal_reference)


@require_POST
@staff_page(StaffRole.ADVISOR)
def remove(request: StaffRequest, proposal_reference: str, proposal_line_id: int) -> HttpResponse:
    """Take a line out; what it described is kept."""
    found = proposal_or_404(proposal_reference)
    try:
        there = remove_line(
            found.pk, min(proposal_line_id, 2**62), actor=actor_of(request), now=clock.now()
        )
    except ProposalError as refusal:
        return conflict(request, refusal.sentence)
    if not there:
        raise Http404
    messages.success(request, "Retirée de la proposition ; ce qui était composé est gardé.")
    return redirect("back_office:proposal", proposal_reference)


@require_POST
@staff_page(StaffRole.ADVISOR)
def conditions(request: StaffRequest, proposal_reference: str) -> HttpResponse:
    """Keep what is agreed; what does not stand says why, at its field."""
    found, form = proposal_or_404(proposal_reference), ConditionsForm(request.POST)
    if form.is_valid():
        try:
            set_conditions(found.pk, form.conditions(), actor=actor_of(request), now=clock.now())
        except InvalidFieldsError as refusal:
            form.add_problems(refusal.problems)
        except ProposalError as refusal:
            return conflict(request, refusal.sentence)
    if form.errors:
        return page(request, found, form, status=400)
    messages.success(request, "Conditions enregistrées.")
    then = "proposal_send" if request.POST.get("then") == "send" else "proposal"
    return redirect(f"back_office:{then}", proposal_reference)


@require_safe
@staff_page(StaffRole.ADVISOR)
def schedule(request: StaffRequest, proposal_reference: str) -> HttpResponse:
    """The schedule of what is typed, before it is kept."""
    found, form = proposal_or_404(proposal_reference), ConditionsForm(request.GET)
    form.is_valid()
    typed = getattr(form, "cleaned_data", {})
    for name in ("payment_method", "instalments", "first_due_on"):
        setattr(found, name, typed.get(name, getattr(found, name)))
    reading = reading_of(found, clock.now())
    return render(request, "proposals/_schedule.html", {"reading": reading})
