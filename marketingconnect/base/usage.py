"""Which releases are still needed: told by the chapters above, registered by `config.wiring`."""

from collections.abc import Callable, Collection

ReleasesInUse = Callable[[], Collection[int]]

_sources: dict[str, ReleasesInUse] = {}


def register(name: str, releases_in_use: ReleasesInUse) -> None:
    """Make a source known under a name; again under the same name replaces it."""
    _sources[name] = releases_in_use


def releases_in_use() -> set[int]:
    """Ids of every release that a chapter wants kept: a delivery may be made from it again."""
    return {release for source in _sources.values() for release in source()}
