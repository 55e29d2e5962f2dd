"""Policies of destinations and how connections went: administrators only."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.web.access import StaffRequest, staff_page
from marketingconnect.web.back_office.encryption.pages import encryption_page


@require_GET
@staff_page(StaffRole.ADMINISTRATOR)
def encryption(request: StaffRequest) -> HttpResponse:
    """Domains that have a policy; `?surveiller` for those that need a look."""
    context = encryption_page(
        after=request.GET.get("apres", ""),
        only_troubled="surveiller" in request.GET,
        now=clock.now(),
    )
    return render(request, "back_office/encryption/encryption.html", context)
