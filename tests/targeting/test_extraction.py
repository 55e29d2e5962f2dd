"""What leaves: full records in order, without whoever may not be written to any more."""

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyroaring import BitMap
from pytest_django import Settings

from marketingconnect.accounts.models import Company
from marketingconnect.base.models import Supplier
from marketingconnect.base.vocabulary import Channel, Population
from marketingconnect.suppression.services import suppress
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.desk import office
from marketingconnect.targeting.extraction import Extraction, extract, extract_selection
from marketingconnect.targeting.models import Selection
from marketingconnect.targeting.own_lists import opposed_by_own_list
from marketingconnect.targeting.selections.reading import rows_of_selection
from marketingconnect.targeting.services import freeze_selection
from marketingconnect.targeting.staff_extracts import extract_to_file
from tests.cast import Cast
from tests.targeting.stage import NOW, ON_ONE_WORKER, TODAY, Base, asking
from tests.targeting.test_live import first_row, value_of

pytestmark = ON_ONE_WORKER
COLUMNS = ["record_key", "last_name", "line4", "town", "phone", "phone_supplier", "phone_on"]


def extracted(
    base: Base, rows: list[int], columns: list[str] | None = None, channel: Channel = Channel.POST
) -> Extraction:
    criteria = asking(channel=channel)
    return extract(
        office().opened(Population.CONSUMERS),
        np.array(sorted(rows), dtype=np.uint32),
        columns or COLUMNS,
        channel=channel,
        use=criteria.use,
        on=TODAY,
    )


def records(extraction: Extraction) -> list[dict[str, Any]]:
    return [
        dict(zip(batch.columns, values, strict=True))
        for batch in extraction.batches()
        for values in zip(*batch.columns.values(), strict=True)
    ]


def usable_rows(base: Base, criteria: Criteria | None = None) -> list[int]:
    opened = office().opened(Population.CONSUMERS)
    asked = criteria or asking()
    context = opened.live.context(asked, company_id=None, on=TODAY)
    return list(opened.counter.select(asked, context))


def test_records_come_whole_and_in_the_order_of_the_base(base: Base) -> None:
    rows = usable_rows(base)[::3]

    found = records(extracted(base, rows))

    assert len(found) == len(rows)
    keys = base.consumers.column("record_key")[np.array(rows)].tolist()
    assert [record["record_key"] for record in found] == keys
    assert found[5]["line4"] == value_of(base.consumers, "line4", rows[5])


def test_rows_without_right_withdrawn_or_opposed_do_not_leave(base: Base) -> None:
    rows = usable_rows(base)
    withdrawn = list(base.consumers.bitmap("removed"))
    identity = value_of(
        base.consumers,
        "concat_ws(' ', last_name, first_name, line4, postal_code, town)",
        rows[0],
    )
    reachable = [base.consumers.bitmap(f"post_supplier={n}") for n in range(1, 5)]
    unproven = list(base.consumers.everybody - BitMap.union(*reachable))[:50]
    suppress(channel="post", address=identity, scope="operator", reason="opposition", at=NOW)

    extraction = extracted(base, [*rows, *withdrawn, *unproven])

    assert extraction.rows.tolist() == rows[1:]
    assert extraction.withdrawn == len({*withdrawn, *unproven}) + 1


def test_a_number_that_may_not_be_used_is_left_out_of_the_record(base: Base) -> None:
    callable_rows = set(usable_rows(base, asking(channel=Channel.PHONE)))
    rows = usable_rows(base)

    for row, record in zip(rows, records(extracted(base, rows)), strict=True):
        if row in callable_rows:
            assert record["phone"].startswith("+33")
            assert record["phone_supplier"] > 0
        else:
            assert (record["phone"], record["phone_supplier"], record["phone_on"]) == ("", 0, 0)


def test_a_selection_is_checked_again_as_it_leaves(base: Base) -> None:
    selection = freeze_selection(
        asking(channel=Channel.EMAIL), company_id=None, order_reference="D-1", quantity=40, now=NOW
    )
    first = int(extract_selection(selection, ["email"], on=TODAY).rows[0])
    address = value_of(base.consumers, "email", first)
    suppress(channel="email", address=address, scope="everyone", reason="stop", at=NOW)

    again = extract_selection(selection, ["email", "record_key"], on=TODAY)

    assert again.withdrawn == 1
    assert address not in {record["email"] for record in records(again)}
    assert len(records(again)) == 39


def test_no_supplier_in_force_leaves_nobody(base: Base) -> None:
    rows = usable_rows(base)
    for supplier in Supplier.objects.all():
        supplier.rights.all().delete()

    extraction = extracted(base, rows)

    assert records(extraction) == []
    assert extraction.withdrawn == len(rows)


def test_a_column_that_the_base_has_not_is_refused(base: Base) -> None:
    with pytest.raises(KeyError):
        extracted(base, [1], ["line4; DROP TABLE x"])


@pytest.mark.parametrize("format", ["csv", "txt", "xlsx"])
def test_the_staff_writes_what_a_delivery_would(base: Base, tmp_path: Path, format: str) -> None:
    target = tmp_path / f"extrait.{format}"

    written = extract_to_file(asking(), target, limit=120, format=format, company_id=None, now=NOW)

    assert written == 120
    assert target.stat().st_mode & 0o777 == 0o600
    if format == "csv":
        rows = list(csv.reader(io.StringIO(target.read_text("utf-8-sig")), delimiter=";"))
        assert rows[0][:3] == ["Civilité", "Prénom", "Nom"]
        assert len(rows) == 121
        assert {row[0] for row in rows[1:]} <= {"", "M", "MME"}
    with pytest.raises(FileExistsError):
        extract_to_file(asking(), target, limit=1, format=format, company_id=None, now=NOW)


def test_first_rows_used_here_are_reachable(base: Base) -> None:
    assert first_row(base.consumers, Channel.EMAIL) in usable_rows(
        base, asking(channel=Channel.EMAIL)
    )


def oppose_to(company: Company, address: str) -> None:
    suppress(
        channel="email",
        address=address,
        scope="client",
        company_id=company.pk,
        reason="client_request",
        at=NOW,
    )


def test_a_client_s_own_list_binds_the_freeze_and_the_exit_for_that_client_alone(
    base: Base, cast: Cast, settings: Settings
) -> None:
    def frozen(reference: str, company: Company) -> Selection:
        return freeze_selection(
            asking(channel=Channel.EMAIL),
            company_id=company.pk,
            order_reference=reference,
            quantity=100_000,
            now=NOW,
        )

    before = frozen("D-1", cast.garage)
    emails = [one["email"] for one in records(extract_selection(before, ["email"], on=TODAY))]
    oppose_to(cast.bakery, emails[0])
    settings.SUPPRESSION_KEYS = {**settings.SUPPRESSION_KEYS, 9: "another master key"}
    oppose_to(cast.bakery, emails[1])

    selection = frozen("D-2", cast.bakery)
    assert not opposed_by_own_list(
        office().opened(Population.CONSUMERS),
        rows_of_selection(selection),
        channel=Channel.EMAIL,
        company_id=cast.bakery.pk,
    )
    found = extract_selection(selection, ["email"], on=TODAY)
    kept = {one["email"] for one in records(found)}
    assert (len(kept), kept & set(emails[:2])) == (len(emails) - 2, set())
    late = min(kept)
    oppose_to(cast.bakery, late)
    assert extract_selection(selection, ["email"], on=TODAY).withdrawn == 1
    assert extract_selection(before, ["email"], on=TODAY).withdrawn == 0
