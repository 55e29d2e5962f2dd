import io
import zipfile
from pathlib import Path
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from marketingconnect.contacts.reading.spreadsheet import sheet_names, spreadsheet_records
from marketingconnect.targeting.files.batches import Batch, Column, batches_of
from marketingconnect.targeting.files.cells import one_line
from marketingconnect.targeting.files.workbook import SHEET_ROWS, write_workbook

COLUMNS = [Column("name", "Nom", 12), Column("siret", "SIRET", 14)]


def written(rows: list[tuple[Any, Any]], **options: Any) -> bytes:
    stream = io.BytesIO()
    batches: list[Batch] = list(batches_of(["name", "siret"], rows, size=3))
    assert write_workbook(stream, COLUMNS, batches, sheet="Adresses", **options) == len(rows)
    return stream.getvalue()


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_codes_keep_their_first_zeros() -> None:
    content = written([("Boulangerie", "00012345600017"), ("Garage", "")])

    assert sheets(content) == {
        "Adresses": [["Nom", "SIRET"], ["Boulangerie", "00012345600017"], ["Garage", ""]]
    }


def test_a_formula_stays_a_text() -> None:
    assert sheets(written([("=1+1", "1")]))["Adresses"][1] == ["=1+1", "1"]


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40)), min_size=1))
@example([("", " ")])
def test_a_workbook_reads_back_as_it_was(rows: list[tuple[str, str]]) -> None:
    read = sheets(written([(f"a{name}", f"b{siret}") for name, siret in rows]))["Adresses"][1:]

    assert read == [[one_line(f"a{name}"), one_line(f"b{siret}")] for name, siret in rows]


def test_rows_past_the_last_of_a_sheet_go_to_the_next_under_the_same_header() -> None:
    read = sheets(written([(f"N{n}", "1") for n in range(8)], sheet_rows=4))

    assert {name: [row[0] for row in rows] for name, rows in read.items()} == {
        "Adresses": ["Nom", "N0", "N1", "N2"],
        "Adresses 2": ["Nom", "N3", "N4", "N5"],
        "Adresses 3": ["Nom", "N6", "N7"],
    }


def test_a_sheet_that_is_just_full_has_no_empty_one_after_it() -> None:
    read = sheets(written([(f"N{n}", "1") for n in range(6)], sheet_rows=4))

    assert [len(rows) for rows in read.values()] == [4, 4]
    assert SHEET_ROWS == 1_048_576


def test_without_a_row_there_is_a_header() -> None:
    assert sheets(written([])) == {"Adresses": [["Nom", "SIRET"]]}


def test_the_notice_comes_last_one_paragraph_a_line() -> None:
    read = sheets(written([("a", "1")], notice=("Licence et source", ["Titre", "", "R&D <a>"])))

    assert list(read) == ["Adresses", "Licence et source"]
    assert [row[0] for row in read["Licence et source"]] == ["Titre", "", "R&D <a>"]


def test_two_runs_give_the_same_bytes() -> None:
    assert written([("a", "1")]) == written([("a", "1")])


def test_every_part_tells_its_size_at_its_head() -> None:
    """Excel refuses some archives that only tell it afterwards."""
    with zipfile.ZipFile(io.BytesIO(written([("a", "1")]))) as archive:
        assert archive.testzip() is None
        assert not any(part.flag_bits & 0x08 for part in archive.infolist())


def test_our_own_reader_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "livraison.xlsx"
    path.write_bytes(written([("a", None), ("b", "02")]))

    assert sheet_names(path) == ["Adresses"]
    assert [cells for _, cells in spreadsheet_records(path, "Adresses")] == [
        ["Nom", "SIRET"],
        ["a", ""],
        ["b", "02"],
    ]
