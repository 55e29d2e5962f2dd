import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from marketingconnect import storage
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.models import JournalEntry
from marketingconnect.base.vocabulary import Population
from marketingconnect.offers.list_rental.delivery_files.fingerprint import BrokenFingerprintError
from marketingconnect.offers.list_rental.delivery_files.tracing.services import trace_leak
from marketingconnect.offers.list_rental.models import DeliveryTrace, TrapVariant
from tests.offers.list_rental.delivery_files.made import NOW, companies, consumers, trap_people
from tests.offers.list_rental.delivery_files.tracing.leaks import (
    DROPPED,
    RECASED,
    SORTED,
    Table,
    delivered,
    keeping,
    table_of,
    traced,
    without_accents,
)

pytestmark = pytest.mark.django_db

STRANGE = HealthCheck.function_scoped_fixture


def named(table: Table, folder: Path) -> list[int]:
    return sorted(seen.delivery for seen in traced(table, folder).named)


def without_traps(table: Table) -> Table:
    names = set(TrapVariant.objects.values_list("first_name", "last_name"))
    return [row for row in table if (row["Prénom"].upper(), row["Nom"]) not in names]


def test_any_thousand_lines_name_their_delivery_and_no_other(tmp_path: Path) -> None:
    """Four deliveries of 5,000 rows: two of the same people, two that overlap with them by half.

    The traps are taken out first: what names the delivery is the spelling of its rows.
    """
    trap_people()
    people = consumers(10_000)
    parts = {1: people[:5_000], 2: people[:5_000], 3: people[2_500:7_500], 4: people[5_000:]}
    tables = {n: without_traps(table_of(delivered(n, part))) for n, part in parts.items()}

    @hypothesis_settings(max_examples=15, suppress_health_check=[STRANGE])
    @given(
        taken=st.lists(st.sampled_from(sorted(tables)), min_size=1, max_size=3, unique=True),
        start=st.integers(0, 3_990),
        scattered=st.booleans(),
        recased=st.sampled_from(sorted(RECASED)),
        dropped=st.sampled_from(sorted(DROPPED)),
        sort=st.sampled_from(sorted(SORTED)),
    )
    def name_it(
        taken: list[int], start: int, scattered: bool, recased: str, dropped: str, sort: str
    ) -> None:
        leak: Table = []
        for number in taken:
            table = tables[number]
            leak += (
                random.Random(start).sample(table, 1_000)
                if scattered
                else table[start : start + 1_000]
            )
        changed = SORTED[sort](RECASED[recased](DROPPED[dropped](leak)))
        assert named(changed, tmp_path) == sorted(taken)

    name_it()


def test_a_thousand_lines_lost_among_all_the_rows_of_two_other_buyers_are_found(
    tmp_path: Path,
) -> None:
    trap_people()
    people = consumers(5_000)
    one, two, three = (without_traps(table_of(delivered(n, people))) for n in (1, 2, 3))
    delivered(4, people)
    leak = [*two, *one[2_000:3_000], *three]
    random.Random(1).shuffle(leak)

    assert named(keeping("Ligne 1", "Ligne 4", "Ligne 6")(leak), tmp_path) == [1, 2, 3]


def test_names_and_postal_codes_alone_are_a_lead_and_not_a_proof(tmp_path: Path) -> None:
    trap_people()
    people = consumers(4_000)
    table = without_traps(table_of(delivered(1, people[:2_000])))
    delivered(2, people[2_000:])

    report = traced(keeping("Nom", "Prénom", "Code postal")(table[:1_000]), tmp_path)

    assert report.named == ()
    assert report.lead is not None
    assert report.lead.delivery == 1


