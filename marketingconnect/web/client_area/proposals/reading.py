"""What a client was proposed: the list, and one with its prices, schedule and terms."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.proposals.models import Proposal
from marketingconnect.proposals.queries import proposal_of, proposals_of
from marketingconnect.web.access import ClientRequest, client_page
from marketingconnect.web.client_area.orders.presenting import page_of, sections
from marketingconnect.web.proposal_reading import pdf_of, reading_of, rows_of


@require_safe
@client_page()
def proposals(request: ClientRequest) -> HttpResponse:
    """What was sent to the company, the latest first."""
    found, following = page_of(proposals_of(request.company.pk), request.GET.get("apres", ""))
    context = {
        "rows": rows_of(found, for_client=True),
        "following": following,
        "sections": sections("proposals"),
    }
    return render(request, "client_area/proposals/list.html", context)


@require_safe
@client_page()
def proposal(request: ClientRequest, proposal_reference: str) -> HttpResponse:
    """One proposal: what it says, until when, what to do."""
    found = proposal_or_404(request, proposal_reference)
    context = {
        "reading": reading_of(found, clock.now()),
        "proposal": found,
        "replacement": replacement_of(found),
        "may_answer": request.member_role is not MemberRole.VIEWER,
    }
    return render(request, "client_area/proposals/proposal.html", context)


def replacement_of(proposal: Proposal) -> Proposal | None:
    """The one sent in its place."""
    sent = proposal.replacements.filter(proposed_at__isnull=False)
    return sent.order_by("-pk").first()


@require_safe
@client_page()
def pdf(request: ClientRequest, proposal_reference: str) -> HttpResponseBase:
    """The file of the proposal as it was sent."""
    return pdf_of(proposal_or_404(request, proposal_reference))


def proposal_or_404(request: ClientRequest, reference: str) -> Proposal:
    """One proposal sent to the company; a draft or another company's does not exist."""
    try:
        return proposal_of(request.company.pk, reference)
    except Proposal.DoesNotExist as missing:
        raise Http404 from missing
