"""Messages waiting for a decision, and the decision itself (CGV B.2)."""

from urllib.parse import urlsplit

from django.contrib import messages as notes
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from marketingconnect import clock
from marketingconnect.accounts.roles import StaffRole
from marketingconnect.messages.composing.legal import UNSUBSCRIBE_TOKEN
from marketingconnect.messages.errors import InvalidDecisionError, StaleModerationError
from marketingconnect.messages.models import ModerationRequest
from marketingconnect.messages.queries import (
    company_history,
    moderation_queue,
    render_sample,
    request_of,
    sample_of,
    waiting_requests,
)
from marketingconnect.messages.queries.checking import version_findings
from marketingconnect.messages.queries.moderation import next_waiting, validation_behind
from marketingconnect.messages.reading import read_html
from marketingconnect.messages.rules.moderation import REASONS
from marketingconnect.messages.services import decide_moderation
from marketingconnect.offers.list_rental.queries import waiting_samples
from marketingconnect.terms.queries import acceptances_of
from marketingconnect.web.access import StaffRequest, actor_of, staff_page
from marketingconnect.web.back_office.moderation.forms import DecisionForm
from marketingconnect.web.email_preview import preview_response
from marketingconnect.web.errors import conflict

STATE_LABELS = {
    "waiting": ("À relire", "info"),
    "approved": ("Accepté", "success"),
    "refused": ("Refusé", "error"),
    "changes_asked": ("Modification demandée", "warning"),
    "void": ("Remplacé par le client", "neutral"),
}


@staff_page(StaffRole.MODERATION)
@require_safe
def queue(request: StaffRequest) -> HttpResponse:
    """The requests that wait, the oldest first."""
    context = {
        "queue": moderation_queue(),
        "waiting": waiting_requests(),
        "samples": waiting_samples(),
        "now": clock.now(),
    }
    return render(request, "back_office/moderation/queue.html", context)


@staff_page(StaffRole.MODERATION)
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: StaffRequest, request_id: int) -> HttpResponse:
    """CGV B.2: read the message, the checklist and the history; decide."""
    asked = _request_or_404(request_id)
    if request.method != "POST":
        return _page(request, asked, DecisionForm(), 200)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, asked, form, 400)
    try:
        _decide(request, asked, form)
    except InvalidDecisionError as refusal:
        for name, sentence in refusal.errors.items():
            form.add_error(name, sentence)
        return _page(request, asked, form, 400)
    except StaleModerationError as refusal:
        return conflict(request, refusal.sentence)
    return _onwards(request, asked)


@staff_page(StaffRole.MODERATION)
@require_safe
def preview(request: StaffRequest, request_id: int) -> HttpResponse:
    """The version exactly as validated, filled with a sample."""
    asked = _request_or_404(request_id)
    rendered = render_sample(asked.version, sample_of(asked.version.message))
    return preview_response(rendered, request.GET.get("vue", ""))


def _decide(request: StaffRequest, asked: ModerationRequest, form: DecisionForm) -> None:
    decide_moderation(
        asked.pk,
        **form.cleaned_data,
        user_id=request.user.pk,
        actor=actor_of(request),
        now=clock.now(),
    )


def _onwards(request: StaffRequest, asked: ModerationRequest) -> HttpResponse:
    """To the next one waiting, else back to the queue."""
    notes.success(request, "Décision enregistrée : le client est prévenu.")
    following = next_waiting(asked)
    if following:
        return redirect("back_office:moderation_item", following.pk)
    return redirect("back_office:moderation")


def _request_or_404(request_id: int) -> ModerationRequest:
    try:
        return request_of(request_id)
    except ModerationRequest.DoesNotExist:
        raise Http404 from None


def _page(
    request: StaffRequest, asked: ModerationRequest, form: DecisionForm, status: int
) -> HttpResponse:
    version = asked.version
    company = version.message.company
    context = {
        "asked": asked,
        "version": version,
        "advertiser": company,
        "form": form,
        "state": STATE_LABELS[asked.state],
        "view": request.GET.get("vue", ""),
        "links": _links(version.html),
        "unsubscribe_token": UNSUBSCRIBE_TOKEN,
        "findings": version_findings(version, on=clock.today()),
        "history": [(each, STATE_LABELS[each.state]) for each in _others(asked)],
        "acceptances": acceptances_of(company)[:3],
        "validation": validation_behind(asked),
        "decided_reason": REASONS.get(asked.reason),
    }
    return render(request, "back_office/moderation/item.html", context, status=status)


def _others(asked: ModerationRequest) -> list[ModerationRequest]:
    decided = company_history(asked.version.message.company_id)
    return [each for each in decided if each.pk != asked.pk]


def _links(html: str) -> list[tuple[str, str, str]]:
    """Words, address and host of each link."""
    _, links, _ = read_html(html)
    return [(link.label, link.href, urlsplit(link.href).hostname or "") for link in links]
