"""The guided path of one rental: whom, what for, with which message and whose help."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketingconnect import clock, storage
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.offers.list_rental import services
from marketingconnect.offers.list_rental.errors import InvalidFieldsError, RentalError
from marketingconnect.offers.list_rental.rules.ordering import MOST_SAMPLE_BYTES
from marketingconnect.offers.list_rental.vocabulary import FORBIDDEN_USES
from marketingconnect.targeting.saved import target_of, targets_of
from marketingconnect.web.access import ClientRequest, actor_of, client_page
from marketingconnect.web.client_area.rentals.choosing import target_refusal
from marketingconnect.web.client_area.rentals.dossier import (
    SAMPLE_LABELS,
    Dossier,
    dossier_of,
    steps_of,
)
from marketingconnect.web.client_area.rentals.forms import (
    HelperForm,
    NameForm,
    OptionsForm,
    RentalTargetForm,
    SampleForm,
)
from marketingconnect.web.client_area.rentals.law import phone_law
from marketingconnect.web.middleware import takes_upload

_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@client_page()
def target(request: ClientRequest, rental_id: int) -> HttpResponse:
    """À qui: one of the saved targets, counted now."""
    dossier = _open(request, rental_id)
    form = RentalTargetForm(targets_of(request.company.pk)[:_SHOWN], _typed(request))
    if form.is_valid():
        chosen = target_of(request.company.pk, int(form.cleaned_data["target"]))
        if refusal := target_refusal(request, rental_id, chosen):
            form.add_error("target", refusal)
        else:
            return redirect("client_area:rental_uses", rental_id)
    return _page(request, dossier, "target", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@client_page()
def uses(request: ClientRequest, rental_id: int) -> HttpResponse:
    """Quoi: designated uses, how many times, columns; the law of phones is said there."""
    dossier = _open(request, rental_id)
    rental = dossier.rental
    initial = {"uses": rental.uses, "times": rental.times, "columns": rental.columns}
    form = OptionsForm(dossier.population, _typed(request), initial=initial)
    if form.is_valid() and _options_kept(request, rental_id, dossier, form):
        return redirect("client_area:rental_sample", rental_id)
    context = {
        "form": form,
        "law": phone_law(dossier.today, dossier.population, dossier.terms),
        "forbidden": FORBIDDEN_USES.values(),
    }
    return _page(request, dossier, "uses", context, status=400 if form.errors else 200)


def _options_kept(
    request: ClientRequest, rental_id: int, dossier: Dossier, form: OptionsForm
) -> bool:
    data, who, now = form.cleaned_data, actor_of(request), clock.now()
    try:
        services.choose_uses(rental_id, uses=data["uses"], times=data["times"], actor=who, now=now)
        if dossier.population:
            services.choose_columns(rental_id, columns=data["columns"], actor=who, now=now)
    except RentalError as refusal:
        form.add_error("uses", _sentence(refusal))
        return False
    return True


@takes_upload(
    lambda: MOST_SAMPLE_BYTES,
    "Cet exemplaire dépasse 10 Mo : réduisez le PDF ou l’image, puis déposez-le de nouveau.",
)
@require_http_methods(["GET", "HEAD", "POST"])
@client_page()
def sample(request: ClientRequest, rental_id: int) -> HttpResponse:
    """Message: the sample that moderation reads before anything is delivered (CGV CL.7)."""
    dossier = _open(request, rental_id)
    form = SampleForm(request.POST, request.FILES) if request.method == "POST" else SampleForm()
    if form.is_valid() and _sample_kept(request, rental_id, form):
        messages.success(request, "Exemplaire déposé : notre modération le relit.")
        return redirect("client_area:rental", rental_id)
    context = {
        "form": form,
        "labels": SAMPLE_LABELS.get(dossier.sample.state if dossier.sample else ""),
    }
    return _page(request, dossier, "sample", context, status=400 if form.errors else 200)


def _sample_kept(request: ClientRequest, rental_id: int, form: SampleForm) -> bool:
    file = form.cleaned_data["sample"]
    try:
        services.submit_sample(
            rental_id,
            original_name=file.name,
            chunks=file.chunks(),
            user_id=request.user.pk,
            actor=actor_of(request),
            now=clock.now(),
        )
    except RentalError as refusal:
        form.add_error("sample", _sentence(refusal))
        return False
    return True


@require_safe
@client_page()
def sample_file(request: ClientRequest, rental_id: int) -> HttpResponseBase:
    """The sample that counts, as it was given."""
    found = dossier_of(request.company.pk, rental_id).sample
    if found is None:
        raise Http404
    content = storage.open(found.path)
    return FileResponse(content, as_attachment=True, filename=found.original_name)


@require_http_methods(["GET", "HEAD", "POST"])
@client_page()
def helpers(request: ClientRequest, rental_id: int) -> HttpResponse:
    """Subcontractors: declared at any time before they act (CGV CL.1)."""
    dossier = _open(request, rental_id)
    form = HelperForm(_typed(request))
    if form.is_valid() and _helper_declared(request, rental_id, form):
        messages.success(request, "Sous-traitant déclaré : les licences suivantes le nomment.")
        return redirect("client_area:rental_helpers", rental_id)
    return _page(request, dossier, "helpers", {"form": form}, status=400 if form.errors else 200)


def _helper_declared(request: ClientRequest, rental_id: int, form: HelperForm) -> bool:
    try:
        services.declare_subcontractor(
            rental_id,
            user_id=request.user.pk,
            actor=actor_of(request),
            now=clock.now(),
            **form.cleaned_data,
        )
    except InvalidFieldsError as refusal:
        for field, sentence in refusal.problems.items():
            form.add_error(field, sentence)
        return False
    return True


@require_POST
@client_page(MemberRole.EDITOR)
def withdraw_helper(request: ClientRequest, rental_id: int, helper_id: int) -> HttpResponse:
    """It no longer acts; licences already given keep naming it."""
    dossier = _open(request, rental_id)
    if helper_id not in {one.pk for one in dossier.helpers}:
        raise Http404
    services.withdraw_subcontractor(rental_id, helper_id, actor=actor_of(request), now=clock.now())
    messages.success(request, "Ce sous-traitant n’est plus déclaré.")
    return redirect("client_area:rental_helpers", rental_id)


@require_http_methods(["GET", "HEAD", "POST"])
@client_page(MemberRole.EDITOR)
def rename(request: ClientRequest, rental_id: int) -> HttpResponse:
    """Another name, at any time."""
    dossier = dossier_of(request.company.pk, rental_id)
    form = NameForm(_typed(request), initial={"name": dossier.rental.name})
    if form.is_valid():
        name = form.cleaned_data["name"]
        services.rename_rental(rental_id, name=name, actor=actor_of(request), now=clock.now())
        return redirect("client_area:rental", rental_id)
    return _page(request, dossier, "rename", {"form": form}, status=400 if form.errors else 200)


def _open(request: ClientRequest, rental_id: int) -> Dossier:
    """The rental; a viewer may look and not post."""
    dossier = dossier_of(request.company.pk, rental_id)
    if request.method == "POST" and request.member_role is MemberRole.VIEWER:
        raise PermissionDenied
    return dossier


def _typed(request: ClientRequest) -> QueryDict | None:
    """What was posted, be it nothing: an empty form is an error to explain."""
    return request.POST if request.method == "POST" else None


def _sentence(refusal: RentalError) -> str:
    article = f" (art. {refusal.article})" if refusal.article else ""
    return f"{refusal.sentence.rstrip('.')}{article}."


def _page(
    request: ClientRequest,
    dossier: Dossier,
    page: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    shown = {"dossier": dossier, "steps": steps_of(dossier, here=page), **context}
    return render(request, f"client_area/rentals/{page}.html", shown, status=status)
