"""Files that the staff takes out by itself: the same rows, checks and writers as a delivery."""

import getpass
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record
from marketingconnect.base.vocabulary import CIVILITY_PRINTED, Channel, Population
from marketingconnect.clock import paris_date
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.desk import office
from marketingconnect.targeting.engine.draw import smallest
from marketingconnect.targeting.extraction import extract
from marketingconnect.targeting.files.batches import Batch, Column
from marketingconnect.targeting.files.delimited import write_csv
from marketingconnect.targeting.files.fixed_width import write_fixed_width
from marketingconnect.targeting.files.workbook import write_workbook

Writer = Callable[[BinaryIO, Sequence[Column], Iterable[Batch]], int]

_WHO: Final = {
    Population.CONSUMERS: (
        Column("civility", "Civilité", 3),
        Column("first_name", "Prénom", 38),
        Column("last_name", "Nom", 38),
    ),
    Population.PROFESSIONALS: (
        Column("siret", "SIRET", 14),
        Column("name", "Raison sociale", 60),
        Column("trade_name", "Enseigne", 60),
    ),
}
_ADDRESS: Final = (
    Column("line2", "Complément", 38),
    Column("line3", "Bâtiment", 38),
    Column("line4", "Voie", 38),
    Column("line5", "Lieu-dit", 38),
    Column("postal_code", "Code postal", 5),
    Column("town", "Ville", 38),
)
_REACHED_BY: Final[Mapping[Channel, Column]] = {
    Channel.PHONE: Column("phone", "Téléphone", 13),
    Channel.MOBILE: Column("mobile", "Mobile", 13),
    Channel.EMAIL: Column("email", "E-mail", 120),
}
_WRITERS: Final[Mapping[str, Writer]] = {
    "csv": write_csv,
    "txt": write_fixed_width,
    "xlsx": partial(write_workbook, sheet="Extraction"),
}
FORMATS: Final = tuple(_WRITERS)


def extract_to_file(
    criteria: Criteria,
    target: Path,
    *,
    limit: int,
    format: str,
    company_id: int | None,
    now: datetime,
) -> int:
    """CGV CL.10: write at most `limit` records of criteria into a new file of ours alone.

    The journal says so before the first byte: who ran it, what was asked, how many were chosen.
    Raises FileExistsError, DeskError, InvalidCriteriaError. Returns the number of records.
    """
    day = paris_date(now)
    opened = office().opened(criteria.population)
    context = opened.live.context(criteria, company_id=company_id, on=day)
    rows = smallest(opened.counter.rows(criteria, context), limit, criteria.seed)
    columns = columns_of(criteria)
    extraction = extract(
        opened,
        rows,
        [column.name for column in columns],
        channel=criteria.channel,
        use=criteria.use,
        on=day,
    )
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        _journal(criteria, target, format, len(extraction.rows), company_id, now)
        return _WRITERS[format](stream, columns, _printed(extraction.batches()))


def columns_of(criteria: Criteria) -> list[Column]:
    """Who, where, and the one means of contact that the criteria ask for."""
    reached = _REACHED_BY.get(criteria.channel)
    extra = [reached] if reached is not None else []
    return [*_WHO[criteria.population], *_ADDRESS, *extra]


def _printed(batches: Iterable[Batch]) -> Iterator[Batch]:
    """Codes as people read them."""
    for batch in batches:
        if "civility" not in batch.columns:
            yield batch
            continue
        civilities = [CIVILITY_PRINTED[code] for code in batch.columns["civility"]]
        yield Batch({**batch.columns, "civility": civilities}, len(batch))


def _journal(
    criteria: Criteria, target: Path, written: str, rows: int, company_id: int | None, at: datetime
) -> None:
    record(
        action="targeting.extracted",
        actor=Actor.system(f"extract ({getpass.getuser()})"),
        company_id=company_id,
        subject=f"extract:{criteria.fingerprint()[:16]}",
        at=at,
        after={
            "criteria": criteria.to_json(),
            "rows": rows,
            "format": written,
            "file": target.name,
        },
    )
