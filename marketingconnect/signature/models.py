"""Documents to sign, the codes sent for them, and every event of their signature."""

from django.db import models

from marketingconnect.accounts.models import Company, User
from marketingconnect.orders.models import Order
from marketingconnect.signature.states import (
    OPEN,
    DocumentKind,
    EventKind,
    PendingReason,
    SignatureState,
)
from marketingconnect.terms.models import TermsVersion


class SignatureRequest(models.Model):
    """One document for one person. The document itself never changes; a new one is a new row."""

    key = models.UUIDField(unique=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="signature_requests")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in DocumentKind])
    title = models.CharField(max_length=200)
    subject = models.CharField(max_length=60, blank=True)
    """What it is about besides its order: the reference (RUM) of a mandate, a means of payment."""
    signer = models.ForeignKey(User, models.PROTECT, related_name="+")
    terms = models.ForeignKey(TermsVersion, models.PROTECT, related_name="+")
    document = models.CharField(max_length=200)
    """Storage path of the document as proposed."""
    sha256 = models.CharField(max_length=64)
    wording = models.TextField()
    """What typing the code means, word for word."""
    state = models.CharField(
        max_length=20,
        choices=[(s.value, s.value) for s in SignatureState],
        default=SignatureState.CREATED,
    )
    pending_reason = models.CharField(max_length=12, blank=True)
    pending_detail = models.CharField(max_length=300, blank=True)
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    position = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    mobile = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField()
    consented_at = models.DateTimeField(null=True)
    in_flight_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    signed_at = models.DateTimeField(null=True)
    """As the timestamp says."""
    signed_document = models.CharField(max_length=200, blank=True)
    signed_sha256 = models.CharField(max_length=64, blank=True)
    certificate_serial = models.CharField(max_length=40, blank=True)
    policy_version = models.PositiveSmallIntegerField(null=True)
    trust = models.JSONField(default=dict)
    """What a later reader needs, base64: {"root", "timestamp_roots", "revocation_lists"}."""
    evidence = models.CharField(max_length=200, blank=True)
    """Storage path of the evidence file archived at the signature."""
    evidence_sha256 = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in SignatureState]),
                name="signature_state",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in DocumentKind]),
                name="signature_document_kind",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(
                        state=SignatureState.PENDING,
                        pending_reason__in=[r.value for r in PendingReason],
                    )
                    | (~models.Q(state=SignatureState.PENDING) & models.Q(pending_reason=""))
                ),
                name="pending_says_why",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=SignatureState.SIGNED)
                | (
                    models.Q(
                        consented_at__isnull=False,
                        signed_at__isnull=False,
                        policy_version__isnull=False,
                    )
                    & ~models.Q(signed_document="")
                    & ~models.Q(certificate_serial="")
                    & ~models.Q(evidence="")
                ),
                name="signed_has_its_proof",
            ),
            models.UniqueConstraint(
                fields=["order", "kind"],
                condition=models.Q(state__in=[*map(str, OPEN), SignatureState.SIGNED.value]),
                name="one_document_of_a_kind_an_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """`SIG-000042`, on the signer's certificate."""
        return f"SIG-{self.pk:06d}"


class SignatureCode(models.Model):
    """A code sent by SMS, of which only a keyed hash is kept."""

    request = models.ForeignKey(SignatureRequest, models.PROTECT, related_name="codes")
    salt = models.CharField(max_length=32)
    code_hash = models.CharField(max_length=64)
    document_sha256 = models.CharField(max_length=64)
    mobile = models.CharField(max_length=16)
    sent_at = models.DateTimeField(db_index=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    void_at = models.DateTimeField(null=True)
    """When another took its place, or when it could not be sent."""

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"],
                condition=models.Q(void_at__isnull=True),
                name="one_code_a_document",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.sent_at:%Y-%m-%d %H:%M}"


class SignatureEvent(models.Model):
    """One thing that happened, numbered in its request without a gap."""

    request = models.ForeignKey(SignatureRequest, models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ip_address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["request", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "number"], name="one_signature_event_a_number"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in EventKind]),
                name="signature_event_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.number} {self.kind}"
