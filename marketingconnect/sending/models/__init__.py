"""Campaigns, their frozen audience in chunks, and an outcome per recipient."""

from marketingconnect.sending.models.audience import (
    Chunk,
    DeliveryOutcome,
    DoubtDecision,
    OutcomeCount,
    Recipient,
)
from marketingconnect.sending.models.campaigns import Campaign
from marketingconnect.sending.models.destinations import DestinationDay
from marketingconnect.sending.models.domains import DkimKey, SendingDomain, SignatureAhead
from marketingconnect.sending.models.home import HomeDatabase
from marketingconnect.sending.models.links import TrackedLink
from marketingconnect.sending.models.returns import HeardCallback, InboundMail, ReturnEvent
from marketingconnect.sending.models.transport import MailPolicy, TransportDay
from marketingconnect.sending.models.variants import CampaignVariant

__all__ = [
    "Campaign",
    "CampaignVariant",
    "Chunk",
    "DeliveryOutcome",
    "DestinationDay",
    "DkimKey",
    "DoubtDecision",
    "HeardCallback",
    "HomeDatabase",
    "InboundMail",
    "MailPolicy",
    "OutcomeCount",
    "Recipient",
    "ReturnEvent",
    "SendingDomain",
    "SignatureAhead",
    "TrackedLink",
    "TransportDay",
]
