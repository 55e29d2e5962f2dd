"""A campaign whose links are tracked, and the service asked without a network."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from marketingconnect.accounts.models import Company
from marketingconnect.sending.message.content import CampaignContent
from marketingconnect.sending.message.tracking import Opens
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.services import freeze_audience
from marketingconnect.sending.services.campaigns import create_campaign
from marketingconnect.statistics.visits.recording import visit_line
from marketingconnect.web.tracking.service.application import TrackingService
from tests.databases import database_url
from tests.sending.factories import NOON, make_company, make_contact_file

EMAILS = ["zoe@example.org", "max@example.org"]
SHOP = "https://boutique.example.org/?utm_source=mc&utm_medium=email"
BREAD = "https://pain.test/"
MAP = "https://plan.test/acces"
CONTENT = CampaignContent(
    subject="Fête du pain",
    preheader="",
    sender_name="Boulangerie Nadia",
    reply_to="nadia@boulangerie.test",
    html=(
        f'<body><a href="{SHOP.replace("&", "&amp;")}">La boutique</a>'
        f' <a href="{BREAD}">Le pain</a>'
        f' <a href="{MAP}">Venir</a> <a href="{{{{lien_desinscription}}}}">Partir</a></body>'
    ),
    text=f"{SHOP}\n{{{{lien_desinscription}}}}",
    fallbacks={},
)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def tracked_campaign(
    opens: Opens = Opens.AGGREGATE,
    emails: list[str] | None = None,
    company: Company | None = None,
) -> Campaign:
    company, emails = company or make_company(), emails or EMAILS
    campaign = create_campaign(
        company_id=company.pk,
        name="Pain",
        contact_file_id=make_contact_file(company, emails).pk,
        order_reference="BC-2026-000001",
        sold_quantity=len(emails),
        scheduled_for=NOON,
        content=CONTENT,
        tracks_clicks=True,
        opens=opens,
        now=NOON,
    )
    freeze_audience(campaign.pk, now=NOON)
    campaign.refresh_from_db()
    return campaign


def made_visit(
    campaign_id: int, position: int, link: int, kind: str, at: datetime, signal: str
) -> bytes:
    return visit_line(
        campaign_id=campaign_id,
        position=position,
        link=link,
        kind=kind,
        at=at.isoformat(),
        signal=signal,
    )


@dataclass
class Said:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Scope:
    method: str
    path: str
    headers: dict[str, str]
    client: str = "192.0.2.7:4711"


@dataclass
class Request:
    """In the place of Granian's: the tests under faults run the real one."""

    body: bytes
    said: Said = field(default_factory=Said)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.body[:7]
        yield self.body[7:]

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.said = Said(status, dict(headers), body)

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.said = Said(status, dict(headers))


@dataclass
class Asking:
    """Asks the service as a browser would."""

    service: TrackingService

    async def ask(
        self, method: str, path: str, *, body: bytes = b"", agent: str = BROWSER, **headers: str
    ) -> Said:
        given = {"user-agent": agent, **{k.replace("_", "-"): v for k, v in headers.items()}}
        scope = Scope(method, path, {k: v for k, v in given.items() if v})
        request = Request(body)
        await self.service.__rsgi__(scope, request)
        return request.said


def served(story: Callable[[Asking], Awaitable[None]]) -> None:
    """Run the service while `story` happens, and close the connections of its threads."""
    os.environ["DATABASE_URL"], before = database_url(), os.environ.get("DATABASE_URL", "")

    async def play() -> None:
        service = TrackingService()
        await service.start()
        try:
            await story(Asking(service))
        finally:
            await service.stop()

    try:
        asyncio.run(play())
    finally:
        os.environ["DATABASE_URL"] = before