def test_the_same_people_from_elsewhere_name_nobody(tmp_path: Path) -> None:
    """The supplier's own file holds the same people, spelled in its own way."""
    trap_people()
    people = consumers(3_000)
    for number in (1, 2, 3):
        delivered(number, people)
    elsewhere = [
        {
            "nom": f"{('', 'M', 'MME')[row['civility']]} {row['first_name']} {row['last_name']}",
            "voie": row["line4"],
            "ville": f"{row['postal_code']} {row['town']}",
        }
        for row in people
    ]

    report = traced(elsewhere, tmp_path)

    assert report.named == ()
    assert {seen.rows for seen in report.deliveries} == {3_000}
    assert "Aucune livraison" in report.conclusion


def test_strangers_name_nobody(tmp_path: Path) -> None:
    trap_people()
    delivered(1, consumers(500))

    report = traced([{"nom": f"INCONNU {n}", "cp": "75001"} for n in range(50)], tmp_path)

    assert report.deliveries == ()
    assert report.rows == 51


def test_a_trap_alone_names_the_delivery(tmp_path: Path) -> None:
    trap_people()
    table = table_of(delivered(1, consumers(300)))
    delivered(2, consumers(300))
    spared = without_traps(table)
    traps = [row for row in table if row not in spared]

    report = traced([traps[0], *spared[:3]], tmp_path)

    (seen,) = report.named
    assert (seen.delivery, len(seen.traps)) == (1, 1)
    assert "adresses pièges" not in report.conclusion


def test_references_that_were_left_in_are_counted(tmp_path: Path) -> None:
    trap_people()
    table = table_of(delivered(7, consumers(300)))

    (seen,) = traced(table[:200], tmp_path).deliveries

    assert (seen.delivery, seen.references) == (7, 200)


@pytest.mark.parametrize("format_", ["csv", "txt_fixed", "txt_tab", "xlsx"])
def test_a_file_as_it_was_delivered_is_recognised_in_every_format(
    format_: str, tmp_path: Path
) -> None:
    trap_people()
    prepared = delivered(1, consumers(600))
    (file,) = (file for file in prepared.files if file.format == format_)
    path = tmp_path / file.name
    with storage.open(file.stored.path) as stream:
        path.write_bytes(stream.read())

    report = trace_leak(path, actor=Actor.system("essai"), now=NOW)

    assert [seen.delivery for seen in report.named] == [1]
    assert report.named[0].rows > 400


def test_companies_are_recognised_by_their_streets(tmp_path: Path) -> None:
    trap_people(population=Population.PROFESSIONALS)
    rows = companies(3_000)
    tables = [
        table_of(delivered(n, rows, population=Population.PROFESSIONALS, options=["naf"]))
        for n in (1, 2)
    ]
    leak = [
        {name: without_accents(value).lower() for name, value in row.items()}
        for row in tables[1][500:1_500]
    ]

    assert named(keeping("Ligne 6", "Ligne 4", "Ligne 1")(leak), tmp_path) == [2]


def test_two_files_of_other_shapes_glued_together_are_both_recognised(tmp_path: Path) -> None:
    trap_people()
    people = consumers(2_000)
    one, two = (without_traps(table_of(delivered(n, people))) for n in (1, 2))
    leak = [
        *({"a": r["Ligne 1"], "b": r["Ligne 4"], "c": r["Ligne 6"], "d": ""} for r in one[:700]),
        *(
            {"a": r["Code postal"], "b": r["Nom"], "c": r["Prénom"], "d": r["Ligne 4"]}
            for r in two[900:]
        ),
    ]

    assert named(leak, tmp_path) == [1, 2]


def test_a_trace_is_written_in_the_journal(tmp_path: Path) -> None:
    trap_people()
    table = table_of(delivered(1, consumers(300)))

    report = traced(table, tmp_path)

    entry = JournalEntry.objects.get(action="leak.traced")
    assert entry.subject == f"file:{report.sha256}"
    assert (entry.after or {})["named"] == [1]


def test_a_fingerprint_that_was_changed_is_not_believed(tmp_path: Path) -> None:
    trap_people()
    table = table_of(delivered(1, consumers(30)))
    DeliveryTrace.objects.update(fingerprint_sha256="0" * 64)

    with pytest.raises(BrokenFingerprintError):
        traced(table, tmp_path)
