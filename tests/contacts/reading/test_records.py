"""A text cut into records."""

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from marketingconnect.contacts.reading.records import BrokenRow, text_records

CELL = st.text(st.sampled_from('ab;,"\n é'), max_size=8)
ROWS = st.lists(st.lists(CELL, min_size=2, max_size=4), max_size=30)


def records(text: str, separator: str = ";", quote: str = '"') -> list[tuple[int, object]]:
    return list(text_records(io.StringIO(text, newline=None), separator=separator, quote=quote))


@given(rows=ROWS, separator=st.sampled_from(";,\t|"))
def test_what_the_csv_module_writes_is_read_back(rows: list[list[str]], separator: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(rows)

    assert [cells for _, cells in records(text.getvalue(), separator)] == rows


@given(rows=ROWS)
def test_each_record_knows_the_line_it_begins_on(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerows(rows)
    expected, line = [], 1
    for row in rows:
        expected.append(line)
        line += 1 + sum(cell.count("\n") for cell in row)

    assert [line for line, _ in records(text.getvalue())] == expected


def test_a_quote_never_closed_costs_its_own_line_only() -> None:
    lines = [f"p{i}@example.org;Nom{i}\n" for i in range(9_000)]
    lines[4_500] = 'p4500@example.org;"Nom\n'

    found = records("".join(lines))

    assert len(found) == 9_000
    assert found[4_500] == (4_501, BrokenRow('p4500@example.org;"Nom'))
    assert [line for line, _ in found] == list(range(1, 9_001))
    assert sum(isinstance(cells, BrokenRow) for _, cells in found) == 1


@settings(max_examples=15)
@given(place=st.integers(4_080, 4_110), height=st.integers(2, 15))
def test_a_cell_of_several_lines_may_span_two_blocks(place: int, height: int) -> None:
    tall = '"' + "\n".join("haut" for _ in range(height)) + '"'
    rows = [f"{i};x\n" for i in range(4_200)]
    rows[place] = f"{place};{tall}\n"

    found = records("".join(rows))

    assert len(found) == 4_200
    assert found[place] == (place + 1, [str(place), tall.strip('"')])
    assert found[place + 1][0] == place + 1 + height


def test_an_inch_is_not_a_quote() -> None:
    assert records('a;5" pouces\nb;6"\n') == [(1, ["a", '5" pouces']), (2, ["b", '6"'])]


def test_zeros_are_taken_out_and_blank_lines_kept() -> None:
    assert records("a;b\0\n\n;\n") == [(1, ["a", "b"]), (2, []), (3, ["", ""])]
