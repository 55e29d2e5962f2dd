"""Ask for a workbook, make it, keep it."""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

import rustpy_xlsxwriter
from django.db import transaction

from marketingconnect import storage
from marketingconnect.jobs import job
from marketingconnect.statistics.exports import COLUMNS, export_rows
from marketingconnect.statistics.models import Export
from marketingconnect.statistics.states import ExportState

MAKE_EXPORT: Final = "statistics.make_export"
SHEET_ROWS: Final = 1_048_575
"""What a sheet holds below its heading."""


@transaction.atomic
def request_export(*, campaign_id: int, user_id: int, now: datetime) -> Export:
    """Queue a workbook of a campaign; a job makes it."""
    export = Export.objects.create(
        campaign_id=campaign_id, requested_by_id=user_id, requested_at=now
    )
    job(MAKE_EXPORT).defer(export_id=export.pk)
    return export


def make_export(export_id: int, *, now: datetime) -> None:
    """Write the workbook beside the database, then say that it is ready. Safe to repeat."""
    export = Export.objects.get(pk=export_id)
    if export.state != ExportState.WAITING:
        return
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "chiffres.xlsx"
        rows = _write_workbook(export.campaign_id, path)
        stored = storage.save("exports", "chiffres.xlsx", _chunks(path))
    Export.objects.filter(pk=export_id, state=ExportState.WAITING).update(
        state=ExportState.READY, path=stored.path, size=stored.size, rows=rows, ready_at=now
    )


def _write_workbook(campaign_id: int, path: Path) -> int:
    counted = 0

    def records() -> Iterator[dict[str, Any]]:
        nonlocal counted
        for row in islice(export_rows(campaign_id), SHEET_ROWS):
            counted += 1
            yield dict(zip(COLUMNS, row, strict=True))

    rustpy_xlsxwriter.write_worksheet(records(), str(path), sheet_name="Destinataires")
    return counted


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk
