from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.offers.list_rental.delivery_files.traps.placing import (
    Runs,
    place_of,
    with_traps,
)
from marketingconnect.targeting.files.batches import Batch

COMMUNES = ["01004", "01053", "38185", "69204", "69266", "75056"]


def batch(communes: list[str]) -> Batch:
    return Batch.of({"commune": communes, "departement": [c[:2] for c in communes]})


def runs_of(communes: list[str], size: int = 3) -> Runs:
    runs = Runs()
    for start in range(0, len(communes), size):
        runs.add(batch(communes[start : start + size]))
    return runs


@given(st.lists(st.sampled_from(COMMUNES), min_size=1), st.sampled_from(COMMUNES), st.integers(0))
def test_a_trap_keeps_the_order_of_the_file(communes: list[str], own: str, draw: int) -> None:
    communes = sorted(communes)

    place = place_of(runs_of(communes).runs, departement=own[:2], commune=own, draw=draw)

    assert [*communes[:place], own, *communes[place:]] == sorted([*communes, own])


def test_a_run_that_goes_on_in_the_next_batch_is_one() -> None:
    runs = runs_of(["01004"] * 7 + ["38185"])

    assert [(run.commune, run.first, run.rows) for run in runs.runs] == [
        ("01004", 0, 7),
        ("38185", 7, 1),
    ]


@given(st.lists(st.integers(0, 20), max_size=6), st.integers(1, 20), st.integers(1, 8))
def test_each_trap_is_put_once_before_its_row(places: list[int], rows: int, size: int) -> None:
    places = sorted(min(place, rows) for place in places)
    batches = [
        Batch.of({"row": [str(n) for n in range(start, min(start + size, rows))]})
        for start in range(0, rows, size)
    ]
    traps = [(place, lambda near, n=n: {"row": f"T{n}"}) for n, place in enumerate(places)]

    written = [v for b in with_traps(batches, traps, ["row"]) for v in b.columns["row"]]

    expected: list[str] = []
    for row in range(rows + 1):
        expected += [f"T{n}" for n, place in enumerate(places) if place == row]
        expected += [str(row)] if row < rows else []
    assert written == expected


def test_a_household_is_not_split_by_a_trap() -> None:
    rows = Batch.of({"line4": ["1 RUE A", "2 RUE B", "2 RUE B", "2 RUE B", "3 RUE C"]})

    (written,) = with_traps([rows], [(2, lambda near: {"line4": "TRAP"})], ["line4"])

    assert list(written.columns["line4"]).index("TRAP") == 4
