"""Releases of the base: in use, kept, verified, taken back with a confirmation."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketingconnect import clock
from marketingconnect.base import queries
from marketingconnect.base.errors import ReleaseError
from marketingconnect.base.models import Release
from marketingconnect.base.services.checking import ask_verification
from marketingconnect.base.services.releases import roll_back_release
from marketingconnect.base.states import ReleaseState
from marketingconnect.base.vocabulary import Population
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.base.forms import ReasonForm
from marketingconnect.web.back_office.base.pages import latest_check, release_row
from marketingconnect.web.back_office.base.roles import KEEPERS, MAY_KEEP, READERS
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.errors import conflict

_SHOWN = 100


@require_safe
@staff_page(*READERS)
def releases(request: StaffRequest) -> HttpResponse:
    """Every release, the latest first, by population."""
    found = queries.releases()[:_SHOWN]
    groups = [
        (population, [release_row(one) for one in found if one.population == population])
        for population in Population
    ]
    return render(request, "back_office/base/releases.html", {"groups": groups})


@require_safe
@staff_page(*READERS)
def release(request: StaffRequest, release_name: str) -> HttpResponse:
    """One release: its counts, its sources, its files with their hashes."""
    found = release_or_404(release_name)
    context = {
        "row": release_row(found),
        "release": found,
        "population": Population(found.population).label,
        "check": latest_check(found),
        "entries": journal_of(f"release:{found.name}"),
        "may_keep": request.user.staff_role in MAY_KEEP,
        "readable": found.state in queries.USABLE_STATES,
        "may_take_back": found.state == ReleaseState.SUPERSEDED,
    }
    return render(request, "back_office/base/release.html", context)


@require_POST
@staff_page(*KEEPERS)
def verify(request: StaffRequest, release_name: str) -> HttpResponse:
    """Have every byte read again."""
    found = release_or_404(release_name)
    if found.state not in queries.USABLE_STATES:
        return conflict(request, "Les fichiers de cette version ne sont plus là.")
    ask_verification(found, actor=actor_of(request), now=clock.now())
    messages.success(request, "La vérification est demandée ; son résultat s’affichera ici.")
    return redirect("back_office:release", found.name)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(*KEEPERS)
def roll_back(request: StaffRequest, release_name: str) -> HttpResponse:
    """Say what it changes, ask why, put an earlier release in use again."""
    found = release_or_404(release_name)
    if found.state != ReleaseState.SUPERSEDED:
        return conflict(request, "Cette version ne peut pas être remise en service.")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _taken_back(request, found, form):
        messages.success(request, f"« {found.name} » est de nouveau en service.")
        return redirect("back_office:release", found.name)
    context = {"form": form, "row": release_row(found), **_replaced_by(found)}
    status = 400 if form.errors else 200
    return render(request, "back_office/base/release_roll_back.html", context, status=status)


def _replaced_by(found: Release) -> dict[str, object]:
    published = Release.objects.filter(population=found.population, state=ReleaseState.PUBLISHED)
    return {"current": published.first(), "population": Population(found.population).label}


def _taken_back(request: StaffRequest, found: Release, form: ReasonForm) -> bool:
    try:
        roll_back_release(
            population=Population(found.population),
            to=found.name,
            reason=form.cleaned_data["reason"],
            actor=actor_of(request),
            now=clock.now(),
        )
    except ReleaseError as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def release_or_404(name: str) -> Release:
    """A release by its name."""
    return get_object_or_404(Release, name=name)
