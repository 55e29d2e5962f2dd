"""Change a client's credentials, tell it in time, and see who was not told (CGV II.1.a)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from marketingconnect import clock
from marketingconnect.accounts import queries, services
from marketingconnect.accounts.errors import EmailTakenError
from marketingconnect.accounts.models import Company, User
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.terms.queries import current_terms, parameters_of
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.clients.forms import CredentialsForm


@staff_page(StaffRole.DPO)
def change(request: StaffRequest, reference: str, user_id: int) -> HttpResponse:
    company = get_object_or_404(Company, reference=reference)
    person = get_object_or_404(queries.members_of(company.pk), user_id=user_id).user
    form = CredentialsForm(request.POST or None)
    if form.is_valid() and _changed(request, person, form):
        messages.success(request, "Identifiants changés : le client reçoit un lien par e-mail.")
        return redirect("back_office:client", reference)
    status = 400 if request.method == "POST" else 200
    context = {"form": form, "client": company, "person": person}
    return render(request, "back_office/clients/credentials.html", context, status=status)


def _changed(request: StaffRequest, person: User, form: CredentialsForm) -> bool:
    terms = parameters_of(current_terms(clock.today()))
    try:
        services.change_credentials(
            person.pk,
            new_email=form.cleaned_data["new_email"],
            reason=form.cleaned_data["reason"],
            changed_by=request.user.pk,
            actor=actor_of(request),
            notice_hours=terms.credentials_notice_hours,
            now=clock.now(),
        )
    except EmailTakenError as error:
        form.add_error("new_email", error.sentence)
        return False
    return True


@require_safe
@staff_page(StaffRole.DPO, StaffRole.ADVISOR)
def late(request: StaffRequest) -> HttpResponse:
    changes = queries.late_credential_notices(now=clock.now())
    return render(request, "back_office/clients/credentials_late.html", {"changes": changes})
