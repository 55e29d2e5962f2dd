"""Everything the pages of one campaign show: its order, its price, its steps, what is missing."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404
from django.urls import NoReverseMatch, reverse

from marketingconnect import clock
from marketingconnect.catalogue.queries import (
    NoPriceError,
    PricedLine,
    current_price_list,
    price_of,
)
from marketingconnect.kernel.calendar import format_day_month_fr
from marketingconnect.kernel.money import Money, format_number_fr
from marketingconnect.messages.queries import Standing, standing_of
from marketingconnect.offers.contract import Missing
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.offer import price_code_of
from marketingconnect.offers.email.queries import addresses_of, campaign_of, missing_for
from marketingconnect.orders.models import OrderLine
from marketingconnect.orders.queries import order_line_of
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.queries import current_terms, parameters_of
from marketingconnect.web.components import Step
from marketingconnect.web.targeting.listing import in_words


@dataclass(frozen=True)
class MissingThing:
    """One thing missing with the page where it is mended, empty when the client can do nothing."""

    what: Missing
    href: str


@dataclass(frozen=True)
class Dossier:
    """A campaign and what is known around it on a given day."""

    campaign: EmailCampaign
    line: OrderLine | None
    terms: TermsParameters
    today: date
    addresses: int | None
    price: PricedLine | None
    standing: Standing | None
    missing: tuple[MissingThing, ...]

    @property
    def paid_on(self) -> date | None:
        return self.line.order.payment_validated_on if self.line else None

    @property
    def is_launched(self) -> bool:
        return self.campaign.sending_id is not None

    @property
    def target_words(self) -> str:
        """Whom of the base, in a sentence."""
        if self.campaign.criteria is None:
            return ""
        return in_words(SavedTarget(name="", criteria=self.campaign.criteria))

    @property
    def top_up(self) -> Money | None:
        """What the minimum billing would add to this campaign alone."""
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


def dossier_of(company_id: int, campaign_id: int) -> Dossier:
    """The dossier of one campaign of this company; another company's is not found."""
    try:
        campaign = campaign_of(company_id, campaign_id)
    except EmailCampaign.DoesNotExist as error:
        raise Http404 from error
    return build_dossier(campaign, today=clock.today())


def build_dossier(campaign: EmailCampaign, *, today: date, priced: bool = True) -> Dossier:
    """The dossier of a campaign as it stands; `priced` False leaves the price out."""
    line = order_line_of("email", campaign.pk)
    terms = parameters_of(line.order.terms if line else current_terms(today))
    addresses = addresses_of(campaign)
    missing = missing_for(
        campaign,
        quantity=line.quantity if line else None,
        payment_validated_on=line.order.payment_validated_on if line else None,
        terms=terms,
        today=today,
    )
    return Dossier(
        campaign=campaign,
        line=line,
        terms=terms,
        today=today,
        addresses=addresses,
        price=_price(campaign, addresses, today) if priced and line is None else None,
        standing=standing_of(campaign.message) if campaign.message else None,
        missing=tuple(MissingThing(one, _href(one, campaign, line)) for one in missing),
    )


def _price(campaign: EmailCampaign, addresses: int | None, today: date) -> PricedLine | None:
    if not addresses:
        return None
    try:
        return price_of(current_price_list(today), price_code_of(campaign), addresses)
    except NoPriceError:
        return None


def _href(missing: Missing, campaign: EmailCampaign, line: OrderLine | None) -> str:
    if missing.whose != "client" or not missing.url_name:
        return ""
    if missing.code == "payment" and line is not None:
        return _reversed("client_area:order", line.order.reference)
    return _reversed(missing.url_name, campaign.pk)


def _reversed(name: str, argument: object) -> str:
    try:
        return reverse(name, args=[argument])
    except NoReverseMatch:
        return ""


def steps_of(dossier: Dossier, *, here: str) -> list[Step]:
    """À qui, Quoi, Quand, Récapitulatif, Accord, Paiement; the first four in any order."""
    campaign = dossier.campaign
    when = campaign.send_at and clock.paris_date(campaign.send_at)
    composed = [
        ("recipients", "À qui", dossier.lacks("file", "quantity"), _count_note(dossier.addresses)),
        (
            "message",
            "Quoi",
            _message_missing(dossier),
            campaign.message.name if campaign.message else "",
        ),
        ("calendar", "Quand", dossier.lacks("date"), format_day_month_fr(when) if when else ""),
    ]
    steps = [
        Step(
            name,
            "current" if page == here else "todo" if lacking else "done",
            reverse(f"client_area:campaign_{page}", args=[campaign.pk]),
            note,
        )
        for page, name, lacking, note in composed
    ]
    summary = reverse("client_area:campaign", args=[campaign.pk])
    ordered, paid = dossier.line is not None, dossier.paid_on is not None
    return [
        *steps,
        Step("Récapitulatif", "current" if here == "summary" else "todo", summary),
        Step("Accord", "done" if ordered else "todo"),
        Step("Paiement", "done" if paid else "todo"),
    ]


def _message_missing(dossier: Dossier) -> bool:
    return dossier.lacks("message", "origin", "validation", "moderation")


def _count_note(addresses: int | None) -> str:
    return f"{format_number_fr(addresses)} adresses" if addresses else ""
