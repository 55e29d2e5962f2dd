"""The addresses that a campaign's tracked links lead to, and to no others."""

from django.db import models

from marketingconnect.sending.models.campaigns import Campaign


class TrackedLink(models.Model):
    """One address of a message; `number` counts from 1 in the order of the HTML, then the text."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="tracked_links")
    number = models.PositiveSmallIntegerField()
    url = models.CharField(max_length=2000)
    """As it goes into a Location header: ASCII only, `http` or `https`."""
    written = models.CharField(max_length=2000)
    """As the message has it."""
    words = models.CharField(max_length=120, blank=True)
    """What the link says, or the words for its picture."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="one_link_a_number"),
            models.CheckConstraint(
                condition=models.Q(url__startswith="https://")
                | models.Q(url__startswith="http://"),
                name="tracked_link_is_of_the_web",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.number} {self.url}"
