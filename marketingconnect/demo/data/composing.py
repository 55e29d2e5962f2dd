"""Campaigns that the demo's clients compose: their file, their message, its proof and its day."""

import csv
import io
import json
from datetime import date, datetime, time, timedelta
from typing import Final

from marketingconnect.accounts.models import User
from marketingconnect.clock import PARIS, paris_date
from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.rules import Origin
from marketingconnect.contacts.samples import HEADER, messy_contact_rows
from marketingconnect.contacts.services.whole import import_at_once
from marketingconnect.demo.data.sales import client_actor, company_of, staff_actor
from marketingconnect.messages.models import Message
from marketingconnect.messages.rules.validation import ATTESTATIONS
from marketingconnect.messages.services import (
    DraftChanges,
    create_message,
    decide_moderation,
    save_content,
    send_proof,
    validate_proof,
)
from marketingconnect.messages.services.drafts import kept_mentions
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.services import (
    choose_file,
    choose_message,
    choose_send_date,
    start_campaign,
)
from marketingconnect.orders.models import Order
from marketingconnect.terms.queries import parameters_of

_MODEL_SITE: Final = "www.votre-site.example.org"


def composed(
    owner: User,
    name: str,
    template: str,
    *,
    rows: int,
    seed: int,
    now: datetime,
    with_failures: bool = True,
) -> EmailCampaign:
    """A campaign with its file imported and its message validated.

    The same `seed` gives the same people, the first `rows` of them.
    """
    actor = client_actor(owner)
    file = imported(owner, rows=rows, seed=seed, now=now, with_failures=with_failures)
    message = written(owner, name, template, now=now)
    proved(message, owner, now=now)
    campaign = start_campaign(
        company_id=message.company_id, name=name, user_id=owner.pk, actor=actor, now=now
    )
    choose_file(campaign.pk, file_id=file.pk, actor=actor, now=now)
    choose_message(campaign.pk, message_id=message.pk, actor=actor, now=now)
    campaign.refresh_from_db()
    return campaign


def imported(
    owner: User, *, rows: int, seed: int, now: datetime, with_failures: bool = True
) -> ContactFile:
    """The client's list, as messy as real ones."""
    sheet = io.StringIO()
    lines, _ = messy_contact_rows(rows=rows, seed=seed)
    failing = _addresses_that_fail() if with_failures else []
    csv.writer(sheet, delimiter=";").writerows([HEADER, *lines, *failing])
    return import_at_once(
        company_id=company_of(owner).pk,
        original_name="clients-fideles.csv",
        chunks=[sheet.getvalue().encode("utf-8-sig")],
        actor=client_actor(owner),
        now=lambda: now,
        origin=Origin(
            legal_basis="consent",
            proof="Case cochée sur la carte de fidélité, au comptoir, depuis 2024.",
            collected_from=(now - timedelta(days=700)).date(),
            collected_to=(now - timedelta(days=30)).date(),
            attested=True,
        ),
    )


def written(
    owner: User, name: str, template: str, *, now: datetime, to_base: bool = False
) -> Message:
    """A message made from a template, leading to the client's own site."""
    company, actor = company_of(owner), client_actor(owner)
    message = create_message(
        company_id=company.pk,
        user_id=owner.pk,
        name=name,
        template=template,
        actor=actor,
        now=now,
    )
    content = message.content
    if company.website:
        site = company.website.removeprefix("https://")
        content = json.loads(json.dumps(content).replace(_MODEL_SITE, site))
    if to_base:
        mentions = {**content["legal"], "sent_to": "base"}
        content = {**content, "legal": kept_mentions(mentions, on=paris_date(now))}
    changed(message, owner, DraftChanges(content=content), now=now)
    return message


def changed(message: Message, owner: User, changes: DraftChanges, *, now: datetime) -> None:
    """The owner retouches a draft."""
    save_content(
        message.pk,
        company_id=message.company_id,
        revision=message.revision,
        changes=changes,
        actor=client_actor(owner),
        now=now,
    )
    message.refresh_from_db()


def proved(message: Message, owner: User, *, now: datetime) -> None:
    """The owner receives the proof and validates it ten minutes later."""
    proof = send_proof(
        message.pk,
        company_id=message.company_id,
        user_id=owner.pk,
        actor=client_actor(owner),
        now=now,
    )
    validate_proof(
        proof.version_id,
        company_id=message.company_id,
        user_id=owner.pk,
        attestations=list(ATTESTATIONS),
        actor=client_actor(owner),
        now=now + timedelta(minutes=10),
    )


def approved(message: Message, *, now: datetime) -> None:
    """Paul, of the moderation, approves what was validated."""
    moderator, moderating = staff_actor("paul")
    decide_moderation(
        message.versions.get().moderation_requests.get().pk,
        decision="approved",
        user_id=moderator.pk,
        actor=moderating,
        now=now,
    )


def scheduled(
    campaign: EmailCampaign,
    owner: User,
    order: Order,
    *,
    on: date,
    at: time = time(7, 0),
    spread_minutes: int = 0,
    now: datetime,
) -> datetime:
    """The owner chooses the day and the hour; gives the instant."""
    send_at = datetime.combine(on, at, PARIS)
    order.refresh_from_db()
    choose_send_date(
        campaign.pk,
        send_at=send_at,
        payment_validated_on=order.payment_validated_on,
        terms=parameters_of(order.terms),
        spread_minutes=spread_minutes,
        actor=client_actor(owner),
        now=now,
    )
    return send_at


def _addresses_that_fail() -> list[list[str]]:
    """The mail catcher refuses these, so that the figures have something to explain."""
    unknown = [f"bounce-user-unknown-{number}@example.org" for number in range(1, 8)]
    full = [f"mailbox-full-{number}@example.org" for number in range(1, 3)]
    return [
        [address, "Mme", "Adèle", "Morin", "", "69003", "Lyon"] for address in [*unknown, *full]
    ]
