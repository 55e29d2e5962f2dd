"""Reads of the mails that came back and named no message of ours, for the person who decides."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from marketingconnect.contacts.models import Contact
from marketingconnect.sending.bounces import Reading, classify
from marketingconnect.sending.bounces.mail import decoded, read
from marketingconnect.sending.bounces.reports import returned_header
from marketingconnect.sending.models import Campaign, DeliveryOutcome, InboundMail, Recipient
from marketingconnect.sending.states import MailState, Outcome
from marketingconnect.suppression.keys import readable_versions
from marketingconnect.suppression.models import Channel
from marketingconnect.suppression.sealed import seal

_LATEST: Final = timedelta(days=60)
"""A mail answers a campaign that left in the days before it."""
_CAMPAIGNS: Final = 40
_PLACES: Final = 20
_MOST_ROWS: Final = 4_000_000
_MOST_HEADERS: Final = 80
_LONGEST_TEXT: Final = 20_000


@dataclass(frozen=True)
class OpenedMail:
    """A mail as a person reads it: plain words only, nothing of it is ever run or fetched."""

    headers: list[tuple[str, str]]
    text: str
    reading: Reading
    campaign: str
    """The number that it quotes of our message: a clue that anybody can write, never a proof."""


@dataclass(frozen=True)
class Place:
    """One recipient that a mail may be about."""

    campaign: Campaign
    position: int
    email: str
    outcome: str
    at: datetime


def mails_in(states: Sequence[MailState], *, kind: str = "") -> QuerySet[InboundMail]:
    """The latest first; of one kind unless empty."""
    found = InboundMail.objects.filter(state__in=states).order_by("-pk")
    return found.filter(kind=kind) if kind else found


def mails_to_decide() -> QuerySet[InboundMail]:
    """Those that name no message of ours, and wait for a person."""
    return mails_in([MailState.UNMATCHED])


def answers_to_read() -> QuerySet[InboundMail]:
    """Answers of people to a campaign that nobody read yet."""
    return mails_in([MailState.ANSWERED])


def counts_by_kind(states: Sequence[MailState]) -> dict[str, int]:
    """How many of each kind."""
    rows = InboundMail.objects.filter(state__in=states).values_list("kind").annotate(n=Count("pk"))
    return dict(rows)


def opened(octets: bytes) -> OpenedMail:
    """Any octets, whatever they are."""
    mail = read(octets)
    names = list(dict.fromkeys(mail.message.keys()))[:_MOST_HEADERS]
    headers = [
        (name[:80], decoded(value)[:1000])
        for name in names
        for value in mail.message.get_all(name, [])
    ]
    return OpenedMail(
        headers=headers[:_MOST_HEADERS],
        text=mail.text().replace("\0", "")[:_LONGEST_TEXT],
        reading=classify(octets),
        campaign=returned_header(mail, "X-Campaign")[:40],
    )


def campaigns_named(typed: str) -> QuerySet[Campaign]:
    """By the number of their order, or their own."""
    reference = typed.strip().upper()
    if reference.isascii() and reference.isdecimal() and len(reference) < 19:
        return Campaign.objects.filter(pk=int(reference))
    return Campaign.objects.filter(order_reference=reference).exclude(order_reference="")


def places_of(*, campaign: str, email: str, received_at: datetime) -> list[Place]:
    """Recipients to whom a message left: of the campaign typed, or of those of the last weeks."""
    asked = campaigns_named(campaign) if campaign else _recent(email, received_at)
    listed = asked.select_related("company")[:_CAMPAIGNS]
    campaigns = {one.pk: one for one in (listed if campaign else _read_soon(listed))}
    places = _places(campaigns.values(), email)[:_PLACES]
    found = [_place(campaigns[one], position, email) for one, position in places]
    return sorted((one for one in found if one), key=lambda one: one.at, reverse=True)


def _places(campaigns: Iterable[Campaign], email: str) -> list[tuple[int, int]]:
    """By the address; in a campaign whose addresses are erased, by the digests it left."""
    found: list[tuple[int, int]] = []
    there = []
    for one in campaigns:
        if one.addresses_erased_at is None:
            there.append(one.pk)
            continue
        for version in readable_versions():
            sealed = seal(
                channel=Channel.EMAIL,
                company_id=one.company_id,
                to_base=one.to_base,
                version=version,
            )
            known = Recipient.objects.filter(campaign_id=one.pk, digests=sealed(email))
            found += known.values_list("campaign_id", "position")[:_PLACES]
    rows = Recipient.objects.filter(campaign_id__in=there, email=email)
    return found + list(rows.values_list("campaign_id", "position")[:_PLACES])


def _recent(email: str, received_at: datetime) -> QuerySet[Campaign]:
    """Those whose file has the address, and those to the base, the latest first."""
    has_it = Contact.objects.filter(file=OuterRef("contact_file"), email=email)
    return Campaign.objects.filter(
        Exists(has_it) | Q(contact_file=None),
        started_at__gt=received_at - _LATEST,
        started_at__lte=received_at,
    ).order_by("-started_at")


def _read_soon(campaigns: Iterable[Campaign]) -> Iterator[Campaign]:
    """Recipients are in order of their places, so each audience is read whole: not too many."""
    rows = 0
    for one in campaigns:
        yield one
        rows += one.audience_size or 0
        if rows > _MOST_ROWS:
            return


def _place(campaign: Campaign, position: int, email: str) -> Place | None:
    outcome = (
        DeliveryOutcome.objects.filter(campaign_id=campaign.pk, position=position)
        .exclude(outcome=Outcome.NOT_SENT)
        .first()
    )
    if outcome is None:
        return None
    return Place(campaign, position, email, outcome.outcome, outcome.at)
