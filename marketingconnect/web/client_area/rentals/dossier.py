"""Everything the pages of one rental show: its order, its price, its steps, what is missing."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import Http404
from django.urls import NoReverseMatch, reverse

from marketingconnect import clock
from marketingconnect.base.vocabulary import Population
from marketingconnect.catalogue.queries import (
    NoPriceError,
    PricedLine,
    composed_price,
    current_price_list,
)
from marketingconnect.kernel.money import Money, format_number_fr
from marketingconnect.offers.contract import Missing
from marketingconnect.offers.list_rental.models import ListRental, MessageSample, Subcontractor
from marketingconnect.offers.list_rental.pricing import price_codes
from marketingconnect.offers.list_rental.queries import (
    missing_for,
    rental_of,
    sample_of,
    stage_of,
    subcontractors_of,
)
from marketingconnect.offers.list_rental.states import RentalState
from marketingconnect.offers.list_rental.vocabulary import USE_LABELS, RentalUse
from marketingconnect.orders.models import OrderLine
from marketingconnect.orders.queries import order_line_of
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.queries import current_terms, parameters_of
from marketingconnect.web.components import Kind, Step
from marketingconnect.web.targeting.listing import in_words

KINDS: dict[str, Kind] = {
    RentalState.COMPOSING: "neutral",
    RentalState.ORDERED: "info",
    RentalState.FROZEN: "info",
    RentalState.PREPARING: "progress",
    RentalState.DELIVERED: "success",
    RentalState.SUSPENDED: "warning",
    RentalState.CANCELLED: "error",
}


@dataclass(frozen=True)
class MissingThing:
    """One thing missing with the page where it is mended, empty when the client can do nothing."""

    what: Missing
    href: str


@dataclass(frozen=True)
class Dossier:
    """A rental and what is known around it on a given day."""

    rental: ListRental
    line: OrderLine | None
    terms: TermsParameters
    today: date
    price: PricedLine | None
    sample: MessageSample | None
    helpers: list[Subcontractor]
    missing: tuple[MissingThing, ...]

    @property
    def paid_on(self) -> date | None:
        return self.line.order.payment_validated_on if self.line else None

    @property
    def is_composing(self) -> bool:
        return self.rental.state == RentalState.COMPOSING

    @property
    def is_delivered(self) -> bool:
        return self.rental.state == RentalState.DELIVERED

    @property
    def has_deliveries(self) -> bool:
        """Whether files were ever made, or are being made."""
        return self.rental.deliveries.exists()

    @property
    def stage(self) -> str:
        return stage_of(self.rental)

    @property
    def kind(self) -> Kind:
        return KINDS[self.rental.state]

    @property
    def population(self) -> str:
        """Its code, empty before a target is chosen."""
        return str((self.rental.criteria or {}).get("population", ""))

    @property
    def population_label(self) -> str:
        return Population(self.population).label if self.population else ""

    @property
    def target_words(self) -> str:
        """What was chosen, in words."""
        if self.rental.criteria is None:
            return ""
        return in_words(SavedTarget(name="", criteria=self.rental.criteria))

    @property
    def criteria(self) -> Criteria | None:
        found = self.rental.criteria
        return Criteria.from_json(found) if found else None

    @property
    def uses(self) -> str:
        """`Publipostage et Prospection par téléphone`."""
        return " et ".join(USE_LABELS[RentalUse(use)] for use in self.rental.uses)

    @property
    def quantity(self) -> int | None:
        return self.rental.ordered_quantity or self.rental.counted

    @property
    def top_up(self) -> Money | None:
        """What the minimum billing would add to this rental alone."""
        if self.price is None or self.price.net >= self.terms.minimum_order:
            return None
        return self.terms.minimum_order - self.price.net

    @property
    def to_do(self) -> list[MissingThing]:
        """What the client itself must do, the payment aside."""
        return [
            one for one in self.missing if one.what.whose == "client" and one.what.code != "payment"
        ]

    def lacks(self, *codes: str) -> bool:
        return any(one.what.code in codes for one in self.missing)


def dossier_of(company_id: int, rental_id: int) -> Dossier:
    """The dossier of one rental of this company; another company's is not found."""
    try:
        rental = rental_of(company_id, rental_id)
    except ListRental.DoesNotExist as error:
        raise Http404 from error
    return build_dossier(rental, today=clock.today())


