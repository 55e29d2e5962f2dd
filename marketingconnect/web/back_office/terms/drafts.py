"""The versions of the terms: those published, the one being written, its publication."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.terms import services
from marketingconnect.terms.errors import NotPublishableTermsError, TermsError
from marketingconnect.terms.models import TermsDraft
from marketingconnect.terms.parameters import InvalidParametersError
from marketingconnect.web.access import StaffRequest, staff_page
from marketingconnect.web.back_office.terms.forms import (
    DraftForm,
    FiguresForm,
    PublishForm,
    RevisionForm,
)
from marketingconnect.web.back_office.terms.presenting import (
    draft_compared,
    draft_or_none,
    draft_page,
    overview,
)


@require_safe
@staff_page(StaffRole.ADMINISTRATOR)
def terms(request: StaffRequest) -> HttpResponse:
    """Versions, price lists, and who was told of what changes."""
    return render(request, "back_office/terms/overview.html", overview(clock.today()))


@require_POST
@staff_page(StaffRole.ADMINISTRATOR)
def start(request: StaffRequest) -> HttpResponse:
    """Open the draft of the next version."""
    services.start_draft(by=request.user, now=clock.now())
    return redirect("back_office:terms_draft")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ADMINISTRATOR)
def draft(request: StaffRequest) -> HttpResponse:
    """The text of the draft, what keeps it from being published, and its publication."""
    found = _draft_or_404()
    typed = request.POST if request.method == "POST" else None
    form = DraftForm(typed, initial=_initial(found, title=found.title, body=found.body))
    if form.is_valid() and _saved(request, form, **_without_revision(form)):
        return redirect("back_office:terms_draft")
    return _page(request, found, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ADMINISTRATOR)
def figures(request: StaffRequest) -> HttpResponse:
    """The figures of the draft: what the platform will apply."""
    found = _draft_or_404()
    typed = request.POST if request.method == "POST" else None
    current = draft_page(found, clock.today())["current"]
    form = FiguresForm(typed, current=current, initial=_initial(found))
    if form.is_valid() and _saved(request, form, parameters=form.parameters()):
        return redirect("back_office:terms_draft")
    context = {"draft": found, "form": form}
    status = 400 if form.errors else 200
    return render(request, "back_office/terms/figures.html", context, status=status)


@require_safe
@staff_page(StaffRole.ADMINISTRATOR)
def preview(request: StaffRequest) -> HttpResponse:
    """The draft beside the last version published."""
    found = _draft_or_404()
    context = {"draft": found, "compared": draft_compared(found)}
    return render(request, "back_office/terms/preview.html", context)


@require_POST
@staff_page(StaffRole.ADMINISTRATOR)
def discard(request: StaffRequest) -> HttpResponse:
    """Throw the draft away."""
    form = RevisionForm(request.POST)
    try:
        services.discard_draft(
            revision=form.cleaned_data["revision"] if form.is_valid() else 0,
            by=request.user,
            now=clock.now(),
        )
        messages.success(request, "Brouillon jeté.")
    except TermsError as refusal:
        messages.error(request, str(refusal))
    return redirect("back_office:terms")


@require_POST
@staff_page(StaffRole.ADMINISTRATOR)
def publish(request: StaffRequest) -> HttpResponse:
    """Publish the draft: from then on nobody can change it, and clients are told."""
    found = _draft_or_404()
    form = PublishForm(request.POST, initial=_initial(found))
    if form.is_valid() and _published(request, form):
        return redirect("back_office:terms")
    return _page(request, found, publication=form)


def _published(request: StaffRequest, form: PublishForm) -> bool:
    try:
        version = services.publish_draft(by=request.user, now=clock.now(), **form.cleaned_data)
    except NotPublishableTermsError as refusal:
        for problem in refusal.problems:
            form.add_error(None, problem)
        return False
    except TermsError as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, f"Version {version.number} publiée ; les clients sont informés.")
    return True


def _saved(request: StaffRequest, form: RevisionForm, **given: Any) -> bool:
    try:
        services.save_draft(
            revision=form.cleaned_data["revision"], by=request.user, now=clock.now(), **given
        )
    except (TermsError, InvalidParametersError) as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, "Brouillon enregistré.")
    return True


def _page(request: StaffRequest, found: TermsDraft, **forms: Any) -> HttpResponse:
    initial = _initial(found, title=found.title, body=found.body)
    context = {
        "form": DraftForm(initial=initial),
        "publication": None,
        **draft_page(found, clock.today()),
        **forms,
    }
    if context["publication"] is None:
        start = {"in_force_from": context["earliest"]}
        context["publication"] = PublishForm(initial=_initial(found, **start), auto_id="publier_%s")
    status = 400 if any(form.errors for form in forms.values()) else 200
    return render(request, "back_office/terms/draft.html", context, status=status)


def _initial(found: TermsDraft, **values: Any) -> dict[str, Any]:
    return {"revision": found.revision, **values}


def _without_revision(form: RevisionForm) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "revision"}


def _draft_or_404() -> TermsDraft:
    found = draft_or_none()
    if found is None:
        raise Http404
    return found
