"""The person's own password, open sessions and log-ins."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from marketingconnect.web.access import ClientRequest, client_page
from marketingconnect.web.client_area.account.views import tabs
from marketingconnect.web.own_access import (
    PasswordChangeForm,
    change_own_password,
    end_other_own_sessions,
    end_own_session,
    own_access,
)


@require_safe
@client_page()
def security(request: ClientRequest) -> HttpResponse:
    context = {"tabs": tabs("security"), **own_access(request)}
    return render(request, "client_area/account/security.html", context)


@sensitive_post_parameters("old", "new")
@client_page()
def password(request: ClientRequest) -> HttpResponse:
    form = PasswordChangeForm(request.POST or None, user=request.user)
    if form.is_valid():
        change_own_password(request, form.cleaned_data["new"])
        messages.success(request, "Mot de passe changé. Vos autres sessions sont fermées.")
        return redirect("client_area:security")
    status = 400 if request.method == "POST" else 200
    return render(request, "client_area/account/password.html", {"form": form}, status=status)


@require_POST
@client_page()
def end_session(request: ClientRequest, session_id: int) -> HttpResponse:
    end_own_session(request, session_id)
    messages.success(request, "Session fermée.")
    return redirect("client_area:security")


@require_POST
@client_page()
def end_others(request: ClientRequest) -> HttpResponse:
    end_other_own_sessions(request)
    messages.success(request, "Vos autres sessions sont fermées.")
    return redirect("client_area:security")
