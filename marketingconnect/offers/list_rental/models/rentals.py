"""What a client rents: whom, what for, how many times, with whose help."""

from django.db import models

from marketingconnect.accounts.models import Company, User
from marketingconnect.offers.list_rental.states import RentalState
from marketingconnect.offers.list_rental.vocabulary import ROLE_LABELS, RentalUse
from marketingconnect.targeting.models import Selection


class ListRental(models.Model):
    """What the client sees under « Fichiers loués ». Facts are dates; the state follows them."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="list_rentals")
    name = models.CharField(max_length=120)
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in RentalState],
        default=RentalState.COMPOSING,
    )
    suspended_from = models.CharField(max_length=12, blank=True)
    """The state to come back to once the suspension ends."""
    criteria = models.JSONField(null=True)
    counted = models.PositiveIntegerField(null=True)
    """How many the criteria gave when they were chosen: what is priced and sold."""
    counted_at = models.DateTimeField(null=True)
    counted_release = models.CharField(max_length=60, blank=True)
    uses = models.JSONField(default=list)
    """The designated uses, such as `["direct_mail"]`."""
    times = models.PositiveSmallIntegerField(default=1)
    """How many times the file serves."""
    columns = models.JSONField(default=list)
    """Enrichment columns asked for."""
    order_reference = models.CharField(max_length=20, blank=True)
    ordered_quantity = models.PositiveIntegerField(null=True)
    payment_validated_on = models.DateField(null=True)
    terms = models.JSONField(default=dict)
    """The parameters of the terms that bind the order, noted with its payment."""
    selection = models.OneToOneField(Selection, models.PROTECT, null=True, related_name="rental")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    ordered_at = models.DateTimeField(null=True)
    frozen_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)
    """Why the selection could not be arrested, for staff; it is tried again."""
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=300, blank=True)
    end_article = models.CharField(max_length=12, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in RentalState]), name="rental_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[RentalState.COMPOSING, RentalState.CANCELLED])
                | ~models.Q(order_reference="") & models.Q(ordered_quantity__gt=0),
                name="rental_is_ordered",
            ),
            models.CheckConstraint(
                condition=~models.Q(
                    state__in=[RentalState.FROZEN, RentalState.PREPARING, RentalState.DELIVERED]
                )
                | models.Q(selection__isnull=False, payment_validated_on__isnull=False),
                name="rental_is_frozen",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_phones(self) -> bool:
        """Whether numbers are delivered."""
        return RentalUse.TELEPHONE in self.uses


class Subcontractor(models.Model):
    """A router, a printer or a call centre that acts for the client within the licence."""

    rental = models.ForeignKey(ListRental, models.CASCADE, related_name="subcontractors")
    name = models.CharField(max_length=120)
    siret = models.CharField(max_length=14)
    role = models.CharField(
        max_length=12, choices=[(role.value, label) for role, label in ROLE_LABELS.items()]
    )
    declared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rental", "siret", "role"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="a_subcontractor_is_declared_once",
            )
        ]

    def __str__(self) -> str:
        return self.name
