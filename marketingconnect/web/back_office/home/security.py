"""The person's own password, open sessions and log-ins."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from marketingconnect.web.access import StaffRequest, staff_page
from marketingconnect.web.own_access import (
    PasswordChangeForm,
    change_own_password,
    end_other_own_sessions,
    end_own_session,
    own_access,
)


@require_safe
@staff_page()
def security(request: StaffRequest) -> HttpResponse:
    context = own_access(request)
    return render(request, "back_office/security.html", context)


@sensitive_post_parameters("old", "new")
@staff_page()
def password(request: StaffRequest) -> HttpResponse:
    form = PasswordChangeForm(request.POST or None, user=request.user)
    if form.is_valid():
        change_own_password(request, form.cleaned_data["new"])
        messages.success(request, "Mot de passe changé. Vos autres sessions sont fermées.")
        return redirect("back_office:security")
    status = 400 if request.method == "POST" else 200
    return render(request, "back_office/password.html", {"form": form}, status=status)


@require_POST
@staff_page()
def end_session(request: StaffRequest, session_id: int) -> HttpResponse:
    end_own_session(request, session_id)
    messages.success(request, "Session fermée.")
    return redirect("back_office:security")


@require_POST
@staff_page()
def end_others(request: StaffRequest) -> HttpResponse:
    end_other_own_sessions(request)
    messages.success(request, "Vos autres sessions sont fermées.")
    return redirect("back_office:security")
