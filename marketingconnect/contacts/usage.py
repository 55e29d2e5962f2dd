"""Which campaigns use a file: told by the chapters above, registered by `config.wiring`."""

from collections.abc import Callable, Iterable

from marketingconnect.contacts.rules import FileUse

UsesOfFile = Callable[[int], Iterable[FileUse]]

_sources: dict[str, UsesOfFile] = {}


def register(name: str, uses_of_file: UsesOfFile) -> None:
    """Make a source of uses known under a name; again under the same name replaces it."""
    _sources[name] = uses_of_file


def uses_of(file_id: int) -> list[FileUse]:
    """Every use of a file that any chapter knows of."""
    return [use for source in _sources.values() for use in source(file_id)]
