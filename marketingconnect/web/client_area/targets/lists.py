"""The targets of a client: listed, made, renamed, copied, put away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketingconnect import clock
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.targeting import saving
from marketingconnect.targeting.saved import targets_of
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.targets.forms import NameForm, NewTargetForm
from marketingconnect.web.client_area.targets.place import found
from marketingconnect.web.targeting.listing import rows_of
from marketingconnect.web.targeting.page import new_criteria

_SHOWN = 50


@require_GET
@client_page()
def targets(request: ClientRequest) -> HttpResponse:
    """Every target of the company, the latest changed first."""
    rows = rows_of(targets_of(request.company.pk)[:_SHOWN], now=clock.now())
    may_write = request.member_role is not MemberRole.VIEWER
    context = {"rows": rows, "may_write": may_write, "many": len(rows) > 1}
    return render(request, "client_area/targets/list.html", context)


@require_http_methods(["GET", "POST"])
@client_page(MemberRole.EDITOR)
def new(request: ClientRequest) -> HttpResponse:
    """A name and a population, then the screen."""
    form = NewTargetForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        target = saving.keep_target(
            company_id=request.company.pk,
            name=form.cleaned_data["name"],
            criteria=new_criteria(form.cleaned_data["population"]),
            user_id=request.user.pk,
            actor=actor_of(request),
            now=clock.now(),
        )
        return redirect("client_area:target", target.pk)
    status = 400 if form.errors else 200
    return render(request, "client_area/targets/new.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@client_page(MemberRole.EDITOR)
def rename(request: ClientRequest, target_id: int) -> HttpResponse:
    """Another name."""
    target = found(request, target_id)
    form = NameForm(
        request.POST if request.method == "POST" else None, initial={"name": target.name}
    )
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        saving.rename_target(target_id, name=name, actor=actor_of(request), now=clock.now())
        return redirect("client_area:target", target_id)
    context = {"form": form, "target": target}
    status = 400 if form.errors else 200
    return render(request, "client_area/targets/rename.html", context, status=status)


@require_POST
@client_page(MemberRole.EDITOR)
def duplicate(request: ClientRequest, target_id: int) -> HttpResponse:
    """The same criteria, to change them and keep both."""
    found(request, target_id)
    copy = saving.copy_target(
        target_id, user_id=request.user.pk, actor=actor_of(request), now=clock.now()
    )
    messages.success(request, "La cible est copiée : ceci est la copie.")
    return redirect("client_area:target", copy.pk)


@require_http_methods(["GET", "POST"])
@client_page(MemberRole.EDITOR)
def delete(request: ClientRequest, target_id: int) -> HttpResponse:
    """Ask, then put it away."""
    target = found(request, target_id)
    if request.method == "POST":
        saving.put_target_away(target_id, actor=actor_of(request), now=clock.now())
        messages.success(request, f"La cible « {target.name} » est supprimée.")
        return redirect("client_area:targets")
    return render(request, "client_area/targets/delete.html", {"target": target})
