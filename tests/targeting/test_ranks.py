"""The draw: the same everywhere, and fair."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from marketingconnect.targeting.ranks import C, P, parameters, ranks


@given(row=st.integers(0, 200_000_000), seed=st.integers(0, 2**31 - 1))
def test_the_rank_is_the_one_of_plain_whole_numbers(row: int, seed: int) -> None:
    a, b = parameters(seed)
    u = (a * row + b) % P
    v = u ^ (u >> 15)

    assert a * row + b < 2**64
    assert v * C < 2**64
    assert ranks(np.array([row], dtype=np.uint32), seed).tolist() == [v * C % P]


def test_a_tenth_drawn_takes_about_a_tenth_of_every_stretch() -> None:
    rows = np.arange(1_000_000, dtype=np.uint32)
    for seed in range(20):
        drawn = np.argsort(ranks(rows, seed), kind="stable")[:100_000]
        stretches = np.bincount(drawn // 50_000, minlength=20)
        assert abs(stretches - 5_000).max() < 400


def test_two_seeds_draw_otherwise() -> None:
    rows = np.arange(1000, dtype=np.uint32)

    assert ranks(rows, 1).tolist() != ranks(rows, 2).tolist()
