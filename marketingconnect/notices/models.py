"""Mail to clients, one row each, unique by its key (`order-paid:42`)."""

from django.db import models

from marketingconnect.notices.states import NoticeState


class Notice(models.Model):
    key = models.CharField(max_length=160, unique=True)
    template = models.CharField(max_length=60)
    company_id = models.BigIntegerField(null=True, db_index=True)
    to_email = models.EmailField()
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField()
    attachments = models.JSONField(default=list)
    """[{"name": "facture.pdf", "path": "storage path", "type": "application/pdf"}]"""
    headers = models.JSONField(default=dict)
    state = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in NoticeState], default=NoticeState.QUEUED
    )
    attempts = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    queued_at = models.DateTimeField()
    in_flight_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200, blank=True)
    reply = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in NoticeState]), name="notice_state"
            )
        ]

    def __str__(self) -> str:
        return self.key
