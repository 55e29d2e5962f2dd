"""Leave a client's mailings: in one click for a mail program (RFC 8058), by a button for a person.

Opening the address changes nothing: programs that look at every link of a message would
unsubscribe people who want to stay. The opposition is committed before the answer leaves.
"""

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from marketingconnect import clock
from marketingconnect.web.tracking.leaving import (
    ONE_CLICK,
    PAGE,
    Leaver,
    NoLeaverError,
    is_one_click,
    leave,
    leaver_of,
)


# The token is the proof: a mail program has no session, hence no CSRF token (RFC 8058, 3.1).
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button; POST unsubscribes, with or without a person behind it."""
    leaver = _leaver_of(token)
    if request.method == "POST":
        one_click = _is_one_click(request)
        leave(leaver, ONE_CLICK if one_click else PAGE, now=clock.now())
        if one_click:
            return HttpResponse("Désinscription enregistrée.\n", content_type="text/plain")
    template = "done" if request.method == "POST" else "unsubscribe"
    response = render(request, f"tracking/{template}.html", {"leaver": leaver})
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _is_one_click(request: HttpRequest) -> bool:
    """Read as it came: a form that Django cannot read would keep somebody who wants to leave."""
    try:
        return is_one_click(request.body)
    except (RequestDataTooBig, UnreadablePostError):
        return False


def _leaver_of(token: str) -> Leaver:
    try:
        return leaver_of(token)
    except NoLeaverError as error:
        raise Http404 from error
