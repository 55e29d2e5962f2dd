"""The first page of the staff: its work, by role."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import STAFF_ROLE_LABELS, StaffRole
from marketingconnect.web.access import StaffRequest, staff_page
from marketingconnect.web.back_office.home.queues import queues_for


@require_safe
@staff_page()
def home(request: StaffRequest) -> HttpResponse:
    role, now = StaffRole(request.user.staff_role), clock.now()
    context = {
        "lines": queues_for(role, now=now),
        "counted_at": now,
        "role": STAFF_ROLE_LABELS[role],
        "is_administrator": role is StaffRole.ADMINISTRATOR,
    }
    return render(request, "back_office/home.html", context)
