"""Sheets: read again as they were written, and never run."""

import csv
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.kernel.spreadsheets import MARK, csv_lines, harmless

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)


@given(st.lists(st.lists(CELLS | st.integers(-9, 9), min_size=1, max_size=4), max_size=5))
def test_a_sheet_is_read_again_as_it_was_written(rows: list[list[str | int]]) -> None:
    lines = list(csv_lines(rows))
    told = [[harmless(one) if isinstance(one, str) else str(one) for one in row] for row in rows]

    read = csv.reader(StringIO("".join(lines).removeprefix(MARK), newline=""), delimiter=";")
    assert list(read) == told
    assert len(lines) == len(rows)
    assert all(line.endswith("\r\n") for line in lines)
    assert [line.startswith(MARK) for line in lines] == [True, *[False] * len(rows)][: len(rows)]


def test_a_text_that_would_run_is_shown_and_a_number_stays_one() -> None:
    rows = [["=1+1", -2, None, "Été;hiver"]]
    assert list(csv_lines(rows)) == ['\ufeff\'=1+1;-2;;"Été;hiver"\r\n']
