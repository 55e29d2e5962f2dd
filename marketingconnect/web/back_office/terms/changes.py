"""Who was told of a change, and the refusals that come back."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.terms.errors import NotRefusableError
from marketingconnect.terms.models import AnnouncedChange, ClientChange
from marketingconnect.terms.queries import change_of, companies_to_tell
from marketingconnect.terms.rules import ChangeKind
from marketingconnect.terms.services import record_refusal
from marketingconnect.terms.states import ClientChangeState
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.back_office.terms.forms import RefusalForm
from marketingconnect.web.back_office.terms.presenting import KIND_LABELS, lines_of


@require_safe
@staff_page(StaffRole.ADMINISTRATOR)
def change(request: StaffRequest, kind: str, number: int) -> HttpResponse:
    """One change: the clients told, whether their mail left, what they answered."""
    if kind not in set(ChangeKind):
        raise Http404
    found = change_of(ChangeKind(kind), number)
    if found is None:
        raise Http404
    context = {
        "change": found,
        "title": _title(found),
        "lines": lines_of(found),
        "waiting": companies_to_tell(found).count(),
    }
    return render(request, "back_office/terms/change.html", context)


def _title(change: AnnouncedChange) -> str:
    return f"{KIND_LABELS[ChangeKind(change.kind)]} {change.number}"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.ADMINISTRATOR)
def refusal(request: StaffRequest, client_change_id: int) -> HttpResponse:
    """Record that a client refuses a change and terminates its contract."""
    told = ClientChange.objects.select_related("change", "company")
    client = get_object_or_404(told, pk=client_change_id)
    typed = request.POST if request.method == "POST" else None
    form = RefusalForm(typed, kind=ChangeKind(client.change.kind))
    if form.is_valid() and _recorded(request, client, form):
        return redirect("back_office:terms_change", client.change.kind, client.change.number)
    context = {"client": client, "form": form, "title": _title(client.change)}
    context["entries"] = journal_of(f"client_change:{client.pk}")
    status = 400 if form.errors else 200
    return render(request, "back_office/terms/refusal.html", context, status=status)


def _recorded(request: StaffRequest, client: ClientChange, form: RefusalForm) -> bool:
    try:
        answered = record_refusal(
            client.pk, form.refusal(), actor=actor_of(request), now=clock.now()
        )
    except NotRefusableError as refused:
        for field, problem in refused.problems.items():
            form.add_error(field if field in form.fields else None, problem)
        return False
    if answered.state == ClientChangeState.REFUSED:
        messages.success(request, "Refus enregistré, à temps : le contrat est à résilier.")
    else:
        messages.warning(request, "Refus enregistré, mais trop tard : le changement s’applique.")
    return True
