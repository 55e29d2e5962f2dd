import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.targeting.files.batches import Batch, Column
from marketingconnect.targeting.files.cells import in_windows, one_line
from marketingconnect.targeting.files.delimited import write_csv, write_tab
from marketingconnect.targeting.files.fixed_width import (
    layout_description,
    places,
    write_fixed_width,
)

COLUMNS = [Column("name", "Nom", 12), Column("code", "Code postal", 5)]
Writer = Callable[[BinaryIO, list[Column], list[Batch]], int]


def written(writer: Writer, rows: list[tuple[Any, Any]]) -> bytes:
    stream = io.BytesIO()
    batch = Batch.of({"name": [row[0] for row in rows], "code": [row[1] for row in rows]})
    assert writer(stream, COLUMNS, [batch]) == len(rows)
    return stream.getvalue()


def test_a_csv_has_the_mark_that_excel_reads_accents_by() -> None:
    assert written(write_csv, [("Zoë", "01000")]) == (
        b"\xef\xbb\xbfNom;Code postal\r\nZo\xc3\xab;01000\r\n"
    )


@pytest.mark.parametrize("value", ["=1+1", "+33199000000", "-2", "@SUM(A1)", '="a";b'])
def test_a_csv_holds_nothing_that_a_spreadsheet_would_run(value: str) -> None:
    text = written(write_csv, [("Martin", "1"), (value, "2")]).decode("utf-8-sig")

    assert list(csv.reader(io.StringIO(text), delimiter=";"))[1:] == [
        ["Martin", "1"],
        [f"'{value}", "2"],
    ]


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1))
def test_a_csv_reads_back_as_it_was(rows: list[tuple[str, str]]) -> None:
    text = written(write_csv, rows).decode("utf-8-sig")

    read = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1:]
    assert [[cell.removeprefix("'") for cell in row] for row in read] == [
        [one_line(cell).removeprefix("'") for cell in row] for row in rows
    ]


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1))
def test_a_text_with_tabs_has_one_line_a_row_and_one_tab(rows: list[tuple[str, str]]) -> None:
    lines = written(write_tab, rows).decode().split("\r\n")

    assert lines[0] == "Nom\tCode postal"
    assert lines[-1] == ""
    assert [line.split("\t") for line in lines[1:-1]] == [
        [one_line(cell) for cell in row] for row in rows
    ]


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1))
def test_every_line_of_fixed_width_has_the_same_bytes(rows: list[tuple[str, str]]) -> None:
    content = written(write_fixed_width, rows)

    assert len(content) == len(rows) * (17 + 2)
    assert all(content[start + 17 : start + 19] == b"\r\n" for start in range(0, len(content), 19))


def test_what_windows_cannot_write_is_written_nearly() -> None:
    content = written(write_fixed_width, [("Łódź Œuvre ẞ", "75002"), ("Ağrı 東 €", 1)])

    assert content.decode("cp1252") == "Lódz Œuvre S75002\r\nAgri ? €    1    \r\n"


def test_text_that_windows_can_write_is_left_alone() -> None:
    values = ["Cœur d’Alène", "10 €"]

    assert in_windows(values) is values


def test_values_of_every_kind_become_text() -> None:
    content = written(write_tab, [(date(2026, 3, 1), True), (None, 7), (False, "a\tb\x00\n")])

    assert content.decode() == ("Nom\tCode postal\r\n2026-03-01\toui\r\n\t7\r\nnon\ta b\r\n")


def test_the_layout_says_where_each_column_stands() -> None:
    text = layout_description(COLUMNS)

    assert [(place.first, place.last) for place in places(COLUMNS)] == [(1, 12), (13, 17)]
    assert "Longueur d’un enregistrement : 17 caractères" in text
    assert text.endswith("Code postal      13     17         5\r\n")
