"""What domains ask of who writes to them (MTA-STS), and how the connections to them went."""

from django.db import models

from marketingconnect.sending.mta_sts.policy import Mode


class MailPolicy(models.Model):
    """The policy of a domain as it last came, shared by all senders."""

    domain = models.CharField(max_length=253, unique=True)
    policy_id = models.CharField(max_length=32, blank=True)
    mode = models.CharField(
        max_length=8, blank=True, choices=[(one.value, one.value) for one in Mode]
    )
    """Empty as long as none came."""
    mx = models.JSONField(default=list)
    max_age = models.IntegerField(default=0)
    """Seconds."""
    fetched_at = models.DateTimeField(null=True)
    tried_id = models.CharField(max_length=32, blank=True)
    tried_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)
    """Why the last one did not come; empty once one did."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(mode="", fetched_at__isnull=True)
                | models.Q(mode__in=[one.value for one in Mode], fetched_at__isnull=False),
                name="a_mail_policy_has_its_date",
            )
        ]

    def __str__(self) -> str:
        return f"{self.domain} {self.mode}"


class TransportDay(models.Model):
    """Connections of a day to one server for a domain that has a policy, by how they went."""

    day = models.DateField()
    domain = models.CharField(max_length=253)
    server = models.CharField(max_length=253)
    mode = models.CharField(max_length=8)
    result = models.CharField(max_length=32)
    """`proved`, or why not, as RFC 8460 names it."""
    connections = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "domain", "server", "mode", "result"],
                name="one_count_of_connections_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.domain} {self.server} {self.result}: {self.connections}"
