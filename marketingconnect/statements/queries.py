"""Reads of statements."""

from datetime import date
from typing import IO

from marketingconnect import storage
from marketingconnect.statements.models import CampaignStatement, StatementWithoutAddresses


def statement_of(campaign_id: int) -> CampaignStatement | None:
    """The statement of a campaign of `sending`, once it is made."""
    return CampaignStatement.objects.filter(campaign=campaign_id).first()


def file_of(statement: CampaignStatement, kind: str) -> tuple[IO[bytes], str]:
    """One of its files (`pdf`, `sheet`, `evidence`), opened, and the name to give it.

    As it was sealed again, once the addresses are erased.
    """
    again = StatementWithoutAddresses.objects.filter(statement=statement).first()
    kept = again or statement
    path, ending = {
        "pdf": (kept.pdf, ".pdf"),
        "sheet": (kept.sheet, "-destinataires.csv.gz"),
        "evidence": (kept.evidence, "-preuves.zip"),
    }[kind]
    return storage.open(path), f"{statement.number}{ending}"


def statement_holds(campaign_id: int, today: date) -> str:
    """Why the addresses of a campaign stay, in French; empty once its statement lists them."""
    if CampaignStatement.objects.filter(campaign=campaign_id).exists():
        return ""
    return "Le relevé n’est pas encore établi."


def statements_with_erased_addresses() -> list[CampaignStatement]:
    """Those whose files still list addresses that are erased elsewhere, the oldest first."""
    listed = CampaignStatement.objects.filter(
        campaign__addresses_erased_at__isnull=False,
        campaign__contact_file__isnull=False,
        without_addresses=None,
    )
    return list(listed.select_related("campaign__company").order_by("pk")[:20])
