"""ListConnect as orders see it (CGV CL)."""

from datetime import datetime

from marketingconnect.audit.actors import Actor
from marketingconnect.kernel.money import format_number_fr
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.offers.contract import (
    Interruption,
    LineDescription,
    Missing,
    NotSellableError,
    OrderFacts,
    Progress,
)
from marketingconnect.offers.list_rental.models import ListRental
from marketingconnect.offers.list_rental.pricing import price_codes
from marketingconnect.offers.list_rental.queries import missing_for, progress_of
from marketingconnect.offers.list_rental.rules.ordering import uses_refusal
from marketingconnect.offers.list_rental.services.delivering import launch_rental
from marketingconnect.offers.list_rental.services.ending import interrupt_rental
from marketingconnect.offers.list_rental.services.freezing import freeze_order, note_payment
from marketingconnect.offers.list_rental.states import RentalState
from marketingconnect.offers.list_rental.vocabulary import USE_LABELS, RentalUse


class ListConnect:
    """Files of addresses, rented for designated uses."""

    code = "list_rental"

    def describe(self, item_id: int) -> LineDescription:
        rental = _rental(item_id)
        if rental.state == RentalState.CANCELLED:
            raise LookupError(f"list_rental:{item_id}")
        if not rental.counted or rental.criteria is None:
            raise NotSellableError("Choisissez d’abord qui figurera dans le fichier.")
        channel = rental.criteria["channel"]
        if refusal := uses_refusal(uses=rental.uses, times=rental.times, channel=channel):
            raise NotSellableError(f"{refusal.sentence} (CGV, art. {refusal.article})")
        main, *options = price_codes(
            population=rental.criteria["population"], uses=rental.uses, columns=rental.columns
        )
        return LineDescription(
            company_id=rental.company_id,
            label=label_of(rental),
            quantity=rental.counted,
            price_code=main,
            options=tuple(options),
            uses=rental.times,
            criteria=rental.criteria,
        )

    def ordered(self, item_id: int, *, order_reference: str, quantity: int, now: datetime) -> None:
        freeze_order(item_id, order_reference=order_reference, quantity=quantity, now=now)

    def validated(self, item_id: int, facts: OrderFacts, *, now: datetime) -> None:
        if facts.payment_validated_on is not None:
            note_payment(
                item_id, validated_on=facts.payment_validated_on, terms=facts.terms, now=now
            )

    def missing(self, item_id: int, facts: OrderFacts) -> list[Missing]:
        return missing_for(
            _rental(item_id),
            quantity=facts.quantity,
            payment_validated_on=facts.payment_validated_on,
        )

    def launch(self, item_id: int, facts: OrderFacts, *, now: datetime) -> None:
        launch_rental(item_id, facts=facts, now=now)

    def progress(self, item_id: int) -> Progress:
        return progress_of(_rental(item_id))

    def interrupt(
        self,
        item_id: int,
        interruption: Interruption,
        *,
        article: str,
        reason: str,
        actor: Actor,
        now: datetime,
    ) -> bool:
        return interrupt_rental(
            item_id, interruption, article=article, reason=reason, actor=actor, now=now
        )


def label_of(rental: ListRental) -> str:
    """The line of the order form: it names the uses and how many (CGV CL.1)."""
    uses = " et ".join(USE_LABELS[RentalUse(use)].lower() for use in rental.uses)
    times = "une utilisation" if rental.times == 1 else f"{rental.times} utilisations"
    count = format_number_fr(rental.ordered_quantity or rental.counted or 0)
    described = f"Fichier « {rental.name} » : {count} adresses, {uses}, {times}"
    return non_breaking(described)[:200]


def _rental(item_id: int) -> ListRental:
    """Raises LookupError for an unknown id."""
    try:
        return ListRental.objects.get(pk=item_id)
    except ListRental.DoesNotExist as error:
        raise LookupError(f"list_rental:{item_id}") from error
