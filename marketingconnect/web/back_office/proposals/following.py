"""Send a proposal, take it back, or begin another in its place."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.proposals.errors import InvalidFieldsError, ProposalError
from marketingconnect.proposals.models import Proposal
from marketingconnect.proposals.services import propose, revise, withdraw
from marketingconnect.proposals.states import ProposalState
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.proposals.forms import WithdrawForm
from marketingconnect.web.back_office.proposals.views import proposal_or_404
from marketingconnect.web.errors import conflict
from marketingconnect.web.proposal_reading import reading_of


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ADVISOR)
def send(request: StaffRequest, proposal_reference: str) -> HttpResponse:
    """One summary, then freeze it and tell the client; what is not ready says why."""
    found = proposal_or_404(proposal_reference)
    if found.state != ProposalState.DRAFT:
        return redirect("back_office:proposal", proposal_reference)
    problems = _send(request, found) if request.method == "POST" else []
    if request.method == "POST" and not problems:
        messages.success(request, "Proposition envoyée : le client la lit et y répond.")
        return redirect("back_office:proposal", proposal_reference)
    reading = reading_of(found, clock.now())
    context = {"reading": reading, "proposal": found, "problems": problems}
    status = 409 if problems else 200
    return render(request, "back_office/proposals/send.html", context, status=status)


def _send(request: StaffRequest, found: Proposal) -> list[str]:
    """Why it was not sent; empty when it was."""
    try:
        propose(found.pk, actor=actor_of(request), now=clock.now())
    except InvalidFieldsError as refusal:
        return list(refusal.problems.values())
    except ProposalError as refusal:
        return [refusal.sentence]
    return []


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ADVISOR)
def take_back(request: StaffRequest, proposal_reference: str) -> HttpResponse:
    """Put a draft away, or withdraw what the client did not answer."""
    found = proposal_or_404(proposal_reference)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    try:
        if form.is_valid() and _taken_back(request, found, form):
            messages.success(request, "Proposition retirée.")
            return redirect("back_office:proposals")
    except ProposalError as refusal:
        return conflict(request, refusal.sentence)
    context = {"proposal": found, "form": form}
    status = 400 if form.errors else 200
    return render(request, "back_office/proposals/withdraw.html", context, status=status)


def _taken_back(request: StaffRequest, found: Proposal, form: WithdrawForm) -> bool:
    reason = form.cleaned_data["reason"]
    try:
        withdraw(found.pk, reason=reason, actor=actor_of(request), now=clock.now())
    except InvalidFieldsError as refusal:
        form.add_error("reason", refusal.problems["reason"])
    return form.is_valid()


@require_POST
@staff_page(StaffRole.ADVISOR)
def revised(request: StaffRequest, proposal_reference: str) -> HttpResponse:
    """A new draft with the same lines, at the prices of the day."""
    found = proposal_or_404(proposal_reference)
    try:
        new = revise(found.pk, user_id=request.user.pk, actor=actor_of(request), now=clock.now())
    except ProposalError as refusal:
        return conflict(request, refusal.sentence)
    return redirect("back_office:proposal", new.reference)
