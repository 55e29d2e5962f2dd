"""The statement of a campaign whose figures bind. A trigger refuses any change."""

from django.db import models

from marketingconnect.sending.models import Campaign


class CampaignStatement(models.Model):
    """One a campaign, made once its figures are frozen; its files are kept in the storage."""

    number = models.CharField(max_length=20, unique=True)
    campaign = models.OneToOneField(Campaign, models.PROTECT, related_name="statement")
    made_at = models.DateTimeField()
    figures = models.JSONField()
    """What the files say, for lists and comparisons."""
    pdf = models.CharField(max_length=200)
    pdf_sha256 = models.CharField(max_length=64)
    sheet = models.CharField(max_length=200)
    sheet_sha256 = models.CharField(max_length=64)
    """Of the CSV itself; it is stored compressed."""
    evidence = models.CharField(max_length=200)
    evidence_sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.number
