"""The order in which quotas and samples draw: a seed and a row give the same rank everywhere.

`u = (a * row + b) % P; v = u ^ (u >> 15); rank = (v * C) % P`, in 64 bits without sign; rows are
drawn by (rank, row). Any engine with whole numbers can do it, and nobody can steer it.
"""

import hashlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

P: Final = 4_294_967_311
C: Final = 748_392_113


def parameters(seed: int) -> tuple[int, int]:
    """The `a` and `b` of a seed: 0 < a < P, 0 <= b < P."""
    digest = hashlib.sha256(f"rank:{seed}".encode()).digest()
    a = int.from_bytes(digest[:8], "big") % (P - 1) + 1
    return a, int.from_bytes(digest[8:16], "big") % P


def ranks(rows: NDArray[np.uint32], seed: int) -> NDArray[np.uint64]:
    """The rank of each row."""
    a, b = parameters(seed)
    u = (rows.astype(np.uint64) * np.uint64(a) + np.uint64(b)) % np.uint64(P)
    u ^= u >> np.uint64(15)
    drawn: NDArray[np.uint64] = (u * np.uint64(C)) % np.uint64(P)
    return drawn
