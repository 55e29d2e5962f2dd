"""The operator's people: an administrator adds them, changes their role, ends their access."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from marketingconnect import clock
from marketingconnect.accounts import queries, services
from marketingconnect.accounts.errors import AccountError, EmailTakenError
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.home.forms import NewStaffForm, StaffForm


@require_safe
@staff_page(StaffRole.ADMINISTRATOR)
def team(request: StaffRequest) -> HttpResponse:
    return render(request, "back_office/team.html", {"people": queries.staff()})


@staff_page(StaffRole.ADMINISTRATOR)
def add(request: StaffRequest) -> HttpResponse:
    form = NewStaffForm(request.POST or None)
    if form.is_valid() and _added(request, form):
        messages.success(request, f"Un lien est parti à {form.cleaned_data['email']}.")
        return redirect("back_office:team")
    status = 400 if request.method == "POST" else 200
    return render(request, "back_office/team_new.html", {"form": form}, status=status)


def _added(request: StaffRequest, form: NewStaffForm) -> bool:
    values = {**form.cleaned_data, "role": StaffRole(form.cleaned_data["role"])}
    try:
        services.create_staff_user(actor=actor_of(request), now=clock.now(), **values)
    except EmailTakenError as error:
        form.add_error("email", error.sentence)
        return False
    return True


@staff_page(StaffRole.ADMINISTRATOR)
def change(request: StaffRequest, user_id: int) -> HttpResponse:
    person = get_object_or_404(queries.staff(), pk=user_id)
    initial = {"role": person.staff_role, "is_active": person.is_active}
    form = StaffForm(request.POST or None, initial=initial)
    if form.is_valid() and _changed(request, user_id, form):
        messages.success(request, "Accès enregistré.")
        return redirect("back_office:team")
    status = 400 if request.method == "POST" else 200
    context = {"form": form, "person": person}
    return render(request, "back_office/team_member.html", context, status=status)


def _changed(request: StaffRequest, user_id: int, form: StaffForm) -> bool:
    try:
        services.change_staff_member(
            user_id,
            role=StaffRole(form.cleaned_data["role"]),
            is_active=form.cleaned_data["is_active"],
            actor=actor_of(request),
            now=clock.now(),
        )
    except AccountError as error:
        form.add_error(None, error.sentence)
        return False
    return True
