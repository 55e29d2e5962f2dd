"""A campaign and the exact content it sends."""

from django.db import models

from marketingconnect.accounts.models import Company
from marketingconnect.contacts.models import ContactFile
from marketingconnect.sending.message.tracking import Opens
from marketingconnect.sending.states import CampaignState
from marketingconnect.targeting.models import Selection


class Campaign(models.Model):
    """An e-mail campaign handed over to the sender. Built by the offer once all is ready."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="campaigns")
    name = models.CharField(max_length=120)
    contact_file = models.ForeignKey(
        ContactFile, models.PROTECT, related_name="campaigns", null=True
    )
    selection = models.ForeignKey(Selection, models.PROTECT, related_name="campaigns", null=True)
    """Of the operator's base (CGV B.1.3); the client's own file otherwise, never both."""
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in CampaignState],
        default=CampaignState.PREPARING,
    )
    order_reference = models.CharField(max_length=20, blank=True)
    sold_quantity = models.PositiveIntegerField()
    audience_size = models.PositiveIntegerField(null=True)
    scheduled_for = models.DateTimeField()
    created_at = models.DateTimeField()
    audience_frozen_at = models.DateTimeField(null=True)
    oppositions_seen = models.TextField(blank=True, db_default="")
    """The database as the freeze saw it: the sender asks for the oppositions written since."""
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    figures_frozen_at = models.DateTimeField(null=True)
    addresses_erased_at = models.DateTimeField(null=True)
    """From then on nobody can read to whom it was sent (CGV B.5)."""
    stop_reason = models.CharField(max_length=300, blank=True)
    paused_at = models.DateTimeField(null=True)
    """Since when a campaign in pause waits; empty once it goes on."""
    resumed_at = models.DateTimeField(null=True)
    """When somebody last let it go on."""
    held_because = models.CharField(max_length=300, blank=True)
    """Why nothing leaves although the hour has come, in French: all that is in `held_by`."""
    held_by = models.JSONField(default=dict)
    """`HeldBy` -> its sentence; each comes and goes by itself."""
    settling_hours = models.PositiveSmallIntegerField(default=72)
    """Late refusals count this long after the last message, then the figures bind (CGV B.1.6)."""
    statement_sha256 = models.CharField(max_length=64, blank=True)
    """Hash of the frozen figures, also written in the journal."""

    subject = models.CharField(max_length=200)
    preheader = models.CharField(max_length=200, blank=True)
    sender_name = models.CharField(max_length=60)
    reply_to = models.EmailField(blank=True)
    html = models.TextField()
    text = models.TextField()
    fallbacks = models.JSONField(default=dict)
    tracks_clicks = models.BooleanField(default=False, db_default=False)
    """Links lead through our redirect (CGV B.1.6)."""
    opens = models.CharField(
        max_length=10,
        choices=[(o.value, o.value) for o in Opens],
        default=Opens.NONE,
        db_default=Opens.NONE.value,
    )
    """How openings are counted; by recipient only where they consented (CGV B.5)."""
    spread_minutes = models.PositiveSmallIntegerField(default=0, db_default=0)
    """Over how long the messages leave; 0 as fast as they can (CGV B.1.4)."""
    test_percent = models.PositiveSmallIntegerField(default=0, db_default=0)
    """Part of the audience that tries both contents; 0 when there is one (CGV B.1.1)."""
    test_hours = models.PositiveSmallIntegerField(default=0, db_default=0)
    winner = models.CharField(max_length=1, blank=True, db_default="")
    """The content of the rest, once the test is decided."""
    decided_at = models.DateTimeField(null=True)
    test_figures = models.JSONField(default=dict)
    """Variant -> what was sent, arrived and was clicked when it was decided."""
    content_sha256 = models.CharField(max_length=64)
    """Hash of the validated version; the sender refuses to start when the content differs."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in CampaignState]),
                name="campaign_state",
            ),
            models.CheckConstraint(
                condition=models.Q(opens__in=[o.value for o in Opens]), name="campaign_opens"
            ),
            models.CheckConstraint(
                condition=models.Q(contact_file__isnull=True) ^ models.Q(selection__isnull=True),
                name="campaign_has_one_source",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def to_base(self) -> bool:
        """Whether it goes to rented addresses, which the client never sees (CGV B.3)."""
        return self.selection_id is not None
