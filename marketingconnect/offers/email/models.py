"""The composition of an e-mail campaign: to whom, what, when."""

from django.db import models

from marketingconnect.accounts.models import Company, User
from marketingconnect.contacts.models import ContactFile
from marketingconnect.messages.models import Message, MessageVersion
from marketingconnect.sending.message.tracking import Opens
from marketingconnect.sending.models import Campaign
from marketingconnect.targeting.models import Selection


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
    criteria = models.JSONField(null=True)
    """Whom of the operator's base, in place of a file (`Criteria.to_json()`)."""
    counted = models.PositiveIntegerField(null=True)
    """How many the criteria gave when they were chosen: what is priced and sold."""
    counted_at = models.DateTimeField(null=True)
    counted_release = models.CharField(max_length=60, blank=True, db_default="")
    selection = models.OneToOneField(Selection, models.PROTECT, null=True, related_name="+")
    """The rows arrested with the order (CGV B.1.3)."""
    failure = models.CharField(max_length=300, blank=True, db_default="")
    """Why they could not be arrested, for staff; it is tried again."""
    order_reference = models.CharField(max_length=20, blank=True, db_default="")
    spread_minutes = models.PositiveSmallIntegerField(default=0, db_default=0)
    """Over how long it leaves; 0 as fast as it can (CGV B.1.4)."""
    message_b = models.ForeignKey(Message, models.PROTECT, null=True, related_name="+")
    """The second message of a test; a part of the audience tries both (CGV B.1.1)."""
    test_percent = models.PositiveSmallIntegerField(default=0, db_default=0)
    test_hours = models.PositiveSmallIntegerField(default=0, db_default=0)
    version_b = models.ForeignKey(MessageVersion, models.PROTECT, null=True, related_name="+")
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

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(contact_file__isnull=True) | models.Q(criteria__isnull=True),
                name="email_campaign_has_one_source",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def spread_hours(self) -> int:
        return self.spread_minutes // 60

    @property
    def to_base(self) -> bool:
        """Whether it goes to rented addresses rather than to a file of the client."""
        return self.criteria is not None
