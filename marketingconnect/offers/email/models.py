"""The composition of an e-mail campaign: to whom, what, when."""

from django.db import models

from marketingconnect.accounts.models import Company, User
from marketingconnect.contacts.models import ContactFile
from marketingconnect.messages.models import Message, MessageVersion
from marketingconnect.sending.message.tracking import Opens
from marketingconnect.sending.models import Campaign


class EmailCampaign(models.Model):
    """What the client sees under « Campagnes »; `sending` is set once the work is handed over."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="email_campaigns")
    name = models.CharField(max_length=120)
    contact_file = models.ForeignKey(ContactFile, models.PROTECT, null=True, related_name="+")
    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="+")
    send_at = models.DateTimeField(null=True)
    """The date and hour chosen by the client, checked against the terms."""
    tracks_clicks = models.BooleanField(default=True, db_default=True)
    opens = models.CharField(
        max_length=10,
        choices=[(o.value, o.value) for o in Opens],
        default=Opens.AGGREGATE,
        db_default=Opens.AGGREGATE.value,
    )
    """What is measured of the recipients (CGV B.5): clicks, openings together or by person."""
    ordered_quantity = models.PositiveIntegerField(null=True)
    """Addresses sold, frozen when the order is placed."""
    version = models.ForeignKey(MessageVersion, models.PROTECT, null=True, related_name="+")
    """The validated and moderated version handed over."""
    sending = models.OneToOneField(
        Campaign, models.PROTECT, null=True, related_name="email_campaign"
    )
    sent_told_at = models.DateTimeField(null=True)
    """When the client was told by mail that sending is over."""
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    abandoned_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
