import pytest

from marketingconnect.targeting.files.batches import Batch, batches_of


def test_rows_that_come_one_by_one_are_cut_into_batches() -> None:
    batches = list(batches_of(["a", "b"], ((n, -n) for n in range(5)), size=2))

    assert [len(batch) for batch in batches] == [2, 2, 1]
    assert [list(batch.columns["b"]) for batch in batches] == [[0, -1], [-2, -3], [-4]]


def test_columns_of_different_lengths_are_no_batch() -> None:
    with pytest.raises(ValueError, match="different lengths"):
        Batch.of({"a": ["1"], "b": []})


def test_no_row_makes_no_batch() -> None:
    assert list(batches_of(["a"], [])) == []
