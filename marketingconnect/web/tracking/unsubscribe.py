"""Leave a client's mailings: in one click for a mail program (RFC 8058), by a button for a person.

Opening the address changes nothing: programs that look at every link of a message would
unsubscribe people who want to stay. The opposition is committed before the answer leaves.
"""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from marketingconnect import clock
from marketingconnect.sending.message.tokens import InvalidTokenError, recipient_of_link
from marketingconnect.sending.models import Campaign, Recipient
from marketingconnect.suppression.services import suppress


@dataclass(frozen=True)
class Leaver:
    """The recipient named by a link, and whose mailings they leave."""

    email: str
    company_id: int
    company_name: str

    @property
    def masked(self) -> str:
        """`z…@example.org`: enough to recognise oneself, not enough to learn an address."""
        local, _, domain = self.email.partition("@")
        return f"{local[:1]}…@{domain}"


# The token is the proof: a mail program has no session, hence no CSRF token (RFC 8058, 3.1).
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button; POST unsubscribes, with or without a person behind it."""
    leaver = _leaver_of(token)
    if request.method == "POST":
        one_click = request.POST.get("List-Unsubscribe") == "One-Click"
        _leave(leaver, "unsubscribe_one_click" if one_click else "unsubscribe_page")
        if one_click:
            return HttpResponse("Désinscription enregistrée.\n", content_type="text/plain")
    template = "done" if request.method == "POST" else "unsubscribe"
    response = render(request, f"tracking/{template}.html", {"leaver": leaver})
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _leave(leaver: Leaver, reason: str) -> None:
    suppress(
        channel="email",
        address=leaver.email,
        scope="client",
        company_id=leaver.company_id,
        reason=reason,
        at=clock.now(),
    )


def _leaver_of(token: str) -> Leaver:
    try:
        campaign_id, position = recipient_of_link(token)
        recipient = Recipient.objects.get(campaign_id=campaign_id, position=position)
    except (InvalidTokenError, Recipient.DoesNotExist) as error:
        raise Http404 from error
    campaign = Campaign.objects.select_related("company").get(pk=campaign_id)
    return Leaver(recipient.email, campaign.company_id, campaign.company.legal_name)
