"""EmailConnect as orders see it (CGV B)."""

from datetime import datetime

from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.kernel.typography import non_breaking
from marketingconnect.offers.contract import (
    Interruption,
    LineDescription,
    Missing,
    NotSellableError,
    OrderFacts,
    Progress,
)
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.queries import addresses_of, missing_for, progress_of
from marketingconnect.offers.email.services import freeze_order, launch_campaign
from marketingconnect.offers.email.stopping import end_campaign, go_on_with_campaign, hold_campaign
from marketingconnect.offers.email.targets import is_count_out_of_date

OWN_FILE_PRICE = "email.own_file"
BASE_PRICE = "email.base"


class EmailConnect:
    """Campaigns by e-mail, to the client's own file or to the operator's base."""

    code = "email"

    def describe(self, item_id: int) -> LineDescription:
        campaign = _campaign(item_id)
        addresses = addresses_of(campaign)
        if not addresses:
            raise NotSellableError(
                non_breaking("Choisissez d’abord à qui vous écrivez : cela fixe le prix.")
            )
        if campaign.ordered_quantity is None and is_count_out_of_date(campaign):
            raise NotSellableError(
                non_breaking(
                    "La base a été mise à jour depuis votre comptage : choisissez de nouveau votre "
                    "cible pour connaître le nombre exact."
                )
            )
        return LineDescription(
            company_id=campaign.company_id,
            label=label_of(campaign),
            quantity=addresses,
            price_code=price_code_of(campaign),
            criteria=campaign.criteria,
        )

    def ordered(self, item_id: int, *, order_reference: str, quantity: int, now: datetime) -> None:
        freeze_order(item_id, order_reference=order_reference, quantity=quantity, now=now)

    def validated(self, item_id: int, facts: OrderFacts, *, now: datetime) -> None:
        """Nothing: the file or the rows, and their number, were frozen with the order."""

    def missing(self, item_id: int, facts: OrderFacts) -> list[Missing]:
        return missing_for(
            _campaign(item_id),
            quantity=facts.quantity,
            payment_validated_on=facts.payment_validated_on,
            terms=facts.terms,
            today=clock.today(),
        )

    def launch(self, item_id: int, facts: OrderFacts, *, now: datetime) -> None:
        launch_campaign(item_id, facts=facts, now=now)

    def progress(self, item_id: int) -> Progress:
        return progress_of(_campaign(item_id))

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
        verb = {
            Interruption.HOLD: hold_campaign,
            Interruption.GO_ON: go_on_with_campaign,
            Interruption.END: end_campaign,
        }[interruption]
        return verb(item_id, reason=reason, actor=actor, now=now)


def label_of(campaign: EmailCampaign) -> str:
    """The line of the order form."""
    whom = " à des adresses louées" if campaign.to_base else ""
    return f"Campagne e-mail{whom} «\u00a0{campaign.name}\u00a0»"


def price_code_of(campaign: EmailCampaign) -> str:
    """The price of what a campaign sends to: rented addresses, or the client's own."""
    return BASE_PRICE if campaign.to_base else OWN_FILE_PRICE


def _campaign(item_id: int) -> EmailCampaign:
    """Raises LookupError for an unknown id."""
    try:
        return EmailCampaign.objects.select_related("sending", "contact_file").get(pk=item_id)
    except EmailCampaign.DoesNotExist as error:
        raise LookupError(f"email:{item_id}") from error
