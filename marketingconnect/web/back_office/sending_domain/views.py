"""Make keys, check what is published, put a key to use or retire it: administrators only."""

from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.dns import current_resolver
from marketingconnect.sending.errors import SendingError
from marketingconnect.sending.message.signing import Algorithm
from marketingconnect.sending.models import DkimKey
from marketingconnect.sending.services.domains import (
    make_key,
    mark_published,
    retire_key,
    use_key,
)
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.sending_domain.pages import (
    KeyForm,
    domain_page,
    findings,
    keys_found,
)

_PAGE: Final = "back_office/sending_domain/domain.html"
_VERBS: Final = {"utiliser": use_key, "retirer": retire_key}
_DONE: Final = {
    "utiliser": "La clé signe les messages dès maintenant ; la précédente est retirée.",
    "retirer": "La clé ne signe plus. Laissez-la publiée encore une semaine.",
}


@require_GET
@staff_page(StaffRole.ADMINISTRATOR)
def sending_domain(request: StaffRequest) -> HttpResponse:
    """The keys and the records to publish."""
    return render(request, _PAGE, domain_page())


@require_POST
@staff_page(StaffRole.ADMINISTRATOR)
def check(request: StaffRequest) -> HttpResponse:
    """Ask the name servers; keys whose record is in place become published."""
    found = findings(current_resolver())
    for key_id in keys_found(found):
        mark_published(key_id, actor=actor_of(request), now=clock.now())
    return render(request, _PAGE, domain_page(found))


@require_POST
@staff_page(StaffRole.ADMINISTRATOR)
def new_key(request: StaffRequest) -> HttpResponse:
    """Make a key pair of the sending domain."""
    form = KeyForm(request.POST)
    if not form.is_valid():
        return render(request, _PAGE, {**domain_page(), "form": form}, status=400)
    algorithm = Algorithm(form.cleaned_data["algorithm"])
    actor, now = actor_of(request), clock.now()
    try:
        make_key(domain=settings.SENDING_DOMAIN, algorithm=algorithm, actor=actor, now=now)
    except SendingError as refusal:
        return render(request, _PAGE, {**domain_page(), "trouble": str(refusal)}, status=409)
    messages.success(request, "La clé est créée : publiez maintenant son enregistrement DKIM.")
    return redirect("back_office:sending_domain")


@require_POST
@staff_page(StaffRole.ADMINISTRATOR)
def act(request: StaffRequest, key_id: int, verb: str) -> HttpResponse:
    """Put a published key to use, or retire one."""
    key = get_object_or_404(DkimKey, pk=key_id)
    if verb not in _VERBS:
        raise Http404
    try:
        _VERBS[verb](key.pk, actor=actor_of(request), now=clock.now())
    except SendingError as refusal:
        return render(request, _PAGE, {**domain_page(), "trouble": str(refusal)}, status=409)
    messages.success(request, _DONE[verb])
    return redirect("back_office:sending_domain")
