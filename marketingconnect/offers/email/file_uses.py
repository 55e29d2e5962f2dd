"""Which e-mail campaigns a contact file serves: it is kept as long as they need it (CGV B.5)."""

from collections.abc import Iterator
from typing import Final

from marketingconnect.clock import paris_date
from marketingconnect.contacts.rules import FileUse
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.sending.states import CampaignState

_OVER: Final = {CampaignState.SENT_OUT, CampaignState.FROZEN, CampaignState.STOPPED}


def uses_of_file(file_id: int) -> Iterator[FileUse]:
    """The campaigns ordered on a file; a draft that nobody ordered holds nothing back."""
    ordered = EmailCampaign.objects.filter(
        contact_file_id=file_id, ordered_quantity__isnull=False, abandoned_at__isnull=True
    ).select_related("sending")
    for campaign in ordered.order_by("pk"):
        sending = campaign.sending
        over = sending is not None and sending.state in _OVER
        ended = sending.finished_at if sending is not None and over else None
        yield FileUse(campaign.name, paris_date(ended) if ended else None)
