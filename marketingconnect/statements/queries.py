"""Reads of statements."""

from typing import IO

from marketingconnect import storage
from marketingconnect.statements.models import CampaignStatement


def statement_of(campaign_id: int) -> CampaignStatement | None:
    """The statement of a campaign of `sending`, once it is made."""
    return CampaignStatement.objects.filter(campaign=campaign_id).first()


def file_of(statement: CampaignStatement, kind: str) -> tuple[IO[bytes], str]:
    """One of its files (`pdf`, `sheet`, `evidence`), opened, and the name to give it."""
    path, ending = {
        "pdf": (statement.pdf, ".pdf"),
        "sheet": (statement.sheet, "-destinataires.csv.gz"),
        "evidence": (statement.evidence, "-preuves.zip"),
    }[kind]
    return storage.open(path), f"{statement.number}{ending}"
