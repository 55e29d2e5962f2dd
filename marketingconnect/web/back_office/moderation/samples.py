"""Samples of the messages that rented files will serve, and the decision on each (CGV CL.7)."""

from typing import Any

from django.contrib import messages as notes
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from marketingconnect import clock, storage
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.claims.services import decide_sample
from marketingconnect.messages.rules.moderation import REASONS
from marketingconnect.offers.list_rental.errors import InvalidFieldsError, RentalError
from marketingconnect.offers.list_rental.models import MessageSample
from marketingconnect.offers.list_rental.queries import subcontractors_of, waiting_samples
from marketingconnect.offers.list_rental.vocabulary import USE_LABELS, RentalUse, SampleKind
from marketingconnect.terms.queries import acceptances_of
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.journal.of_record import journal_of
from marketingconnect.web.back_office.moderation.forms import DecisionForm
from marketingconnect.web.errors import conflict
from marketingconnect.web.keys import number_in

STATE_LABELS = {
    "waiting": ("À relire", "info"),
    "approved": ("Accepté", "success"),
    "refused": ("Refusé", "error"),
    "changes_asked": ("Modification demandée", "warning"),
    "void": ("Remplacé par le client", "neutral"),
}
TYPES = {SampleKind.PDF: "application/pdf", SampleKind.TEXT: "text/plain; charset=utf-8"}
_HEADS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_MOST_TEXT = 20_000
POLICY = "frame-ancestors 'self'; base-uri 'none'; form-action 'none'; script-src 'none'"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(StaffRole.MODERATION)
def sample(request: StaffRequest, sample_id: int) -> HttpResponse:
    """The message on the left, the checklist and the decision on the right."""
    found = _sample_or_404(sample_id)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        _decide(request, found, form)
    except InvalidFieldsError as refusal:
        for name, sentence in refusal.problems.items():
            form.add_error(name if name in form.fields else None, sentence)
        return _page(request, found, form)
    except RentalError as refusal:
        return conflict(request, refusal.sentence)
    return _onwards(request)


def _onwards(request: StaffRequest) -> HttpResponse:
    """To the next one waiting, else back to the queue."""
    notes.success(request, "Décision enregistrée : le client est prévenu.")
    following = next(iter(waiting_samples(limit=1)), None)
    if following:
        return redirect("back_office:moderation_sample", following.pk)
    return redirect("back_office:moderation")


def _decide(request: StaffRequest, found: MessageSample, form: DecisionForm) -> None:
    decide_sample(
        found.pk,
        **form.cleaned_data,
        user_id=request.user.pk,
        actor=actor_of(request),
        now=clock.now(),
    )


@require_safe
@staff_page(StaffRole.MODERATION)
def file(request: StaffRequest, sample_id: int) -> HttpResponseBase:
    """The sample as it came; a picture or a PDF shows in the page, in a frame that runs nothing."""
    found = _sample_or_404(sample_id)
    content = storage.open(found.path)
    kind = TYPES.get(SampleKind(found.kind)) or _picture_type(found.path)
    inline = found.kind != SampleKind.TEXT and "telecharger" not in request.GET
    response = FileResponse(
        content, content_type=kind, as_attachment=not inline, filename=found.original_name
    )
    response["Content-Security-Policy"] = POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _picture_type(path: str) -> str:
    with storage.open(path) as stream:
        head = stream.read(4)
    return next((kind for mark, kind in _HEADS.items() if head.startswith(mark)), "image/png")


def _text_of(found: MessageSample) -> str:
    """A text as people read it; the frame of other kinds is left to the browser."""
    if found.kind != SampleKind.TEXT:
        return ""
    with storage.open(found.path) as stream:
        content = stream.read(_MOST_TEXT)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _sample_or_404(sample_id: int) -> MessageSample:
    samples = MessageSample.objects.select_related("rental__company", "uploaded_by", "decided_by")
    found = samples.filter(pk=number_in(str(sample_id)) or 0).first()
    if found is None:
        raise Http404
    return found


def _page(request: StaffRequest, found: MessageSample, form: DecisionForm) -> HttpResponse:
    rental = found.rental
    others = MessageSample.objects.filter(rental__company=rental.company).exclude(pk=found.pk)
    decided = others.filter(decided_at__isnull=False).select_related("decided_by", "rental")
    context: dict[str, Any] = {
        "sample": found,
        "rental": rental,
        "advertiser": rental.company,
        "form": form,
        "state": STATE_LABELS[found.state],
        "text": _text_of(found),
        "uses": " et ".join(USE_LABELS[RentalUse(use)] for use in rental.uses),
        "helpers": subcontractors_of(rental),
        "acceptances": acceptances_of(rental.company)[:3],
        "decided_reason": REASONS.get(found.reason),
        "history": [(one, STATE_LABELS[one.state]) for one in decided.order_by("-pk")[:10]],
        "entries": journal_of(f"list_rental:{rental.pk}"),
    }
    status = 400 if form.errors else 200
    return render(request, "back_office/moderation/sample.html", context, status=status)
