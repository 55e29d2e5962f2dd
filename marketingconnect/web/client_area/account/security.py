"""The person's own password, open sessions and log-ins."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from marketingconnect import clock
from marketingconnect.accounts import queries, services
from marketingconnect.web.access import ClientRequest, client_ip, client_page
from marketingconnect.web.client_area.account.forms import PasswordChangeForm
from marketingconnect.web.client_area.account.views import tabs


@client_page()
def security(request: ClientRequest) -> HttpResponse:
    context = {
        "tabs": tabs("security"),
        "sessions": queries.sessions_of(request.user.pk),
        "this_session": request.session.session_key,
        "log_ins": queries.login_events_of(request.user.pk),
    }
    return render(request, "client_area/account/security.html", context)


@sensitive_post_parameters("old", "new")
@client_page()
def password(request: ClientRequest) -> HttpResponse:
    form = PasswordChangeForm(request.POST or None, user=request.user)
    if form.is_valid():
        _change(request, form.cleaned_data["new"])
        messages.success(request, "Mot de passe changé. Vos autres sessions sont fermées.")
        return redirect("client_area:security")
    status = 400 if request.method == "POST" else 200
    return render(request, "client_area/account/password.html", {"form": form}, status=status)


def _change(request: ClientRequest, new: str) -> None:
    """This session goes on, under a new key."""
    now, old_key = clock.now(), request.session.session_key or ""
    user = services.change_password(request.user.pk, password=new, keep_session=old_key, now=now)
    services.close_session(old_key, now=now)
    update_session_auth_hash(request, user)
    services.open_session(
        user.pk,
        request.session.session_key or "",
        now=now,
        ip_address=client_ip(request),
        user_agent=request.headers.get("User-Agent", ""),
    )


@require_POST
@client_page()
def end_session(request: ClientRequest, session_id: int) -> HttpResponse:
    if not services.end_session(request.user.pk, session_id, now=clock.now()):
        raise Http404
    messages.success(request, "Session fermée.")
    return redirect("client_area:security")


@require_POST
@client_page()
def end_others(request: ClientRequest) -> HttpResponse:
    services.end_other_sessions(
        request.user.pk, keep_key=request.session.session_key or "", now=clock.now()
    )
    messages.success(request, "Vos autres sessions sont fermées.")
    return redirect("client_area:security")
