"""Clicks and openings when no service apart takes them: the same tokens, the same table."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from marketingconnect import clock
from marketingconnect.sending.message.tokens import InvalidTokenError, recipient_of_visit
from marketingconnect.sending.models import Campaign, TrackedLink
from marketingconnect.statistics.states import Signal, VisitKind
from marketingconnect.statistics.visits.recording import record_visits, visit_line
from marketingconnect.statistics.visits.signals import signal_of
from marketingconnect.web.tracking.service.answers import PIXEL


@csrf_exempt
@never_cache
@require_safe
@transaction.non_atomic_requests
def click(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """Lead to one of the campaign's own addresses, once the click is written down."""
    campaign_id, position = _recipient_of(token)
    link = TrackedLink.objects.filter(campaign_id=campaign_id, number=number).first()
    if position == 0 or (link is None and number > 0):
        raise Http404
    _record(request, campaign_id, position, number, VisitKind.CLICK)
    if link is None:
        raise Http404
    response = HttpResponseRedirect(link.url)
    response["X-Robots-Tag"] = "noindex"
    return response


@csrf_exempt
@never_cache
@require_safe
def opening(request: HttpRequest, token: str) -> HttpResponse:
    """The picture of one point; counted only where the campaign still counts openings."""
    campaign_id, position = _recipient_of(token)
    if not Campaign.objects.filter(pk=campaign_id).exclude(opens="none").exists():
        raise Http404
    _record(request, campaign_id, position, 0, VisitKind.OPEN)
    return HttpResponse(PIXEL, content_type="image/gif")


def _record(
    request: HttpRequest, campaign_id: int, position: int, link: int, kind: VisitKind
) -> None:
    signal: str = Signal.HONEYPOT
    if kind is VisitKind.OPEN or link > 0:
        signal = signal_of(
            method=request.method or "",
            header=request.headers.get,
            address=request.META["REMOTE_ADDR"],
        )
    line = visit_line(
        campaign_id=campaign_id,
        position=position,
        link=link,
        kind=kind.value,
        at=clock.now().isoformat(),
        signal=signal,
    )
    record_visits([line])


def _recipient_of(token: str) -> tuple[int, int]:
    try:
        return recipient_of_visit(token)
    except InvalidTokenError as error:
        raise Http404 from error
