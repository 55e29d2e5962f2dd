import csv
import io
import zipfile
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from python_calamine import CalamineWorkbook

from marketingconnect import storage
from marketingconnect.base.vocabulary import Population
from marketingconnect.offers.list_rental.delivery_files.preparing import (
    EmptyDeliveryError,
    prepare_delivery_files,
)
from marketingconnect.offers.list_rental.delivery_files.reference import read_reference
from marketingconnect.offers.list_rental.delivery_files.register import (
    AlreadyPreparedError,
    record_key_at,
    seal_delivery,
)
from marketingconnect.offers.list_rental.delivery_files.spec import DeliverySpec, Prepared
from marketingconnect.offers.list_rental.delivery_files.traps.services import NoTrapError
from marketingconnect.offers.list_rental.models import DeliveryTrace, TrapVariant
from marketingconnect.targeting.context import ChannelRight
from marketingconnect.targeting.files.batches import Batch
from marketingconnect.terms.parameters import TermsParameters
from tests.offers.list_rental.delivery_files.made import (
    NOW,
    PHONE_DAY,
    TODAY,
    companies,
    consumers,
    in_batches,
    spec,
    trap_people,
)

pytestmark = pytest.mark.django_db


def prepare(wanted: DeliverySpec, rows: list[dict[str, Any]]) -> Prepared:
    return prepare_delivery_files(wanted, in_batches(rows), now=NOW)


def bytes_of(prepared: Prepared, format_: str) -> bytes:
    (file,) = (file for file in prepared.files if file.format == format_)
    with storage.open(file.stored.path) as stream:
        return stream.read()


def members(prepared: Prepared, format_: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bytes_of(prepared, format_))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows_of(prepared: Prepared) -> list[dict[str, str]]:
    content = members(prepared, "csv")["LC-000042-1.csv"].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content), delimiter=";"))


def test_a_delivery_has_four_files_that_hold_the_same_rows() -> None:
    trap_people()

    prepared = prepare(spec(), consumers(50))

    read = [list(row.values()) for row in rows_of(prepared)]
    tab = members(prepared, "txt_tab")["LC-000042-1.txt"].decode().split("\r\n")
    book = CalamineWorkbook.from_filelike(io.BytesIO(bytes_of(prepared, "xlsx")))
    assert [file.name for file in prepared.files] == [
        "LC-000042-1-csv.zip",
        "LC-000042-1-txt-largeur-fixe.zip",
        "LC-000042-1-txt-tabulations.zip",
        "LC-000042-1.xlsx",
    ]
    assert [line.split("\t") for line in tab[1:-1]] == read
    assert book.sheet_names == ["Adresses", "Licence et source"]
    assert book.get_sheet_by_name("Adresses").to_python()[1:] == read
    assert all(file.rows == 52 for file in prepared.files)


def test_traps_are_neither_counted_nor_billed() -> None:
    trap_people()

    prepared = prepare(spec(), consumers(50))

    assert (prepared.quantity, prepared.traps) == (50, 2)
    assert len(rows_of(prepared)) == 52
    assert TrapVariant.objects.filter(trace__delivery=42).count() == 2


def test_the_number_of_traps_follows_the_terms() -> None:
    trap_people()
    terms = TermsParameters(trap_addresses_least=3, trap_addresses_rows_each=100)

    assert prepare(spec(terms=terms), consumers(1_001)).traps == 11


def test_a_trap_looks_like_its_neighbours_and_stands_in_its_town() -> None:
    trap_people()
    options = ["phone", "age_band", "housing", "tenure", "income_band", "sex"]

    rows = rows_of(prepare(spec(options=options), consumers(400)))

    names = {
        (variant.first_name, variant.last_name)
        for variant in TrapVariant.objects.filter(trace__delivery=42)
    }
    found = [row for row in rows if (row["Prénom"].upper(), row["Nom"]) in names]
    assert len(found) == 2
    assert {row["Téléphone"] for row in found} == {"0199009999"}
    assert all(row["Prénom"] == row["Prénom"].title() for row in found)
    codes = [row["Code postal"] for row in rows]
    assert [code for n, code in enumerate(codes) if n == 0 or codes[n - 1] != code] == [
        "01500",
        "38000",
        "69230",
        "69100",
    ]


