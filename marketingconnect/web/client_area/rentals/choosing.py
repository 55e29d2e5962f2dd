"""Choose a saved target for a rental: counted at that moment, refused in plain words."""

from django.contrib import messages

from marketingconnect import clock
from marketingconnect.offers.list_rental.errors import RentalError
from marketingconnect.offers.list_rental.services import choose_target
from marketingconnect.targeting.criteria import Criteria, Use
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.web.access import ClientRequest, actor_of
from marketingconnect.web.client_area.rentals.forms import FOR_SENDING
from marketingconnect.web.client_area.targets.exact_count import Counted, counted


def target_refusal(request: ClientRequest, rental_id: int, target: SavedTarget) -> str:
    """Count and keep the target; why not, or nothing."""
    criteria = Criteria.from_json(target.criteria)
    if criteria.use is not Use.RENTAL:
        return FOR_SENDING
    who = {"company_id": request.company.pk, "user_id": request.user.pk}
    found = counted(criteria, now=clock.now(), **who)
    return found.refusal or _kept(request, rental_id, criteria, found)


def _kept(request: ClientRequest, rental_id: int, criteria: Criteria, found: Counted) -> str:
    try:
        choose_target(
            rental_id,
            criteria=criteria,
            counted=found.number,
            release=found.release,
            actor=actor_of(request),
            now=clock.now(),
        )
    except RentalError as refusal:
        article = f" (art. {refusal.article})" if refusal.article else ""
        return f"{refusal.sentence.rstrip('.')}{article}."
    return ""


def choose_saved_target(request: ClientRequest, rental_id: int, target: SavedTarget) -> bool:
    """Whether it was refused; the person is told why on the next page."""
    refusal = target_refusal(request, rental_id, target)
    if refusal:
        messages.error(request, refusal)
    return bool(refusal)
