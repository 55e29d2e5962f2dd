"""Whether a company may be cited as a client, and until when: it says so itself (CGV III.e)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.contracts.services.lasting import allow_reference, oppose_reference
from marketingconnect.web.access import ClientRequest, actor_of, client_page


@require_POST
@client_page(MemberRole.OWNER)
def cite(request: ClientRequest) -> HttpResponse:
    """Refuse to be cited, or take the refusal back; saying it twice changes nothing."""
    actor, now = actor_of(request), clock.now()
    if request.POST.get("may_cite") == "yes":
        allow_reference(request.company.pk, actor=actor, now=now)
        messages.success(request, "Vous pouvez de nouveau être cité.")
    else:
        oppose_reference(request.company.pk, actor=actor, now=now)
        messages.success(request, "C’est noté : votre société n’est plus citée.")
    return redirect("client_area:account_terms")
