"""A client's file, what was asked of it, and the contacts it gave."""

from django.db import models

from marketingconnect.accounts.models import Company, User
from marketingconnect.contacts.states import ContactFileState


class ContactFile(models.Model):
    """The client is controller of this file, the operator its processor (CGV B.5)."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="contact_files")
    name = models.CharField(max_length=120)
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in ContactFileState],
        default=ContactFileState.UPLOADED,
    )
    original_name = models.CharField(max_length=255)
    path = models.CharField(max_length=200)
    """Storage path of the bytes received."""
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    layout = models.JSONField(default=dict)
    """How it is read: kind, encoding, separator, quote, header, sheet; guessed then confirmed."""
    mapping = models.JSONField(default=dict)
    """Column index -> field (`email`, `extra:Ville préférée`, …); others are not kept."""
    legal_basis = models.CharField(max_length=30, blank=True)
    """`consent` (opt-in), `existing_customers`, `professionals` (information and opposition)."""
    proof = models.TextField(blank=True)
    """How and when the contacts agreed, in the client's words (CGV B.5)."""
    collected_from = models.DateField(null=True)
    collected_to = models.DateField(null=True)
    attested_at = models.DateTimeField(null=True)
    """When the client declared that the people of the file were informed (CGV B.5)."""
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    """None when the operator imported it from the command line."""
    uploaded_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True)
    import_started_at = models.DateTimeField(null=True)
    progressed_at = models.DateTimeField(null=True)
    """Last chunk committed, by the system's clock: an import that stands still is started again."""
    deleted_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    """When the last address was really gone; `deleted_at` is when it was asked."""
    erased_contacts = models.BigIntegerField(null=True)
    purge_on = models.DateField(null=True)
    rows_total = models.BigIntegerField(null=True)
    cursor = models.BigIntegerField(default=0)
    """Records of the file dealt with, header and blank ones included: where an import resumes."""
    rows_read = models.BigIntegerField(default=0)
    """Rows that were not blank; always accepted + duplicates + the sum of refused."""
    blank_rows = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    duplicates = models.BigIntegerField(default=0)
    refused = models.JSONField(default=dict)
    """Reason -> number of rows."""
    opposed = models.BigIntegerField(default=0)
    """Accepted addresses that had already opposed when they came: never written to."""
    mobiles_dropped = models.BigIntegerField(default=0)
    """Rows taken without their mobile, which could not be read."""
    quality = models.JSONField(default=dict)
    """Remark -> addresses, and the domains behind; empty until it was looked at."""
    first_contact_id = models.BigIntegerField(null=True)
    last_contact_id = models.BigIntegerField(null=True)
    """Range of the contacts' ids: reading a file in order needs no index of its own."""
    failure = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in ContactFileState]),
                name="contact_file_state",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """One address of a file. Written by COPY, never one by one.

    No foreign key in the database: its check would cost as much as the row. The import holds its
    file's row locked, and a file's row is never removed.
    """

    file = models.ForeignKey(
        ContactFile, models.CASCADE, related_name="contacts", db_index=False, db_constraint=False
    )
    line = models.BigIntegerField()
    """Line of the original file (1 is the first line)."""
    email = models.CharField(max_length=254, db_collation="C")
    mobile = models.CharField(max_length=16, blank=True)
    fields = models.JSONField(default=dict)
    """Merge fields: first_name, last_name, civility, company_name, city, … and the client's own."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "email"], name="one_contact_an_address")
        ]

    def __str__(self) -> str:
        return self.email


class RefusedRow(models.Model):
    """A row that was not taken, and why."""

    file = models.ForeignKey(
        ContactFile,
        models.CASCADE,
        related_name="refused_rows",
        db_index=False,
        db_constraint=False,
    )
    line = models.BigIntegerField()
    reason = models.CharField(max_length=40)
    row = models.TextField()
    """The row as it was read."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "line"], name="one_refusal_a_line")]

    def __str__(self) -> str:
        return f"ligne {self.line} : {self.reason}"
