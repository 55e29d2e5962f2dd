"""Amendments (avenants): a change of use is proposed with its price, then accepted (CGV CL.1)."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from marketingconnect.audit.actors import Actor
from marketingconnect.catalogue.models import PriceList
from marketingconnect.catalogue.queries import PricedLine, composed_price, current_price_list
from marketingconnect.clock import paris_date
from marketingconnect.offers.list_rental.errors import (
    InvalidFieldsError,
    RentalError,
    StaleRentalError,
)
from marketingconnect.offers.list_rental.models import Amendment, Delivery, ListRental
from marketingconnect.offers.list_rental.notices import tell_amendment_is_proposed
from marketingconnect.offers.list_rental.pricing import price_codes
from marketingconnect.offers.list_rental.queries import licence_text
from marketingconnect.offers.list_rental.rules.delivering import (
    amendment_price,
    amendment_problems,
)
from marketingconnect.offers.list_rental.services.delivering import (
    issue_licence,
    must_be_running,
    start_delivery,
)
from marketingconnect.offers.list_rental.services.rows import journal, locked, save
from marketingconnect.offers.list_rental.states import (
    AMENDMENT_TRANSITIONS,
    AmendmentState,
    DeliveryState,
    RentalState,
)
from marketingconnect.offers.list_rental.vocabulary import DeliveryKind, RentalUse


@transaction.atomic
def propose_amendment(
    rental_id: int,
    *,
    uses: Collection[str],
    times: int,
    user_id: int,
    actor: Actor,
    now: datetime,
) -> Amendment:
    """CGV CL.1: price a change of use at the tariff of the day; the client accepts or refuses it.

    Raises InvalidFieldsError for a change that is none, takes back a use, or cannot be.
    """
    rental = locked(rental_id)
    must_be_running(rental)
    if rental.state == RentalState.COMPOSING or rental.criteria is None:
        raise RentalError("Cette location n’est pas commandée : changez-la directement.")
    problems = amendment_problems(
        uses_before=rental.uses,
        times_before=rental.times,
        uses=uses,
        times=times,
        channel=rental.criteria["channel"],
    )
    if problems:
        raise InvalidFieldsError(problems)
    try:
        with transaction.atomic():
            amendment = _proposed(rental, uses, times, user_id, now)
    except IntegrityError:
        raise RentalError("Un avenant attend déjà la réponse du client.", article="CL.1") from None
    _journal_amendment("rental.amendment_proposed", amendment, actor, now)
    tell_amendment_is_proposed(amendment, at=now)
    return amendment


def _proposed(
    rental: ListRental, uses: Collection[str], times: int, user_id: int, now: datetime
) -> Amendment:
    """Priced at the tariff of the day: what the new uses add."""
    prices = current_price_list(paris_date(now))
    before = _price(rental, prices, rental.uses, rental.times)
    after = _price(rental, prices, uses, times)
    latest = rental.amendments.aggregate(latest=Max("number"))["latest"] or 0
    return Amendment.objects.create(
        rental=rental,
        number=latest + 1,
        uses_before=rental.uses,
        times_before=rental.times,
        uses=sorted(uses),
        times=times,
        quantity=after.quantity,
        unit_price=after.unit_price - before.unit_price,
        net_cents=amendment_price(before=before.net, after=after.net).cents,
        price_list_number=prices.number,
        proposed_by_id=user_id,
        proposed_at=now,
    )


def _price(rental: ListRental, prices: PriceList, uses: Collection[str], times: int) -> PricedLine:
    criteria = rental.criteria or {}
    codes = price_codes(population=criteria["population"], uses=uses, columns=rental.columns)
    return composed_price(prices, codes, rental.ordered_quantity or 0, uses=times)


@transaction.atomic
def take_amendment(amendment_id: int, *, user_id: int, actor: Actor, now: datetime) -> Amendment:
    """CGV CL.1: the client accepts: uses and licences change, phones asked for are delivered.

    Its price is for `claims` to invoice: call `claims.services.accept_amendment`, which does both.
    Raises StaleRentalError when it no longer waits.
    """
    amendment = Amendment.objects.select_related("rental").get(pk=amendment_id)
    rental = locked(amendment.rental_id)
    must_be_running(rental)
    _move_amendment(amendment, AmendmentState.ACCEPTED, user_id, now)
    had_phones = rental.has_phones
    save(
        rental,
        "rental.uses_amended",
        actor=actor,
        now=now,
        uses=amendment.uses,
        times=amendment.times,
    )
    _journal_amendment("rental.amendment_accepted", amendment, actor, now)
    for delivery in _in_force(rental):
        sentences, sha256 = licence_text(
            delivery, quantity=delivery.quantity or 0, use_by=delivery.use_by
        )
        issue_licence(delivery, sentences, sha256, now)
        if not had_phones and RentalUse.TELEPHONE in amendment.uses:
            start_delivery(
                rental,
                kind=DeliveryKind.RE_DELIVERY,
                selection_id=delivery.selection_id,
                quantity=delivery.asked_quantity,
                actor=actor,
                now=now,
                cause=f"amendment:{amendment.pk}:{delivery.pk}",
                replaces=delivery,
            )
    return amendment


@transaction.atomic
def refuse_amendment(amendment_id: int, *, user_id: int, actor: Actor, now: datetime) -> Amendment:
    """CGV CL.1: the client declines; the uses of the order form stay."""
    amendment = Amendment.objects.select_related("rental").get(pk=amendment_id)
    locked(amendment.rental_id)
    _move_amendment(amendment, AmendmentState.REFUSED, user_id, now)
    _journal_amendment("rental.amendment_refused", amendment, actor, now)
    return amendment


@transaction.atomic
def withdraw_amendment(
    amendment_id: int, *, user_id: int, actor: Actor, now: datetime
) -> Amendment:
    """CGV CL.1: whoever proposed it takes it back before the client answers."""
    amendment = Amendment.objects.select_related("rental").get(pk=amendment_id)
    locked(amendment.rental_id)
    _move_amendment(amendment, AmendmentState.WITHDRAWN, user_id, now)
    _journal_amendment("rental.amendment_withdrawn", amendment, actor, now)
    return amendment


def _in_force(rental: ListRental) -> list[Delivery]:
    given = [DeliveryState.AVAILABLE, DeliveryState.DOWNLOADED]
    return list(rental.deliveries.filter(state__in=given).select_related("rental__company"))


def _move_amendment(amendment: Amendment, new: AmendmentState, user_id: int, now: datetime) -> None:
    old = AmendmentState(amendment.state)
    waiting = Amendment.objects.filter(pk=amendment.pk, state=old)
    moved = new in AMENDMENT_TRANSITIONS[old] and waiting.update(
        state=new, decided_by_id=user_id, decided_at=now
    )
    if not moved:
        raise StaleRentalError
    amendment.refresh_from_db(fields=["state", "decided_by", "decided_at"])


def _journal_amendment(action: str, amendment: Amendment, actor: Actor, now: datetime) -> None:
    after = {
        "amendment": amendment.number,
        "uses": amendment.uses,
        "times": amendment.times,
        "net_cents": amendment.net_cents,
        "price_list": amendment.price_list_number,
    }
    journal(action, amendment.rental, actor=actor, now=now, after=after)
