"""Who does not want to be cited, and to whom the operator's contracts passed."""

from django.db import models

from marketingconnect.accounts.models import Company, User
from marketingconnect.catalogue.models import OperatorIdentity


class ReferenceOpposition(models.Model):
    """A client that is not to be cited, until it says otherwise."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="reference_oppositions")
    opposed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["company"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_reference_opposition_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return str(self.company)


class ContractAssignment(models.Model):
    """From a day on, another legal person is the operator of every contract in force."""

    assignor = models.ForeignKey(OperatorIdentity, models.PROTECT, related_name="+")
    assignee = models.OneToOneField(OperatorIdentity, models.PROTECT, related_name="assignment")
    effective_on = models.DateField()
    reason = models.CharField(max_length=300)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.effective_on}: {self.assignee}"
