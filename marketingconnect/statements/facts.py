"""What a statement says of a campaign, before any file is made of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from marketingconnect.accounts.models import Company
from marketingconnect.audit.models import JournalEntry
from marketingconnect.sending.models import Campaign
from marketingconnect.sending.queries import figures
from marketingconnect.sending.settled import window_end
from marketingconnect.statements.figures import StatementFigures


@dataclass(frozen=True)
class Facts:
    """A frozen campaign, its client, its figures; instants are aware."""

    number: str
    campaign: Campaign
    client: Company
    figures: StatementFigures
    window_ended: datetime
    frozen_at: datetime


def facts_of(campaign: Campaign) -> Facts:
    """CGV B.1.6: of a campaign whose figures bind. Raises ValueError for another."""
    if campaign.figures_frozen_at is None:
        raise ValueError(f"the figures of campaign {campaign.pk} do not bind yet")
    found = figures(campaign.pk)
    return Facts(
        number=f"RL-{campaign.figures_frozen_at.astimezone(UTC).year}-{campaign.pk:06}",
        campaign=campaign,
        client=campaign.company,
        figures=StatementFigures(
            sold=found.sold,
            relayed=found.relayed,
            accepted=found.delivered - found.relayed,
            undelivered=_positive(found.undelivered_by_cause),
            uncertain=found.uncertain,
            not_sent=_positive(found.not_sent_by_reason),
        ),
        window_ended=window_end(campaign),
        frozen_at=campaign.figures_frozen_at,
    )


def journal_of_campaign(campaign: Campaign) -> list[dict[str, Any]]:
    """Every act on it up to the seal of its figures, with the hashes that chain them."""
    entries = JournalEntry.objects.filter(subject=f"campaign:{campaign.pk}").order_by("position")
    return [
        {
            "position": entry.position,
            "at": entry.at.astimezone(UTC).isoformat(),
            "actor": entry.actor_label,
            "action": entry.action,
            "before": entry.before,
            "after": entry.after,
            "previous_hash": entry.previous_hash,
            "hash": entry.hash,
        }
        for entry in entries
    ]


def _positive(by: dict[str, int]) -> dict[str, int]:
    return {name: n for name, n in sorted(by.items()) if n}