def build_dossier(rental: ListRental, *, today: date, priced: bool = True) -> Dossier:
    """The dossier of a rental as it stands; `priced` False leaves the price out."""
    line = order_line_of("list_rental", rental.pk)
    terms = parameters_of(line.order.terms if line else current_terms(today))
    missing = missing_for(
        rental,
        quantity=line.quantity if line else None,
        payment_validated_on=line.order.payment_validated_on if line else None,
    )
    return Dossier(
        rental=rental,
        line=line,
        terms=terms,
        today=today,
        price=price_of_rental(rental, today) if priced and line is None else None,
        sample=sample_of(rental),
        helpers=list(subcontractors_of(rental)),
        missing=tuple(MissingThing(one, _href(one, rental, line)) for one in missing),
    )


def price_of_rental(rental: ListRental, today: date) -> PricedLine | None:
    """What it costs at the tariff of the day, one use when none is chosen yet."""
    if not rental.counted or rental.criteria is None:
        return None
    codes = price_codes(
        population=rental.criteria["population"], uses=rental.uses, columns=rental.columns
    )
    try:
        return composed_price(current_price_list(today), codes, rental.counted, uses=rental.times)
    except NoPriceError:
        return None


def _href(missing: Missing, rental: ListRental, line: OrderLine | None) -> str:
    if missing.whose != "client" or not missing.url_name:
        return ""
    if missing.code == "payment" and line is not None:
        return _reversed("client_area:order", line.order.reference)
    return _reversed(missing.url_name, rental.pk)


def _reversed(name: str, argument: object) -> str:
    try:
        return reverse(name, args=[argument])
    except NoReverseMatch:
        return ""


_WITHIN: Final = {"helpers": "uses", "rename": "summary"}


def steps_of(dossier: Dossier, *, here: str) -> list[Step]:
    """À qui, Quoi, Message, Récapitulatif, Accord, Paiement, Fichier; composed in any order."""
    here = _WITHIN.get(here, here)
    rental = dossier.rental
    counted = f"{format_number_fr(dossier.quantity)} adresses" if dossier.quantity else ""
    composed = [
        ("target", "À qui", dossier.lacks("criteria"), counted),
        ("uses", "Quoi", not rental.uses or dossier.lacks("use"), dossier.uses),
        ("sample", "Message", dossier.lacks("sample", "moderation"), _sample_note(dossier)),
    ]
    steps = [
        Step(
            name,
            "current" if page == here else "todo" if lacking else "done",
            reverse(f"client_area:rental_{page}", args=[rental.pk]),
            note,
        )
        for page, name, lacking, note in composed
    ]
    summary = reverse("client_area:rental", args=[rental.pk])
    return [
        *steps,
        Step("Récapitulatif", "current" if here == "summary" else "todo", summary),
        Step("Accord", "done" if dossier.line else "todo"),
        Step("Paiement", "done" if dossier.paid_on else "todo"),
        Step("Fichier"),
    ]


def _sample_note(dossier: Dossier) -> str:
    return SAMPLE_LABELS[dossier.sample.state][0] if dossier.sample else ""


SAMPLE_LABELS: dict[str, tuple[str, Kind]] = {
    "waiting": ("En relecture", "info"),
    "approved": ("Accepté", "success"),
    "refused": ("Refusé", "error"),
    "changes_asked": ("À modifier", "warning"),
    "void": ("Remplacé", "neutral"),
}
