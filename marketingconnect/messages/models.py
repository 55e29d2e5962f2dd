"""A message is a draft; a version of it is immutable, proofed, validated and moderated by hash."""

from django.db import models

from marketingconnect.accounts.models import Company, User
from marketingconnect.contacts.models import ContactFile
from marketingconnect.messages.states import ModerationState


class Message(models.Model):
    """What the client is composing: blocks of the editor, or its own HTML (CGV B.1.1)."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="messages")
    name = models.CharField(max_length=120)
    template = models.CharField(max_length=60, blank=True)
    """Code of the template of the library it started from."""
    kind = models.CharField(max_length=10, default="blocks")
    """`blocks` or `html`."""
    subject = models.CharField(max_length=200, blank=True)
    preheader = models.CharField(max_length=200, blank=True)
    sender_name = models.CharField(max_length=60, blank=True)
    reply_to = models.EmailField(blank=True)
    content = models.JSONField(default=dict)
    """Blocks: {"theme", "blocks": [{"id", "type", …}], "legal", "text"}; own HTML: {"html", "css",
    "ground", "footer", "removed", "legal", "text"}. `text` replaces the derived plain text."""
    fallbacks = models.JSONField(default=dict)
    """Merge field -> text when a contact lacks it."""
    contact_file = models.ForeignKey(
        ContactFile, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    """Where the merge fields on offer and the sample of the preview come from."""
    revision = models.PositiveIntegerField(default=0)
    """Grows at each save: two people editing at once are told (409)."""
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class MessageVersion(models.Model):
    """The exact bytes that a proof showed; `sha256` covers subject, sender, HTML and text."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    subject = models.CharField(max_length=200)
    preheader = models.CharField(max_length=200, blank=True)
    sender_name = models.CharField(max_length=60)
    reply_to = models.EmailField(blank=True)
    html = models.TextField()
    text = models.TextField()
    fallbacks = models.JSONField(default=dict)
    merge_fields = models.JSONField(default=list)
    created_at = models.DateTimeField()
    """A row never changes: the database refuses any UPDATE."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "number"], name="one_version_a_number"),
            models.UniqueConstraint(fields=["message", "sha256"], name="one_version_a_content"),
        ]

    def __str__(self) -> str:
        return f"{self.message} v{self.number}"


class Proof(models.Model):
    """A bon à tirer sent by mail for one version (CGV B.1.2)."""

    version = models.ForeignKey(MessageVersion, models.PROTECT, related_name="proofs")
    to_email = models.EmailField()
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    notice_key = models.CharField(max_length=160, unique=True)

    def __str__(self) -> str:
        return f"{self.version} → {self.to_email}"


class Validation(models.Model):
    """The client's approval of exactly this version; any change of the message voids it."""

    version = models.ForeignKey(MessageVersion, models.PROTECT, related_name="validations")
    sha256 = models.CharField(max_length=64)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    attestations = models.JSONField(default=list)
    voided_at = models.DateTimeField(null=True)
    voided_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version"],
                condition=models.Q(voided_at__isnull=True),
                name="one_open_validation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} validée par {self.user}"


class ModerationRequest(models.Model):
    """A validated version waiting for, or having received, the moderator's decision."""

    version = models.ForeignKey(MessageVersion, models.PROTECT, related_name="moderation_requests")
    state = models.CharField(
        max_length=14,
        choices=[(s.value, s.value) for s in ModerationState],
        default=ModerationState.WAITING,
    )
    level = models.PositiveSmallIntegerField(default=1)
    """1 ordinary, 2 raised by the advertising-law checklist."""
    flags = models.JSONField(default=list)
    requested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=60, blank=True)
    comment = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version"],
                condition=~models.Q(state="void"),
                name="one_moderation_a_version",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in ModerationState]),
                name="moderation_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.state}"


class Picture(models.Model):
    """An image or logo uploaded by the client, served to recipients under a public random name."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="pictures")
    public_name = models.CharField(max_length=60, unique=True)
    path = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    alt = models.CharField(max_length=200, blank=True)
    licence_note = models.CharField(max_length=200, blank=True)
    is_logo = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "sha256", "is_logo"], name="one_picture_a_content"
            )
        ]

    def __str__(self) -> str:
        return self.public_name
