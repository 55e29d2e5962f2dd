"""The statement of a campaign, for the pages that give its files."""

from marketingconnect import clock, storage
from marketingconnect.sending.models import Campaign
from marketingconnect.statements.models import CampaignStatement


def make_statement(sending: Campaign) -> CampaignStatement:
    """Its files are short: only that they are given to the right people matters here."""
    paths = {
        name: storage.save("statements", f"releve.{ending}", [b"essai"]).path
        for name, ending in (("pdf", "pdf"), ("sheet", "gz"), ("evidence", "zip"))
    }
    return CampaignStatement.objects.create(
        number="RL-2026-000001", campaign=sending, made_at=clock.now(), figures={}, **paths
    )
