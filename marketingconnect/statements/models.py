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


class StatementWithoutAddresses(models.Model):
    """The same statement, sealed again once the addresses of its campaign were erased.

    The sheet and the proofs first sealed listed them: their files are gone, their hashes stay on
    the statement, so that a copy that the client kept is still recognised.
    """

    statement = models.OneToOneField(
        CampaignStatement, models.PROTECT, related_name="without_addresses"
    )
    made_at = models.DateTimeField()
    pdf = models.CharField(max_length=200)
    pdf_sha256 = models.CharField(max_length=64)
    sheet = models.CharField(max_length=200)
    sheet_sha256 = models.CharField(max_length=64)
    evidence = models.CharField(max_length=200)
    evidence_sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.statement} without addresses"
