"""Deliveries: files made once, their licence, who downloaded them."""

from django.db import models

from marketingconnect.accounts.models import User
from marketingconnect.offers.list_rental.models.rentals import ListRental
from marketingconnect.offers.list_rental.states import DeliveryState
from marketingconnect.offers.list_rental.vocabulary import KIND_LABELS, DeliveryKind
from marketingconnect.targeting.models import Selection


class Delivery(models.Model):
    """One set of files. What is written with `available_at` never changes afterwards."""

    rental = models.ForeignKey(ListRental, models.PROTECT, related_name="deliveries")
    number = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=24, unique=True)
    """`LC-000042-1`: printed in the files, named by the licence."""
    kind = models.CharField(
        max_length=12, choices=[(kind.value, label) for kind, label in KIND_LABELS.items()]
    )
    cause = models.CharField(max_length=80, blank=True)
    """The act behind a further delivery, which it causes once: `claim:4`."""
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in DeliveryState],
        default=DeliveryState.PREPARING,
    )
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")
    selection = models.ForeignKey(Selection, models.PROTECT, null=True, related_name="deliveries")
    """None until its rows are arrested: those of a top-up or a replacement are by its own job."""
    has_phones = models.BooleanField()
    asked_quantity = models.PositiveIntegerField()
    quantity = models.PositiveIntegerField(null=True)
    """Addresses delivered, trap addresses never counted."""
    traps = models.PositiveSmallIntegerField(null=True)
    phones = models.PositiveIntegerField(null=True)
    """Rows that carry a number."""
    release = models.CharField(max_length=60, blank=True)
    manifest = models.JSONField(default=dict)
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    keys_path = models.CharField(max_length=200, blank=True)
    """The record keys delivered, in the order of the rows: whom not to send again, and NPAI."""
    keys_sha256 = models.CharField(max_length=64, blank=True)
    checked_on = models.DateField(null=True)
    """The day the rows were last checked against oppositions and consents."""
    use_by = models.DateField(null=True)
    failure = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField()
    available_at = models.DateTimeField(null=True)
    downloaded_at = models.DateTimeField(null=True)
    """The first time."""

    class Meta:
        ordering = ["rental", "number"]
        constraints = [
            models.UniqueConstraint(fields=["rental", "number"], name="one_delivery_a_number"),
            models.UniqueConstraint(
                fields=["rental"],
                condition=models.Q(kind=DeliveryKind.FIRST),
                name="one_first_delivery",
            ),
            models.UniqueConstraint(
                fields=["cause"], condition=~models.Q(cause=""), name="one_delivery_a_cause"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in DeliveryState]),
                name="delivery_state",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[DeliveryState.PREPARING, DeliveryState.WITHDRAWN])
                | models.Q(available_at__isnull=False, quantity__isnull=False)
                & ~models.Q(manifest_sha256=""),
                name="delivery_available_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class DeliveryFile(models.Model):
    """A file to download; all of a delivery appear together."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="files")
    format = models.CharField(max_length=12)
    """`csv`, `txt_fixed`, `txt_tab` or `xlsx`."""
    name = models.CharField(max_length=120)
    path = models.CharField(max_length=200)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()

    class Meta:
        ordering = ["delivery", "format", "name"]
        constraints = [models.UniqueConstraint(fields=["delivery", "name"], name="one_file_a_name")]

    def __str__(self) -> str:
        return self.name


class Licence(models.Model):
    """The licence of a delivery, word for word; an amendment adds a version."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="licences")
    version = models.PositiveSmallIntegerField()
    sentences = models.JSONField()
    sha256 = models.CharField(max_length=64)
    uses = models.JSONField()
    times = models.PositiveSmallIntegerField()
    subcontractors = models.JSONField()
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["delivery", "version"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "version"], name="one_licence_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.delivery} v{self.version}"


class Download(models.Model):
    """Who took which file, when, under which licence."""

    file = models.ForeignKey(DeliveryFile, models.PROTECT, related_name="downloads")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    licence = models.ForeignKey(Licence, models.PROTECT, related_name="downloads")
    ip_address = models.GenericIPAddressField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.file} {self.at:%Y-%m-%d %H:%M}"
