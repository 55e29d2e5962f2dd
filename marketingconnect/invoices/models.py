"""Issued documents: their figures and parties are frozen, and a trigger keeps them so."""

from django.db import models

from marketingconnect.accounts.models import Company
from marketingconnect.invoices.states import EInvoiceState, InvoiceKind, PaperCopyState, Series
from marketingconnect.orders.models import Order


class InvoiceCounter(models.Model):
    """The last number of a series in a year; locked by the issuing transaction, so no gap."""

    series = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)
    latest_on = models.DateField(null=True)
    """The day of that last number: the next is never dated before."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "year"], name="one_counter_a_series_and_year")
        ]

    def __str__(self) -> str:
        return f"{self.series}-{self.year}: {self.last}"


class Invoice(models.Model):
    """An invoice or a credit note. Amounts are cents; those of a credit note are negative.

    `seller`, `buyer`, `vat_lines` and `mentions` are what the document says, not what the rows
    they came from say today. Only the `pdf_…` columns are written after the issue, once.
    """

    number = models.CharField(max_length=20, unique=True)
    """`FA-2026-000017`."""
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in InvoiceKind])
    series = models.CharField(max_length=4, choices=[(s.value, s.value) for s in Series])
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    order = models.ForeignKey(Order, models.PROTECT, related_name="invoices")
    instalment = models.PositiveSmallIntegerField(default=1)
    is_deposit = models.BooleanField(default=False)
    """Asks for part of the price in advance (acompte); the order's invoice takes it off."""
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="credit_notes")
    """The invoice that a credit note takes back, in part or whole."""
    cause = models.CharField(max_length=80, blank=True)
    """The act behind a further document, which it causes once: `settlement:12`, `claim:4`."""
    reason = models.CharField(max_length=300, blank=True)
    """Printed on a credit note or a further invoice."""
    company = models.ForeignKey(Company, models.PROTECT, related_name="invoices")
    issued_at = models.DateTimeField()
    issued_on = models.DateField()
    supplied_on = models.DateField(null=True)
    """Day of the supply when known at issue; else the invoice says it comes later."""
    due_on = models.DateField()
    """The last day of its schedule, when it is paid by instalments."""
    schedule = models.JSONField(default=list)
    """[{"due_on": "2026-12-23", "cents": 12000}], what was agreed: it adds up to the total."""
    seller = models.JSONField()
    buyer = models.JSONField()
    territory = models.CharField(max_length=30)
    purchase_reference = models.CharField(max_length=60, blank=True)
    terms_label = models.CharField(max_length=200)
    vat_lines = models.JSONField()
    """[{"rate": "20", "net_cents": 30000, "vat_cents": 6000}], highest rate first."""
    net_cents = models.BigIntegerField()
    vat_cents = models.BigIntegerField()
    total_cents = models.BigIntegerField()
    paid_cents = models.BigIntegerField(default=0)
    """Received and validated when the document was issued."""
    paid_on = models.DateField(null=True)
    payment_label = models.CharField(max_length=60, blank=True)
    mentions = models.JSONField()
    """Sentences the law asks for, in the order they are printed."""
    coded_mentions = models.JSONField(default=dict)
    """Those that the XML must name: `PMT`, `PMD`, `AAB`, and `exemption` where there is no VAT.

    Empty on documents issued before, which are printed without XML.
    """
    pdf_path = models.CharField(max_length=200, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    pdf_size = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "year", "sequence"], name="one_document_a_number"
            ),
            models.UniqueConstraint(
                fields=["order", "kind", "instalment"], name="one_document_an_instalment"
            ),
            models.UniqueConstraint(
                fields=["cause"], condition=~models.Q(cause=""), name="one_document_a_cause"
            ),
            models.CheckConstraint(
                condition=models.Q(kind=InvoiceKind.INVOICE, corrects__isnull=True)
                & models.Q(net_cents__gte=0, vat_cents__gte=0)
                | models.Q(kind=InvoiceKind.CREDIT_NOTE, corrects__isnull=False)
                & models.Q(net_cents__lt=0, vat_cents__lte=0),
                name="only_a_credit_note_corrects_and_is_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in InvoiceKind]), name="invoice_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(is_deposit=False)
                | models.Q(kind=InvoiceKind.INVOICE, instalment__gt=1) & ~models.Q(cause=""),
                name="a_deposit_is_a_further_invoice",
            ),
            models.CheckConstraint(
                condition=models.Q(total_cents=models.F("net_cents") + models.F("vat_cents")),
                name="invoice_total_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def due_cents(self) -> int:
        """What remains to pay as the document says."""
        return self.total_cents - self.paid_cents


class InvoiceLine(models.Model):
    """A line as printed."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=200)
    detail = models.CharField(max_length=300, blank=True)
    """What the unit price adds up, printed small."""
    quantity = models.PositiveIntegerField()
    unit = models.CharField(max_length=20)
    unit_price = models.DecimalField(max_digits=12, decimal_places=4)
    net_cents = models.BigIntegerField()
    vat_rate = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["invoice", "number"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "number"], name="one_invoice_line_a_number")
        ]

    def __str__(self) -> str:
        return self.label


class PaperCopy(models.Model):
    """An invoice to post on paper: asked for this one in writing, or for all by the client."""

    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="paper_copy")
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in PaperCopyState], default="to_post"
    )
    request = models.CharField(max_length=200)
    """How it was asked: `Courrier du 12 novembre 2026`."""
    requested_at = models.DateTimeField()
    posted_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=PaperCopyState.TO_POST, posted_on__isnull=True)
                | models.Q(state=PaperCopyState.POSTED, posted_on__isnull=False),
                name="a_posted_copy_has_its_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.invoice} ({self.state})"


class EInvoice(models.Model):
    """A document on its way through an approved platform (CGI, art. 289 bis)."""

    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="e_invoice")
    key = models.UUIDField(unique=True)
    """Our idempotency key: the same one deposits the same document."""
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in EInvoiceState], default="waiting"
    )
    platform_ref = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    """Why it was rejected or refused, in the words of the platform or of the client."""
    attempts = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in EInvoiceState]),
                name="e_invoice_state",
            )
        ]
        indexes = [models.Index(fields=["state", "changed_at"], name="e_invoices_by_state")]

    def __str__(self) -> str:
        return f"{self.invoice} ({self.state})"


class EInvoiceStatus(models.Model):
    """A status as a platform gave it, kept whether or not it moved the document on."""

    e_invoice = models.ForeignKey(EInvoice, models.PROTECT, related_name="statuses")
    state = models.CharField(max_length=20)
    at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    moved = models.BooleanField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["e_invoice", "state", "at"], name="one_status_once")
        ]

    def __str__(self) -> str:
        return f"{self.e_invoice_id} {self.state}"