def test_lines_hold_38_characters_at_most_and_end_with_the_town() -> None:
    trap_people()
    people = consumers(300)
    people[0] |= {"first_name": "Marie-Antoinette-Joséphine", "last_name": "DE LA TOUR DU PIN X"}
    people[1] |= {"first_name": "", "last_name": "W" * 60}

    rows = rows_of(prepare(spec(), people))

    assert max(len(row[f"Ligne {n}"]) for row in rows for n in range(1, 7)) <= 38
    assert all(row["Ligne 6"] == f"{row['Code postal']} {row['Ville']}" for row in rows)
    assert any(row["Ligne 1"].endswith("M DE LA TOUR DU PIN X") for row in rows)


def test_each_reference_names_its_row_and_the_record_behind_it() -> None:
    trap_people()
    people = consumers(50)

    prepared = prepare(spec(), people)

    references = [read_reference(row["Référence"]) for row in rows_of(prepared)]
    keys = [record_key_at(prepared.keys.path, reference.row) for reference in references]
    assert [reference.row for reference in references] == list(range(1, 53))
    assert {reference.delivery for reference in references} == {42}
    assert [key for key in keys if key is not None] == [row["record_key"] for row in people]
    for row in (0, 53):
        with pytest.raises(LookupError):
            record_key_at(prepared.keys.path, row)


def test_numbers_without_the_right_of_that_day_are_left_out() -> None:
    trap_people()
    people = consumers(60)
    people[0] |= {"phone": "+33199000001", "phone_supplier": 5, "phone_on": PHONE_DAY}
    people[1] |= {"phone": "+33199000002", "phone_supplier": 4, "phone_on": PHONE_DAY - 31}
    people[2] |= {"phone": "+33639980000", "phone_supplier": 4, "phone_on": PHONE_DAY}

    prepared = prepare(spec(options=["phone"]), people)

    shown = {row["Téléphone"] for row in rows_of(prepared)}
    assert "0199000001" not in shown
    assert "0199000002" not in shown
    assert not any(number.startswith(("06", "07")) for number in shown)
    assert sum(bool(row["Téléphone"]) for row in rows_of(prepared)) == 2 + sum(
        bool(row["phone"]) and row["phone_supplier"] == 4 for row in people[3:]
    )


def test_without_any_right_a_file_of_phones_has_none_and_no_limit() -> None:
    trap_people()
    wanted = spec(options=["phone"], phone_right=ChannelRight(frozenset()))

    prepared = prepare(wanted, consumers(60))

    assert (prepared.phones, prepared.use_by) == (0, None)


def test_phones_carry_the_last_day_of_their_use() -> None:
    trap_people()

    prepared = prepare(spec(options=["phone"]), consumers(60))

    assert prepared.use_by == TODAY + timedelta(days=30)
    with_phone = [row for row in rows_of(prepared) if row["Téléphone"]]
    assert {row["Téléphone à utiliser jusqu’au"] for row in with_phone} == {"2026-12-25"}
    assert prepared.licence == ("60 adresses, téléphones : 2026-12-25.",)


def test_a_consent_that_ends_sooner_shortens_the_use_of_the_file() -> None:
    trap_people()
    people = consumers(60)
    people[0] |= {"phone": "+33199000001", "phone_supplier": 4}
    people[0]["phone_on"] = (date(2025, 12, 1) - date(2000, 1, 1)).days
    wanted = spec(options=["phone"], phone_right=ChannelRight(frozenset({4}), 0, 20_000))

    assert prepare(wanted, people).use_by == date(2026, 11, 30)


