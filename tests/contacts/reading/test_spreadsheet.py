"""Excel workbooks, read row by row."""

import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from rustpy_xlsxwriter import write_worksheet

from marketingconnect.contacts.reading.layout import guess_layout, roughly_how_many
from marketingconnect.contacts.reading.spreadsheet import (
    WorkbookError,
    sheet_names,
    spreadsheet_records,
)
from tests.contacts.reading.workbooks import write_workbook


def test_a_workbook_is_read_as_another_library_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "clients.xlsx"
    people = [
        {"Email": f"p{i}@example.org", "Prénom": "Élodie", "Code": 75000 + i, "Note": "a & <b>"}
        for i in range(300)
    ]
    write_worksheet(people, str(path), sheet_name="Clients")

    ours = [cells for _, cells in spreadsheet_records(path, "Clients")]
    theirs = CalamineWorkbook.from_path(path).get_sheet_by_name("Clients").to_python()

    def shown(cell: object) -> str:
        return str(int(cell)) if isinstance(cell, float) else str(cell)

    assert ours == [[shown(cell) for cell in row] for row in theirs]


def test_shared_strings_dates_and_holes_come_out_right(tmp_path: Path) -> None:
    path = tmp_path / "clients.xlsx"
    write_workbook(
        path,
        strings=["email", "né le", "actif", "anne@example.org"],
        rows=[
            '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>',
            '<row r="4"><c r="A4" t="s"><v>3</v></c><c r="C4" s="1"><v>46350</v></c>'
            '<c r="D4" t="b"><v>1</v></c><c r="E4"><v>6.3998E8</v></c>'
            '<c r="F4" t="inlineStr"><is><r><t>en </t></r><r><t>ligne</t></r></is></c></row>',
        ],
    )

    assert list(spreadsheet_records(path, "Clients")) == [
        (1, ["email", "", "né le"]),
        (
            4,
            [
                "anne@example.org",
                "",
                "2026-11-24",
                "oui",
                "639980000",
                "en ligne",
            ],
        ),
    ]
    assert guess_layout(path).sheet == "Clients"


def test_the_progress_of_a_workbook_is_known_from_its_size(tmp_path: Path) -> None:
    path = tmp_path / "clients.xlsx"
    write_workbook(
        path,
        strings=["a@example.org"],
        rows=['<row r="1"><c r="A1" t="s"><v>0</v></c></row>'],
        dimension="A1:C812",
    )

    assert roughly_how_many(path, guess_layout(path)) == 812


@pytest.mark.parametrize(
    "sheet",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]><worksheet><sheetData/></worksheet>',
        "<worksheet><sheetData><row",
        '<worksheet><row r="1"><c r="ZZZZ1"><v>1</v></c></row></worksheet>',
        '<worksheet><row r="1"><c r="A1" t="s"><v>9</v></c></row></worksheet>',
    ],
)
def test_a_broken_or_booby_trapped_workbook_is_refused(tmp_path: Path, sheet: str) -> None:
    path = tmp_path / "bad.xlsx"
    write_workbook(path, strings=["a"], rows=[], sheet=sheet)

    with pytest.raises(WorkbookError):
        list(spreadsheet_records(path, "Clients"))


def test_a_file_cut_short_has_no_sheet(tmp_path: Path) -> None:
    path = tmp_path / "cut.xlsx"
    write_workbook(path, strings=["a"], rows=[])
    path.write_bytes(path.read_bytes()[:400])

    assert sheet_names(path) == []
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(path)
