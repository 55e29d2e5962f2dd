"""What a company accepted, and the changes it was told of: until when it may refuse, and how."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.contracts.queries import (
    cited_until,
    has_opposed_reference,
    orders_ending_with,
)
from marketingconnect.orders.models import Order
from marketingconnect.terms.models import ClientChange
from marketingconnect.terms.queries import acceptances_of, changes_of_company
from marketingconnect.terms.states import ClientChangeState
from marketingconnect.web.access import ClientRequest, client_page
from marketingconnect.web.client_area.account.views import tabs


def _ending(told: ClientChange) -> list[Order]:
    """What its refusal ends, or will."""
    return orders_ending_with(told) if told.state == ClientChangeState.REFUSED else []


@require_safe
@client_page()
def terms(request: ClientRequest) -> HttpResponse:
    """The changes announced, the latest first, then every text accepted."""
    acceptances = acceptances_of(request.company)
    context = {
        "changes": [(told, _ending(told)) for told in changes_of_company(request.company)],
        "acceptances": acceptances[:50],
        "bound": acceptances[0].version if acceptances else None,
        "today": clock.today(),
        "opposed": has_opposed_reference(request.company.pk),
        "cited_until": cited_until(request.company.pk),
        "may_change": request.member_role is MemberRole.OWNER,
        "tabs": tabs("account_terms"),
    }
    return render(request, "client_area/account/terms.html", context)
