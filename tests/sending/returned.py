"""Campaigns that left and mails that came back, for the tests of what a person reads."""

from datetime import timedelta

from marketingconnect.accounts.models import Company
from marketingconnect.sending.message.tokens import current_tokens
from marketingconnect.sending.models import Campaign, InboundMail
from marketingconnect.sending.services.outcomes import Result, record_outcomes
from marketingconnect.sending.services.returns import keep_mail, read_kept_mails
from marketingconnect.sending.states import Outcome, ReturnSource
from tests.sending.factories import NOON, make_campaign

DOMAIN = "envois.atelier-postal.example.org"
LATER = NOON + timedelta(hours=1)


def sent(company: Company | None = None) -> Campaign:
    """Two messages handed to the relay."""
    campaign = make_campaign(["claire@exemple.test", "zoe@exemple.test"], company=company)
    outcomes = [Result(n, Outcome.RELAYED, "", 250, "ok", NOON) for n in (1, 2)]
    record_outcomes(campaign.pk, outcomes, fresh=True)
    Campaign.objects.filter(pk=campaign.pk).update(started_at=NOON)
    return campaign


def path_of(campaign: Campaign, position: int) -> str:
    return f"r-{current_tokens().return_path(campaign.pk, position)}@{DOMAIN}"


def receive(text: str, recipient: str = f"r-abc@{DOMAIN}") -> InboundMail:
    """Kept, then read."""
    octets = text.encode()
    mail = keep_mail(octets, recipient=recipient, source=ReturnSource.SMTP, now=LATER)
    read_kept_mails(now=LATER)
    mail.refresh_from_db()
    return mail
