"""Where a rented address comes from, for the person who received a campaign (GDPR 14).

The link shows whose file it is and what can be asked; the source itself is looked up when the
button is pressed: programs that open every link of a message would search the base all day.
"""

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.base.models import Supplier
from marketingconnect.base.people import proofs_of, record_of
from marketingconnect.base.vocabulary import Channel, Population
from marketingconnect.catalogue.queries import operator_on
from marketingconnect.sending.message.tokens import InvalidTokenError, recipient_of_link
from marketingconnect.sending.models import Campaign, Recipient
from marketingconnect.web.tracking.leaving import masked

_RECIPIENT = Actor.system("Destinataire d’une campagne")
_GROUNDS = {
    "consent": "vous avez accepté de recevoir des offres",
    "legitimate_interest": "l’intérêt légitime, dans un cadre professionnel",
}


@dataclass(frozen=True)
class Source:
    """Who collected the address, when and on what ground."""

    supplier: str
    collected_on: date
    ground: str
    source: str
    wording: str


# Nothing is changed by the answer, and the token alone says whose source may be read.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def origin(request: HttpRequest, token: str) -> HttpResponse:
    """GET says whose file it is; POST looks the source up, and the journal keeps that it was."""
    campaign, recipient = _named(token)
    asked = request.method == "POST"
    context = {
        "campaign": campaign,
        "masked": masked(recipient.email) if recipient.email else "",
        "operator": operator_on(clock.today()),
        "leave_url": reverse("tracking:unsubscribe", args=[token]),
        "asked": asked,
        "source": _asked_source(campaign, recipient) if asked else None,
    }
    response = render(request, "tracking/origin.html", context)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _named(token: str) -> tuple[Campaign, Recipient]:
    try:
        campaign_id, position = recipient_of_link(token)
        recipient = Recipient.objects.get(campaign_id=campaign_id, position=position)
    except (InvalidTokenError, Recipient.DoesNotExist) as error:
        raise Http404 from error
    campaign = Campaign.objects.select_related("company", "selection").get(pk=campaign_id)
    if campaign.selection is None or not (recipient.email or recipient.digests):
        raise Http404
    return campaign, recipient


def _asked_source(campaign: Campaign, recipient: Recipient) -> Source | None:
    """The proof behind the address today; None once the record left the base."""
    selection = campaign.selection
    if selection is None:
        return None
    population = Population(selection.population)
    record(
        action="base.source_asked",
        actor=_RECIPIENT,
        company_id=campaign.company_id,
        subject=f"record:{population}:{recipient.contact_id}",
        at=clock.now(),
        after={"campaign": campaign.pk, "position": recipient.position},
    )
    found = record_of(population, recipient.contact_id)
    proofs = proofs_of(found) if found is not None else []
    proof = next((one for one in proofs if one.channel is Channel.EMAIL), None)
    if proof is None:
        return None
    supplier = Supplier.objects.filter(number=proof.supplier).first()
    return Source(
        supplier.name if supplier else "",
        proof.collected_on,
        _GROUNDS.get(proof.ground, ""),
        proof.source,
        proof.wording,
    )
