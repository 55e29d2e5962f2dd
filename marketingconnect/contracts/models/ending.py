"""Formal notices (mises en demeure) and terminations."""

from django.db import models

from marketingconnect.accounts.models import User
from marketingconnect.contracts.models.letters import RegisteredLetter
from marketingconnect.contracts.rules.ending import Ground, Party
from marketingconnect.contracts.states import FormalNoticeState
from marketingconnect.orders.models import Order


class FormalNotice(models.Model):
    """A breach of an order, told by registered letter. Its last day follows from the letter."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="formal_notices")
    letter = models.OneToOneField(RegisteredLetter, models.PROTECT, related_name="formal_notice")
    by = models.CharField(max_length=8, choices=[(p.value, p.value) for p in Party])
    breach = models.CharField(max_length=300)
    state = models.CharField(
        max_length=16,
        choices=[(s.value, s.value) for s in FormalNoticeState],
        default=FormalNoticeState.OPEN,
    )
    cured_on = models.DateField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    """None when the last day closed it."""

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in FormalNoticeState]),
                name="formal_notice_state",
            ),
            models.CheckConstraint(
                condition=models.Q(state=FormalNoticeState.CURED, cured_on__isnull=False)
                | ~models.Q(state=FormalNoticeState.CURED) & models.Q(cured_on__isnull=True),
                name="cured_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.breach[:40]}"


class Termination(models.Model):
    """Why, how and by whom an order was terminated. Damages may be asked for besides."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="termination")
    ground = models.CharField(max_length=16, choices=[(g.value, g.label) for g in Ground])
    by = models.CharField(max_length=8, choices=[(p.value, p.value) for p in Party])
    reason = models.CharField(max_length=300)
    damages = models.CharField(max_length=300, blank=True)
    """What is asked for besides, in words; empty for nothing."""
    letter = models.ForeignKey(
        RegisteredLetter, models.PROTECT, null=True, related_name="terminations"
    )
    notice = models.OneToOneField(
        FormalNotice, models.PROTECT, null=True, related_name="termination"
    )
    terminated_at = models.DateTimeField()
    terminated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    """None when a formal notice, or a change refused, ended it by right."""

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ground__in=[g.value for g in Ground]) & ~models.Q(reason=""),
                name="a_termination_has_its_ground_and_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(ground=Ground.FORMAL_NOTICE, notice__isnull=False)
                | ~models.Q(ground=Ground.FORMAL_NOTICE) & models.Q(notice__isnull=True),
                name="only_a_formal_notice_has_its_notice",
            ),
            models.CheckConstraint(
                condition=~models.Q(ground=Ground.FORCE_MAJEURE) | models.Q(letter__isnull=False),
                name="force_majeure_ends_by_letter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.ground}"

    @property
    def article(self) -> str:
        """Of the terms, that ended it."""
        return Ground(self.ground).article
