"""What rented files ask for next, and what goes on with them."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.urls import reverse

from marketingconnect.claims.models import Claim
from marketingconnect.claims.states import ClaimState
from marketingconnect.kernel.calendar import format_day_month_fr
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.offers.list_rental.models import Amendment, Delivery
from marketingconnect.offers.list_rental.queries import rentals_of
from marketingconnect.offers.list_rental.states import (
    AmendmentState,
    DeliveryState,
    RentalState,
)
from marketingconnect.web.client_area.home.things import NextThing
from marketingconnect.web.client_area.rentals.dossier import Dossier, build_dossier

_LOOKED_AT: Final = 8
_OPEN: Final = (RentalState.COMPOSING, RentalState.ORDERED, RentalState.FROZEN)
_ICONS: Final = {"criteria": "crosshair", "use": "list-checks", "sample": "file-up"}


def rental_things(company_id: int, *, today: date) -> tuple[list[NextThing], list[NextThing]]:
    """(what the client must do, what goes on by itself)."""
    open_rentals = rentals_of(company_id).filter(state__in=_OPEN)[:_LOOKED_AT]
    dossiers = [build_dossier(one, today=today, priced=False) for one in open_rentals]
    to_do = [
        *_files(company_id, today),
        *_amendments(company_id),
        *(thing for dossier in dossiers for thing in _of(dossier)),
        *_letters(company_id),
    ]
    return to_do, [*_preparing(company_id), *(t for d in dossiers for t in _waiting(d))]


def _files(company_id: int, today: date) -> Iterator[NextThing]:
    """Files never taken, and those of phones whose last day is past."""
    given = Delivery.objects.filter(
        rental__company_id=company_id, rental__state=RentalState.DELIVERED
    ).select_related("rental")
    for delivery in given.filter(state=DeliveryState.AVAILABLE).order_by("-pk")[:_LOOKED_AT]:
        late = delivery.use_by is not None and delivery.use_by < today
        if not late:
            sentence = _take(delivery)
            yield _about(delivery, sentence, icon="download", verb="Télécharger")
    for delivery in given.filter(
        state__in=[DeliveryState.AVAILABLE, DeliveryState.DOWNLOADED], use_by__lt=today
    ).order_by("-pk")[:_LOOKED_AT]:
        sentence = "Le fichier ne s’utilise plus : demandez sa vérification, gratuite."
        yield _about(delivery, non_breaking(sentence), icon="refresh-cw", verb="Vérifier")


def _take(delivery: Delivery) -> str:
    if delivery.use_by is None:
        return "Téléchargez votre fichier."
    return non_breaking(
        f"Téléchargez votre fichier, à utiliser avant le {format_day_month_fr(delivery.use_by)}."
    )


def _about(delivery: Delivery, sentence: str, *, icon: str, verb: str) -> NextThing:
    href = reverse("client_area:rental_delivery", args=[delivery.reference])
    return NextThing(sentence, delivery.rental.name, icon, href, verb)


def _amendments(company_id: int) -> Iterator[NextThing]:
    waiting = Amendment.objects.filter(
        rental__company_id=company_id, state=AmendmentState.PROPOSED
    ).select_related("rental")
    for amendment in waiting[:_LOOKED_AT]:
        href = reverse("client_area:rental", args=[amendment.rental_id])
        sentence = "Répondez à l’avenant proposé."
        yield NextThing(sentence, amendment.rental.name, "file-signature", href, "Lire")


def _of(dossier: Dossier) -> Iterator[NextThing]:
    """The first thing missing; the basket once nothing but the order is."""
    about = dossier.rental.name
    for one in dossier.to_do[:1]:
        icon = _ICONS.get(one.what.code, "circle-dot")
        yield NextThing(one.what.sentence, about, icon, one.href, "Y aller")
        return
    if dossier.line is None:
        href = reverse("client_area:rental", args=[dossier.rental.pk])
        sentence = "Relisez le récapitulatif et commandez le fichier."
        yield NextThing(sentence, about, icon="shopping-basket", href=href, verb="Relire")


def _letters(company_id: int) -> Iterator[NextThing]:
    waiting = Claim.objects.filter(
        company_id=company_id, state=ClaimState.RECEIVED, letter_number=""
    )
    for claim in waiting.order_by("pk")[:_LOOKED_AT]:
        href = reverse("client_area:claim", args=[claim.reference])
        sentence = "Notez la lettre recommandée de votre réclamation."
        yield NextThing(sentence, claim.reference, icon="mail", href=href, verb="Noter")


def _preparing(company_id: int) -> Iterator[NextThing]:
    writing = Delivery.objects.filter(
        rental__company_id=company_id, state=DeliveryState.PREPARING
    ).select_related("rental")
    for delivery in writing[:_LOOKED_AT]:
        yield _about(delivery, "Nous écrivons votre fichier.", icon="loader-circle", verb="Suivre")


def _waiting(dossier: Dossier) -> Iterator[NextThing]:
    for one in dossier.missing:
        if one.what.whose == "operator":
            yield NextThing(one.what.sentence, dossier.rental.name, icon="shield-check")
