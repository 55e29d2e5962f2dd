"""Freezing: exact, once, and whole or not at all."""

from dataclasses import replace
from threading import Thread

import numpy as np
import pytest
from django.db import connection

from marketingconnect import storage
from marketingconnect.audit.models import JournalEntry
from marketingconnect.targeting import services
from marketingconnect.targeting.criteria import Group, Quotas, Sample, ValueIn
from marketingconnect.targeting.models import Selection
from marketingconnect.targeting.selections.reading import (
    keys_of_selection,
    rows_of_selection,
)
from marketingconnect.targeting.services import FreezeError, draw_seed, freeze_selection
from tests.cast import Cast
from tests.targeting.stage import NOW, ON_ONE_WORKER, Base, asking

pytestmark = ON_ONE_WORKER


def test_the_exact_quantity_is_arrested_with_what_it_came_from(base: Base, cast: Cast) -> None:
    criteria = replace(asking(ValueIn("departement", ("69",))), one_per=Group.HOUSEHOLD)
    selection = freeze_selection(
        criteria, company_id=cast.bakery.pk, order_reference="C-1", quantity=200, now=NOW
    )

    rows = rows_of_selection(selection)
    assert len(rows) == selection.count == selection.households == 200
    assert selection.available > 200
    assert (np.diff(rows.astype(np.int64)) > 0).all()
    assert len(np.unique(base.consumers.column("household_no")[rows])) == 200
    keys = keys_of_selection(selection.pk)
    assert keys.tolist() == base.consumers.column("record_key")[rows].tolist()
    assert selection.context["channels"]["post"]["suppliers"] == [1, 2, 3, 4]
    assert selection.release.name == base.consumers.name
    entry = JournalEntry.objects.get(action="selection.frozen")
    assert entry.after
    assert entry.after["order_reference"] == "C-1"


def test_the_same_reference_gives_the_same_selection(base: Base, cast: Cast) -> None:
    first = freeze_selection(
        asking(), company_id=cast.bakery.pk, order_reference="C-2", quantity=50, now=NOW
    )
    again = freeze_selection(
        asking(), company_id=cast.bakery.pk, order_reference="C-2", quantity=70, now=NOW
    )

    assert again.pk == first.pk
    assert Selection.objects.count() == 1


def test_fewer_than_the_quantity_are_all_arrested(base: Base) -> None:
    criteria = replace(asking(), quotas=Quotas("departement", (("69", 30), ("48", 20))))
    selection = freeze_selection(
        criteria, company_id=None, order_reference="C-3", quantity=1000, now=NOW
    )

    assert selection.count == selection.available == 50


def test_the_seed_of_the_sample_draws_and_can_draw_again(base: Base) -> None:
    criteria = replace(asking(), sample=Sample(1000, 42))
    selection = freeze_selection(
        criteria, company_id=None, order_reference="C-4", quantity=100, now=NOW
    )

    assert selection.seed == 42
    assert draw_seed(asking(), "C-4") != draw_seed(asking(), "C-5")


def test_nobody_left_is_said(base: Base) -> None:
    with pytest.raises(FreezeError, match="Plus personne"):
        freeze_selection(
            asking(ValueIn("commune", ("99999",))),
            company_id=None,
            order_reference="C-6",
            quantity=10,
            now=NOW,
        )
    assert not Selection.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_arrest_one_selection(base: Base) -> None:
    found: list[int] = []

    def freeze() -> None:
        selection = freeze_selection(
            asking(), company_id=None, order_reference="C-7", quantity=100, now=NOW
        )
        found.append(selection.pk)
        connection.close()

    threads = [Thread(target=freeze) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 2
    assert len(set(found)) == 1
    assert JournalEntry.objects.filter(action="selection.frozen").count() == 1


def test_a_freeze_that_stops_before_its_end_leaves_nothing_that_counts(
    base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything is on the disk, and the process dies before the row of the database."""

    def dies(selection: Selection, now: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(services, "_arrest", dies)
        with pytest.raises(KeyboardInterrupt):
            freeze_selection(
                asking(), company_id=None, order_reference="C-8", quantity=100, now=NOW
            )
    assert not Selection.objects.exists()
    assert not JournalEntry.objects.filter(action="selection.frozen").exists()

    selection = freeze_selection(
        asking(), company_id=None, order_reference="C-8", quantity=100, now=NOW
    )
    assert selection.count == 100
    assert storage.size(selection.keys_path) == 100 * 8
