"""The second content of a campaign whose subject is put to the test."""

from django.db import models

from marketingconnect.sending.models.campaigns import Campaign


class CampaignVariant(models.Model):
    """Content B; content A stands in the campaign itself. Never changed once written."""

    campaign = models.OneToOneField(Campaign, models.PROTECT, related_name="variant")
    subject = models.CharField(max_length=200)
    preheader = models.CharField(max_length=200, blank=True)
    sender_name = models.CharField(max_length=60)
    reply_to = models.EmailField(blank=True)
    html = models.TextField()
    text = models.TextField()
    fallbacks = models.JSONField(default=dict)
    content_sha256 = models.CharField(max_length=64)
    """Hash of the validated version."""

    def __str__(self) -> str:
        return f"{self.campaign_id} b"
