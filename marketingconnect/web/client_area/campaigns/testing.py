"""A test of two messages: what is typed, and what it gave, prepared for its card."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django import forms

from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.email.rules import TEST_HOURS, TEST_PERCENTS
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.variants import Variant
from marketingconnect.statistics.subject_tests import Tried, decides_at, tried
from marketingconnect.web.client_area.campaigns.forms import MessageForm

_HOURS: Final = {hours: f"{hours} heure{'s' if hours > 1 else ''}" for hours in TEST_HOURS}


class TestForm(MessageForm):
    """The second message, the part of the audience that tries both, and for how long."""

    percent = forms.TypedChoiceField(
        label="Part des destinataires qui participe au test",
        choices=[(str(one), f"{one}\u202f%") for one in TEST_PERCENTS],
        coerce=int,
        help_text="Tirée au sort, moitié pour chaque message.",
        error_messages={"invalid_choice": "Choisissez une des parts proposées."},
    )
    hours = forms.TypedChoiceField(
        label="Durée du test",
        choices=[(str(hours), label) for hours, label in _HOURS.items()],
        coerce=int,
        help_text="Ensuite, le reste reçoit le message sur lequel plus de personnes ont cliqué.",
        error_messages={"invalid_choice": "Choisissez une des durées proposées."},
    )


@dataclass(frozen=True)
class TriedRow:
    """One content of the test."""

    letter: str
    subject: str
    figures: Tried
    rate: Decimal
    """Clickers, in percent of those reached."""
    won: bool


@dataclass(frozen=True)
class TestCard:
    """Both contents, and when the rest left or leaves."""

    rows: list[TriedRow]
    decides_at: datetime
    decided_at: datetime | None


def test_card(campaign: EmailCampaign, sending: Campaign) -> TestCard | None:
    """None for a campaign of one message."""
    if not sending.test_percent:
        return None
    subjects = {Variant.A: sending.subject, Variant.B: sending.variant.subject}
    figures = tried(sending)
    return TestCard(
        [
            TriedRow(
                letter.upper(),
                subject,
                figures[letter],
                Decimal(round(float(figures[letter].rate) * 100, 1)).quantize(Decimal("0.1")),
                sending.winner == letter,
            )
            for letter, subject in subjects.items()
        ],
        decides_at(sending),
        sending.decided_at,
    )
