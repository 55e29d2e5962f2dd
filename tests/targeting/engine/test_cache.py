"""What is kept lately: within its bytes, and never the answer to another question."""

from pyroaring import BitMap

from marketingconnect.targeting.engine.cache import BitmapCache, bytes_of


def test_the_least_used_is_forgotten_first() -> None:
    rows = BitMap(range(0, 100_000, 3))
    cache = BitmapCache(bytes_of(rows) * 2 + 10)
    for key in ("a", "b"):
        cache.get_or_make(key, lambda: rows)
    assert cache.get("a") is rows

    cache.get_or_make("c", lambda: rows)

    assert cache.get("b") is None
    assert cache.get("a") is rows
    assert cache.get("c") is rows


def test_what_is_known_is_not_made_again() -> None:
    cache, made = BitmapCache(10_000), []

    def make() -> BitMap:
        made.append(1)
        return BitMap([1])

    assert cache.get_or_make("a", make) is cache.get_or_make("a", make)
    assert made == [1]


def test_one_too_large_is_still_given_and_kept_alone() -> None:
    cache = BitmapCache(1)
    cache.get_or_make("a", lambda: BitMap([1]))

    assert cache.get_or_make("b", lambda: BitMap([2])) == BitMap([2])
    assert cache.get("a") is None
