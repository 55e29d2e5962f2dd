"""Erase to whom a campaign was sent, once nobody needs it any more (CGV B.5).

Batch by batch, each committed: killed midway, the next run goes on where it was. What stays is a
row a recipient with its position, its outcome and the digests that its oppositions need, so that
links in old messages, late complaints and the figures still find it.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from marketingconnect import storage
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.clock import paris_date
from marketingconnect.notices.services import forget_content
from marketingconnect.sending.holds import hold_on
from marketingconnect.sending.models import Campaign, InboundMail, Recipient, ReturnEvent
from marketingconnect.sending.rules import addresses_erased_on, may_erase_addresses
from marketingconnect.sending.services.answering import notice_key
from marketingconnect.sending.states import CampaignState, MailState
from marketingconnect.suppression.keys import newest_version
from marketingconnect.suppression.models import Channel
from marketingconnect.suppression.sealed import seal
from marketingconnect.terms.errors import NoTermsInForceError
from marketingconnect.terms.law import Fact
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.queries import current_terms, law, parameters_of

_ERASER: Final = Actor.system("durée de conservation")
_BATCH: Final = 5_000
_SEAL: Final = """
UPDATE sending_recipient r SET email = '', fields = '{}', digests = s.digests,
  key_version = CASE WHEN s.digests IS NULL THEN NULL ELSE %(version)s END
FROM unnest(%(positions)s::int[], %(digests)s::bytea[]) s(position, digests)
WHERE r.campaign_id = %(campaign)s AND r.position = s.position
"""
_FORGET_REPLIES: Final = """
UPDATE sending_outcome SET reply = sending_without_addresses(reply)
WHERE campaign_id = %(campaign)s AND position = ANY(%(positions)s) AND reply LIKE '%%@%%'
"""
_FORGET_WORDS: Final = """
UPDATE sending_returnevent SET words = sending_without_addresses(words)
WHERE campaign_id = %(campaign)s AND words LIKE '%%@%%'
"""


def erase_due_addresses(*, today: date, now: datetime) -> list[int]:
    """CGV B.5: erase the addresses of every campaign whose day has come; their ids.

    Then the mails that came back about campaigns erased on this day or before.
    """
    facts = law()
    due = [one.pk for one in _ended_campaigns() if _is_due(one, facts, today)]
    for campaign_id in due:
        erase_addresses(campaign_id, now=now)
    erase_mails(now=now)
    return due


def erase_addresses(campaign_id: int, *, now: datetime) -> None:
    """CGV B.5: leave digests in place of the addresses of one campaign. Safe to repeat.

    Who calls has asked whether the day has come; nothing of it can be read again.
    """
    after = 0
    while (reached := _erase_batch(campaign_id, after)) is not None:
        after = reached
    _say_erased(campaign_id, now)


def erase_mails(*, now: datetime) -> int:
    """Forget what stands in the mails about erased campaigns, once read; returns how many."""
    erased = 0
    for mail_id in _mails_to_erase():
        with transaction.atomic():
            mail = InboundMail.objects.select_for_update().get(pk=mail_id)
            storage.delete(mail.path)
            forget_content(notice_key(mail), at=now)
            InboundMail.objects.filter(pk=mail_id).update(
                path="", sender="", subject="", words="", asks_to_leave="", erased_at=now
            )
        erased += 1
    return erased


def _ended_campaigns() -> Iterator[Campaign]:
    waiting = Campaign.objects.filter(addresses_erased_at=None, finished_at__isnull=False)
    yield from waiting.order_by("pk").iterator()


def _is_due(campaign: Campaign, facts: Sequence[Fact], today: date) -> bool:
    due_on = erasure_day(campaign, facts, today)
    # The chapters above are asked only once the day has come.
    return due_on <= today and may_erase_addresses(
        due_on=due_on,
        today=today,
        figures_bind=campaign.state == CampaignState.FROZEN,
        held_by=_hold_on(campaign.pk, today),
    )


def erasure_day(campaign: Campaign, facts: Sequence[Fact], today: date) -> date:
    """CGV B.5: under the terms and the law of the day the campaign ended."""
    ended_on = paris_date(campaign.finished_at or campaign.scheduled_for)
    return addresses_erased_on(
        ended_on=ended_on,
        to_base=campaign.to_base,
        terms=_terms_of(ended_on, today),
        law=facts,
    )


def _terms_of(day: date, today: date) -> TermsParameters:
    """Those in force that day; today's for what ended before there were any."""
    try:
        return parameters_of(current_terms(day))
    except NoTermsInForceError:
        return parameters_of(current_terms(today))


@transaction.atomic
def _erase_batch(campaign_id: int, after: int) -> int | None:
    """The last position erased; None when none is left after `after`."""
    # News of a recipient waits for the end of the batch, or the batch for the news.
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
    kept = ~Q(email="") | ~Q(fields={})
    rows = Recipient.objects.filter(kept, campaign_id=campaign_id, position__gt=after)
    batch = list(rows.order_by("position").values_list("position", "email")[:_BATCH])
    if not batch:
        return None
    sealed = seal(channel=Channel.EMAIL, company_id=campaign.company_id, to_base=campaign.to_base)
    asked: dict[str, Any] = {
        "campaign": campaign_id,
        "version": newest_version(),
        "positions": [position for position, _ in batch],
        "digests": [sealed(email) if email else None for _, email in batch],
    }
    with connection.cursor() as cursor:
        cursor.execute(_FORGET_REPLIES, asked)
        cursor.execute(_SEAL, asked)
    return batch[-1][0]


@transaction.atomic
def _say_erased(campaign_id: int, now: datetime) -> None:
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
    if campaign.addresses_erased_at is not None:
        return
    with connection.cursor() as cursor:
        cursor.execute(_FORGET_WORDS, {"campaign": campaign_id})
    Campaign.objects.filter(pk=campaign_id).update(addresses_erased_at=now)
    sealed = Recipient.objects.filter(campaign_id=campaign_id, digests__isnull=False)
    record(
        action="campaign.addresses_erased",
        actor=_ERASER,
        company_id=campaign.company_id,
        subject=f"campaign:{campaign_id}",
        at=now,
        after={
            "addresses": sealed.count(),
            "positions": campaign.audience_size,
            "from": "base" if campaign.to_base else "file",
        },
    )


def _mails_to_erase() -> list[int]:
    """Read or settled, about an erased campaign: by the key that the news and its mail share."""
    told = ReturnEvent.objects.filter(
        event_key=OuterRef("sha256"), campaign__addresses_erased_at__isnull=False
    )
    mails = InboundMail.objects.filter(Exists(told), erased_at=None)
    read = mails.exclude(state__in=[MailState.KEPT, MailState.ANSWERED])
    return list(read.order_by("pk").values_list("pk", flat=True))


def _hold_on(campaign_id: int, today: date) -> str:
    """Nobody read an answer yet, or a chapter above needs the addresses."""
    told = ReturnEvent.objects.filter(event_key=OuterRef("sha256"), campaign_id=campaign_id)
    if InboundMail.objects.filter(Exists(told), state=MailState.ANSWERED).exists():
        return "Une réponse attend d’être lue."
    return hold_on(campaign_id, today)
