"""The accounting export, read again by a reader that shares nothing with its writer."""

import csv
import re
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from marketingconnect.catalogue.demo_data import publish_demo_operator
from marketingconnect.catalogue.queries import operator_on
from marketingconnect.ledger.errors import NothingToExportError
from marketingconnect.ledger.fec import write_fec
from marketingconnect.ledger.services import close_month
from tests.cast import Cast
from tests.ledger.books import NOON, credit, receive, sell
from tests.sale import CLERK

pytestmark = pytest.mark.django_db
EIGHTEEN = [
    *("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib"),
    *("CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit"),
    *("EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise"),
]
REQUIRED = set(EIGHTEEN[:6] + EIGHTEEN[8:13] + ["ValidDate"])
LATER = datetime(2027, 1, 2, 12, 0, tzinfo=UTC)


def read(path: Path) -> list[dict[str, str]]:
    """As an inspector's tool reads it; whatever the format forbids fails here."""
    text = path.read_bytes().decode("iso8859-15")
    assert text.endswith("\r\n")
    rows = list(csv.DictReader(StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert list(rows[0]) == EIGHTEEN
    totals: dict[int, Decimal] = defaultdict(Decimal)
    for row in rows:
        assert None not in row, "a line has too many cells"
        assert all(row[name] for name in REQUIRED)
        assert re.fullmatch(r"\d{3}\w*", row["CompteNum"])
        for name in ("EcritureDate", "PieceDate", "ValidDate", "DateLet"):
            assert not row[name] or date.fromisoformat(row[name])
        for name in ("Debit", "Credit"):
            assert re.fullmatch(r"\d+,\d\d", row[name])
        assert bool(row["CompAuxNum"]) == bool(row["CompAuxLib"])
        debit, credit_ = (Decimal(row[name].replace(",", ".")) for name in ("Debit", "Credit"))
        assert (debit == 0) != (credit_ == 0)
        totals[int(row["EcritureNum"])] += debit - credit_
    assert list(totals) == list(range(1, len(totals) + 1))
    assert set(totals.values()) == {Decimal(0)}
    days = [row["EcritureDate"] for row in rows]
    assert days == sorted(days)
    return rows


def a_year(cast: Cast) -> None:
    cast.bakery.legal_name = "L’Œuf d’Été\u00a0& Cie"
    cast.bakery.save()
    sell(cast.bakery, "FA-1", date(2026, 10, 31))
    sell(cast.bakery, "FA-2", date(2026, 10, 1))
    receive(cast.bakery, "FA-1", date(2026, 11, 2), 120_00)
    credit(cast.bakery, "FA-2", date(2026, 12, 31), 50_00)
    sell(cast.garage, "FA-3", date(2027, 1, 1))
    for month in (10, 11, 12):
        close_month(date(2026, month, 1), by=cast.ines, now=LATER)


def test_a_year_is_exported_whole(cast: Cast, tmp_path: Path) -> None:
    a_year(cast)

    export = write_fec(2026, siren="900000019", folder=tmp_path / "fec")

    rows = read(export.path)
    assert export.path.name == "900000019FEC20261231.txt"
    assert (export.entries, export.lines, export.debit_cents) == (4, len(rows), 420_00)
    assert [file.name for file in export.path.parent.iterdir()] == [export.path.name]
    first = rows[0]
    assert list(first.values()) == [
        *("VE", "Ventes", "1", "20261001", "411000", "Clients"),
        *(cast.bakery.reference, "L'Œuf d'Été & Cie", "sale:FA-2", "20261001"),
        *("Essai de sale:FA-2", "120,00", "0,00", "", "", "20270102", "", ""),
    ]


def test_what_is_settled_carries_its_letter(cast: Cast, tmp_path: Path) -> None:
    a_year(cast)

    rows = read(write_fec(2026, siren="900000019", folder=tmp_path).path)

    lettered = [(row["PieceRef"], row["DateLet"]) for row in rows if row["EcritureLet"] == "FA-1"]
    assert lettered == [("sale:FA-1", "20261102"), ("receipt:FA-1:2026-11-02", "20261102")]
    assert not [row for row in rows if row["EcritureLet"] == "FA-2"]


def test_open_months_and_other_years_are_not_exported(cast: Cast, tmp_path: Path) -> None:
    sell(cast.bakery, "FA-1", date(2026, 9, 3))
    sell(cast.bakery, "FA-2", date(2026, 10, 3))
    with pytest.raises(NothingToExportError, match="Aucun mois"):
        write_fec(2026, siren="900000019", folder=tmp_path)
    assert list(tmp_path.iterdir()) == []

    close_month(date(2026, 9, 1), by=cast.ines, now=NOON)

    assert len(read(write_fec(2026, siren="900000019", folder=tmp_path).path)) == 3
    with pytest.raises(NothingToExportError, match="2027"):
        write_fec(2027, siren="900000019", folder=tmp_path)


def test_the_command_names_the_file_and_what_is_left_out(cast: Cast, tmp_path: Path) -> None:
    publish_demo_operator(actor=CLERK, now=NOON)
    sell(cast.bakery, "FA-1", date(2026, 9, 3))
    with pytest.raises(CommandError, match="Aucun mois"):
        call_command("export_fec", year=2026, out=tmp_path)
    close_month(date(2026, 9, 1), by=cast.ines, now=NOON)
    output = StringIO()

    call_command("export_fec", year=2026, out=tmp_path, stdout=output)

    siren = operator_on(date(2026, 12, 31)).siren
    assert f"{siren}FEC20261231.txt : 1 écriture(s), 3 lignes" in output.getvalue()
    assert "Les mois après 09/2026 ne sont pas clôturés" in output.getvalue()
    with pytest.raises(CommandError, match="2019"):
        call_command("export_fec", year=2019, out=tmp_path)
