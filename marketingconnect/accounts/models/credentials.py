"""What happened to credentials: log-ins, open sessions, changes made by staff (CGV II.1.a)."""

from django.db import models

from marketingconnect.accounts.models.users import User


class LoginEvent(models.Model):
    """One attempt to log in or out; `outcome` is success, failure, locked, logout."""

    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="login_events")
    email_typed = models.CharField(max_length=254)
    outcome = models.CharField(max_length=20)
    at = models.DateTimeField(db_index=True)
    ip_address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-at"], name="log_ins_of_a_user")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.email_typed} {self.outcome}"


class UserSession(models.Model):
    """An open session, listed to its user, who may end it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="user_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ip_address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user} {self.created_at:%Y-%m-%d}"


class CredentialChange(models.Model):
    """Credentials changed by the operator; the client must be told within the terms' delay."""

    user = models.ForeignKey(User, models.PROTECT, related_name="credential_changes")
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=20)
    reason = models.CharField(max_length=300)
    changed_at = models.DateTimeField()
    notice_due_at = models.DateTimeField()
    notice_key = models.CharField(max_length=160)

    def __str__(self) -> str:
        return f"{self.user} {self.kind} {self.changed_at:%Y-%m-%d}"
