"""What EmailConnect sent to rented addresses, for the guarantee of e-mails that arrive (B.3)."""

from marketingconnect.base.vocabulary import Population
from marketingconnect.claims.rules.guarantees import (
    GuaranteedChannel,
    LotFigures,
    PopulationFigures,
)
from marketingconnect.clock import paris_date
from marketingconnect.kernel.money import Money
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.orders.queries import order_line_of
from marketingconnect.sending.causes import NotSentReason
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.queries import figures
from marketingconnect.sending.states import CampaignState


class EmailLots:
    """The lot of one campaign: all of it is of one population of the base."""

    offer = "email"

    def lot(self, item_id: int) -> LotFigures | None:
        """CGV B.3: what was sold and what did not arrive; an address left out did not either.

        Doubtful messages are not undelivered: the server may have taken them.
        """
        campaign = (
            EmailCampaign.objects.select_related("sending__selection")
            .filter(pk=item_id, sending__started_at__isnull=False)
            .first()
        )
        line = order_line_of(self.offer, item_id)
        if campaign is None or campaign.sending is None or line is None:
            return None
        sending = campaign.sending
        return LotFigures(
            channel=GuaranteedChannel.EMAIL,
            sent_on=paris_date(sending.started_at or sending.scheduled_for),
            is_rented=sending.to_base,
            are_final=sending.state == CampaignState.FROZEN,
            populations=_populations(sending, Money(line.net_cents)),
        )


def _populations(sending: Campaign, billed: Money) -> tuple[PopulationFigures, ...]:
    if sending.selection is None:
        return ()
    found = figures(sending.pk)
    stopped = found.not_sent_by_reason.get(NotSentReason.STOPPED, 0)
    return (
        PopulationFigures(
            population=Population(sending.selection.population),
            rented=found.sold,
            # What a stop kept from leaving is credited with the order, not here.
            undelivered=found.undelivered + found.not_sent - stopped,
            billed=billed,
        ),
    )
