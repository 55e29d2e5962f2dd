"""What the service knows of a campaign: its answers, made once, since its links never change."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from marketingconnect.sending.models import Campaign, TrackedLink
from marketingconnect.web.tracking.service.answers import Answer, redirect
from marketingconnect.web.tracking.service.database import DatabaseThread

_KEPT: Final = 5_000
_UNKNOWN_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Known:
    """`links` has a number -> the redirect to its address."""

    links: Mapping[int, Answer]
    counts_opens: bool
    company_name: str
    to_base: bool


class Campaigns:
    """Read from the database the first time that somebody clicks, then from memory."""

    def __init__(self, database: DatabaseThread) -> None:
        self._database = database
        self.known: OrderedDict[int, Known] = OrderedDict()
        self._unknown: dict[int, float] = {}
        self._reading: dict[int, asyncio.Task[Known | None]] = {}

    async def get(self, campaign_id: int) -> Known | None:
        """None when there is no such campaign. Raises the database's errors."""
        found = self.known.get(campaign_id)
        if found is not None:
            return found
        if self._unknown.get(campaign_id, 0.0) > time.monotonic():
            return None
        # The first hundreds who click at once wait for one reading.
        reading = self._reading.get(campaign_id)
        if reading is None:
            reading = self._reading[campaign_id] = asyncio.create_task(self._learn(campaign_id))
        return await asyncio.shield(reading)

    async def _learn(self, campaign_id: int) -> Known | None:
        try:
            found = await self._database.ask(lambda: _read(campaign_id))
        finally:
            del self._reading[campaign_id]
        if found is None:
            if len(self._unknown) > _KEPT:
                self._unknown.clear()
            self._unknown[campaign_id] = time.monotonic() + _UNKNOWN_SECONDS
            return None
        self.known[campaign_id] = found
        if len(self.known) > _KEPT:
            self.known.popitem(last=False)
        return found


def _read(campaign_id: int) -> Known | None:
    campaign = Campaign.objects.select_related("company").filter(pk=campaign_id).first()
    if campaign is None:
        return None
    links = TrackedLink.objects.filter(campaign_id=campaign_id)
    return Known(
        {link.number: redirect(link.url) for link in links},
        campaign.opens != "none",
        campaign.company.legal_name,
        campaign.to_base,
    )
