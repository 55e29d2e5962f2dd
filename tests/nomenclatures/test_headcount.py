import pytest

from marketingconnect.nomenclatures.headcount import (
    HEADCOUNT_BANDS,
    bands_between,
    headcount_band,
)


def test_the_sixteen_bands_follow_one_another() -> None:
    sizes = HEADCOUNT_BANDS[2:]

    assert len(HEADCOUNT_BANDS) == 16
    assert [band.least for band in sizes[1:]] == [(band.most or 0) + 1 for band in sizes[:-1]]
    assert sizes[-1].most is None


def test_an_empty_code_is_a_business_without_known_employees() -> None:
    assert headcount_band("").code == "NN"
    assert headcount_band("12").label == "20 à 49 salariés"
    with pytest.raises(KeyError):
        headcount_band("99")


@pytest.mark.parametrize(
    ("least", "most", "codes"),
    [
        (10, 49, ["11", "12"]),
        (250, None, ["32", "41", "42", "51", "52", "53"]),
        (7, 7, ["03"]),
        (0, 0, ["NN", "00"]),
    ],
)
def test_a_range_of_sizes_is_covered_by_bands(
    least: int, most: int | None, codes: list[str]
) -> None:
    assert [band.code for band in bands_between(least, most)] == codes
