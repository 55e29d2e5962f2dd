"""The index of a release: a bitmap for each value, stretches for each place, columns of numbers.

Made once by `build`, read by `ReleaseIndex`; the Parquet beside it stays the reference.
"""

from marketingconnect.base.index.building import build
from marketingconnect.base.index.reading import IndexMissingError, ReleaseIndex, Runs

__all__ = ["IndexMissingError", "ReleaseIndex", "Runs", "build"]
