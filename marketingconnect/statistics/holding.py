"""What the reports still need of the addresses of a campaign, and what they forget with them."""

from datetime import date

from marketingconnect import storage
from marketingconnect.sending.models import Campaign
from marketingconnect.statistics.models import DomainCount, Export


def count_holds(campaign_id: int, today: date) -> str:
    """Why the addresses stay, in French; empty once the domains are counted for good."""
    counted = DomainCount.objects.filter(campaign=campaign_id, is_final=True).exists()
    left = Campaign.objects.filter(pk=campaign_id, started_at__isnull=False).exists()
    return "" if counted or not left else "Les domaines de messagerie ne sont pas encore comptés."


def forget_workbooks() -> int:
    """CGV B.5: remove the workbooks that list erased addresses; returns how many. Repeatable."""
    erased = Export.objects.filter(campaign__addresses_erased_at__isnull=False)
    listed = [one for one in erased.select_related("campaign") if _has_addresses(one)]
    for export in listed:
        storage.delete(export.path)
        export.delete()
    return len(listed)


def _has_addresses(export: Export) -> bool:
    erased_at = export.campaign.addresses_erased_at
    return bool(erased_at and export.ready_at and export.requested_at <= erased_at)