def test_the_licence_and_the_source_go_with_every_format() -> None:
    trap_people()

    prepared = prepare(spec(options=["income_band"]), consumers(50))

    book = CalamineWorkbook.from_filelike(io.BytesIO(bytes_of(prepared, "xlsx")))
    sheet = "\n".join(
        str(row[0]) for row in book.get_sheet_by_name("Licence et source").to_python()
    )
    texts = [members(prepared, f)["LISEZMOI.txt"].decode() for f in ("csv", "txt_tab", "txt_fixed")]
    for text in [sheet, *texts]:
        assert "50 adresses, téléphones" in text
        assert "Source\u00a0: Foyers de France, données du 1er novembre 2026" in text
        assert "modélisé" in text
    assert "DESSIN.txt" in members(prepared, "txt_fixed")


def test_a_file_of_professionals_says_that_it_comes_from_sirene() -> None:
    trap_people(population=Population.PROFESSIONALS)
    wanted = spec(
        population=Population.PROFESSIONALS, options=["naf", "headcount", "siret", "created_on"]
    )

    prepared = prepare(wanted, companies(30))

    rows = rows_of(prepared)
    assert "SIRENE" in members(prepared, "csv")["LISEZMOI.txt"].decode()
    assert {row["Effectif"] for row in rows} == {"10 à 19 salariés"}
    assert {row["Date de création"] for row in rows} == {"2020-01-31"}
    assert len({row["Raison sociale"] for row in rows}) == 32


def test_what_is_modelled_says_so_in_each_row() -> None:
    trap_people()
    people = [row | {"income_band": 3, "age_band": 0} for row in consumers(5)]

    rows = rows_of(prepare(spec(options=["age_band", "income_band"]), people))

    assert {row["Tranche d’âge"] for row in rows} == {""}
    assert {row["Revenu modélisé du quartier (décile)"] for row in rows} == {
        "3e décile de revenu (estimé sur le quartier)"
    }


def interrupted(rows: list[dict[str, Any]]) -> Iterable[Batch]:
    yield from in_batches(rows)
    raise KeyboardInterrupt


def test_a_run_cut_short_leaves_nothing_and_the_next_gives_the_same_bytes() -> None:
    trap_people()
    people = consumers(300)
    with pytest.raises(KeyboardInterrupt):
        prepare_delivery_files(spec(), interrupted(people), now=NOW)
    first = prepare(spec(), people)
    hashes = [file.stored.sha256 for file in first.files] + [first.fingerprint.sha256]

    second = prepare(spec(), people)

    assert [f.stored.sha256 for f in second.files] + [second.fingerprint.sha256] == hashes
    kept = {str(p.relative_to(settings.FILES_ROOT)) for p in files_kept()}
    assert kept == {
        stored.path
        for stored in [*(f.stored for f in second.files), second.keys, second.fingerprint]
    }


def files_kept() -> list[Path]:
    return [path for path in Path(settings.FILES_ROOT).rglob("*") if path.is_file()]


def test_two_deliveries_of_the_same_people_are_spelled_apart() -> None:
    trap_people()
    people = consumers(200)

    one, other = (
        {
            row["Ligne 4"]
            for row in rows_of(prepare(spec(reference="LC-000042-1", delivery=n), people))
        }
        for n in (1, 2)
    )

    assert len(one - other) > 20


def test_a_sealed_delivery_is_never_made_again() -> None:
    trap_people()
    prepared = prepare(spec(), consumers(20))
    seal_delivery(prepared, now=NOW)

    with pytest.raises(AlreadyPreparedError):
        prepare(spec(), consumers(20))
    with pytest.raises(AlreadyPreparedError):
        seal_delivery(prepared, now=NOW)
    assert DeliveryTrace.objects.get(delivery=42).rows == 22
    assert len(files_kept()) == 6


def test_without_a_row_nothing_is_made() -> None:
    with pytest.raises(EmptyDeliveryError):
        prepare(spec(), [])
    assert files_kept() == []


def test_without_anybody_in_the_register_of_traps_nothing_is_made() -> None:
    with pytest.raises(NoTrapError):
        prepare(spec(), consumers(20))
    assert files_kept() == []
