"""The people of the company: who has access, invitations, rights."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts import queries, services
from marketingconnect.accounts.errors import LastOwnerError, UnknownMemberError
from marketingconnect.accounts.roles import MEMBER_ROLE_DETAILS, MEMBER_ROLE_LABELS, MemberRole
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.account.forms import InvitationForm, RoleForm
from marketingconnect.web.client_area.account.views import tabs
from marketingconnect.web.components import ChoiceDetail
from marketingconnect.web.errors import conflict

_DETAILS = {role.value: ChoiceDetail(words) for role, words in MEMBER_ROLE_DETAILS.items()}


@require_safe
@client_page()
def members(request: ClientRequest) -> HttpResponse:
    context = {
        "tabs": tabs("members"),
        "members": queries.members_of(request.company.pk),
        "invitations": queries.invitations_of(request.company.pk, now=clock.now()),
        "roles": MEMBER_ROLE_LABELS.items(),
        "may_change": request.member_role is MemberRole.OWNER,
    }
    return render(request, "client_area/account/members.html", context)


@client_page(MemberRole.OWNER)
def invite(request: ClientRequest) -> HttpResponse:
    form = InvitationForm(request.POST or None)
    if form.is_valid():
        values = {**form.cleaned_data, "role": MemberRole(form.cleaned_data["role"])}
        services.invite_member(
            request.company.pk, actor=actor_of(request), now=clock.now(), **values
        )
        messages.success(request, f"Invitation envoyée à {values['email']}.")
        return redirect("client_area:members")
    status = 400 if request.method == "POST" else 200
    context = {"form": form, "details": _DETAILS}
    return render(request, "client_area/account/invite.html", context, status=status)


@require_POST
@client_page(MemberRole.OWNER)
def withdraw(request: ClientRequest, link_id: int) -> HttpResponse:
    try:
        services.withdraw_invitation(
            request.company.pk, link_id, actor=actor_of(request), now=clock.now()
        )
    except UnknownMemberError as error:
        raise Http404 from error
    messages.success(request, "Invitation retirée.")
    return redirect("client_area:members")


@require_POST
@client_page(MemberRole.OWNER)
def change_role(request: ClientRequest, user_id: int) -> HttpResponse:
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        services.change_member_role(
            request.company.pk,
            user_id,
            role=MemberRole(form.cleaned_data["role"]),
            actor=actor_of(request),
            now=clock.now(),
        )
    except (UnknownMemberError, LastOwnerError) as error:
        return _refused(request, error)
    messages.success(request, "Droits enregistrés.")
    return redirect("client_area:members")


@require_POST
@client_page()
def remove(request: ClientRequest, user_id: int) -> HttpResponse:
    """An owner removes anybody; anybody leaves."""
    leaves = user_id == request.user.pk and request.agent is None
    if not leaves and request.member_role is not MemberRole.OWNER:
        raise PermissionDenied
    try:
        services.remove_member(
            request.company.pk, user_id, actor=actor_of(request), now=clock.now()
        )
    except (UnknownMemberError, LastOwnerError) as error:
        return _refused(request, error)
    messages.success(request, "Vous avez quitté la société." if leaves else "Accès retiré.")
    return redirect("shop:home" if leaves else "client_area:members")


def _refused(request: ClientRequest, error: UnknownMemberError | LastOwnerError) -> HttpResponse:
    if isinstance(error, UnknownMemberError):
        raise Http404 from error
    return conflict(request, error.sentence)
