"""The mail that the demo caught instead of delivering it."""

from typing import Final

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from marketingconnect.sandbox.catcher import CaughtMessage, Ledger, Refusal
from marketingconnect.web.access import StaffRequest
from marketingconnect.web.back_office.demo_tools.guard import demo_page
from marketingconnect.web.back_office.demo_tools.links import links_of, one_click_address
from marketingconnect.web.keys import key_in

_PAGE: Final = 50
_SEALED: Final = {
    "default-src": ["'none'"],
    "img-src": ["'self'", "data:", "http:", "https:"],
    "style-src": ["'unsafe-inline'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


@require_safe
@demo_page
def inbox(request: StaffRequest) -> HttpResponse:
    to = request.GET.get("pour", "").strip()
    page = _ledger().page(before=key_in(request, "apres"), limit=_PAGE, to=to)
    context = {"entries": page.entries, "after": page.older, "to": to, "refusals": _refused(to)}
    return render(request, "back_office/demo_tools/inbox.html", context)


@require_safe
@demo_page
def message(request: StaffRequest, number: int) -> HttpResponse:
    caught = _caught(number)
    context = {
        "entry": _ledger().entry(number),
        "caught": caught,
        "subject": caught.header("Subject"),
        "links": links_of(caught.html, caught.text),
        "one_click": one_click_address(
            caught.header("List-Unsubscribe"), caught.header("List-Unsubscribe-Post")
        ),
    }
    return render(request, "back_office/demo_tools/message.html", context)


@require_safe
@xframe_options_sameorigin
@csp_replace(_SEALED)
@demo_page
def message_html(request: HttpRequest, number: int) -> HttpResponse:
    """The HTML part alone, without script, form or page around it."""
    html = _caught(number).html
    if html is None:
        raise Http404
    return HttpResponse(html)


@require_safe
@demo_page
def attachment(request: HttpRequest, number: int, index: int) -> HttpResponse:
    files = _caught(number).attachments
    if index >= len(files):
        raise Http404
    response = HttpResponse(files[index].content, content_type="application/octet-stream")
    name = "".join(c for c in files[index].name if c.isalnum() or c in " ._-") or "piece"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _refused(to: str) -> list[Refusal]:
    """What was refused on purpose, the latest first."""
    found = [one for one in _ledger().refusals() if to.lower() in one.recipient.lower()]
    return found[: -_PAGE - 1 : -1]


def _ledger() -> Ledger:
    return Ledger(settings.CATCHER_DIR)


def _caught(number: int) -> CaughtMessage:
    caught = _ledger().message(number)
    if caught is None:
        raise Http404
    return caught
