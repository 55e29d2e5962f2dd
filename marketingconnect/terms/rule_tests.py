"""Which tests call a function: read from the files of tests/, without running anything.

A test counts when its own body names something imported from the function's module (or from a
package that re-exports it), or when a helper, a fixture or a method it uses does: in its own file,
in a file of tests/ that it imports from, or in one whose fixture it asks for.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

Target = tuple[str, str]
"""Module and name of a function."""


@dataclass(frozen=True)
class _File:
    """A Python file of tests/, read once."""

    module: str
    path: str
    tree: ast.Module

    @cached_property
    def words(self) -> dict[str, frozenset[str]]:
        """Function or method -> every name, attribute and parameter (a fixture) it mentions."""
        functions = [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef)]
        return {function.name: _words(function) for function in functions}

    @cached_property
    def imported(self) -> dict[str, Target]:
        """Local name -> the module and name it was imported from."""
        return {
            alias.asname or alias.name: (node.module, alias.name)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom) and node.module
            for alias in node.names
        }

    @cached_property
    def fixtures(self) -> frozenset[str]:
        """Names that any test may ask for as a parameter."""
        return frozenset(
            node.name
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef)
            and any("fixture" in ast.unparse(decorator) for decorator in node.decorator_list)
        )


def tests_of(targets: set[Target], root: Path) -> dict[Target, tuple[str, ...]]:
    """For each function that some test calls, the tests in order: `tests/a/test_b.py::test_c`.

    Tests that name it themselves; failing any, those that reach it through what they use.
    """
    files = {file.module: file for file in _files(root)}
    direct: dict[Target, list[str]] = {}
    indirect: dict[Target, list[str]] = {}
    for file in files.values():
        if not _is_test_module(file.module):
            continue
        for test in (name for name in file.words if name.startswith("test_")):
            place = f"{file.path}::{test}"
            for target in _named(file, file.words[test], targets):
                direct.setdefault(target, []).append(place)
            for target in _targets_of(file, test, targets, files):
                indirect.setdefault(target, []).append(place)
    return {target: tuple(tests) for target, tests in {**indirect, **direct}.items()}


def _files(root: Path) -> Iterator[_File]:
    for path in sorted((root / "tests").rglob("*.py")):
        relative = path.relative_to(root)
        module = ".".join(relative.with_suffix("").parts)
        yield _File(module, relative.as_posix(), ast.parse(path.read_text(encoding="utf-8")))


def _words(function: ast.FunctionDef) -> frozenset[str]:
    words = {argument.arg for argument in function.args.args}
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            words.add(node.id)
        elif isinstance(node, ast.Attribute):
            words.add(node.attr)
    return frozenset(words)


def _targets_of(
    file: _File, test: str, targets: set[Target], files: dict[str, _File]
) -> set[Target]:
    """The targets that a test names, itself or through what it uses."""
    found: set[Target] = set()
    seen = {(file.module, test)}
    waiting = [(file, test)]
    while waiting:
        here, function = waiting.pop()
        found |= _named(here, here.words[function], targets)
        for other, name in _used(here, here.words[function], files):
            if (other.module, name) not in seen:
                seen.add((other.module, name))
                waiting.append((other, name))
    return found


def _used(
    here: _File, words: frozenset[str], files: dict[str, _File]
) -> Iterator[tuple[_File, str]]:
    """The helpers, fixtures and methods of tests/ behind some words of a file."""
    in_reach = {here.module: here}
    for word in words:
        source, original = here.imported.get(word, ("", ""))
        if source in files:
            in_reach[source] = files[source]
            if original in files[source].words:
                yield files[source], original
    asked = {other.module: other for other in files.values() if other.fixtures & words}
    shared = {name: other for name, other in asked.items() if not _is_test_module(name)}
    for other in {**in_reach, **shared}.values():
        yield from ((other, word) for word in words & set(other.words))


def _is_test_module(module: str) -> bool:
    return module.rpartition(".")[2].startswith("test_")


def _named(here: _File, words: frozenset[str], targets: set[Target]) -> set[Target]:
    """The targets that some words mean in a file, by its imports."""
    modules = {f"{source}.{name}" for word in words for source, name in _import(here, word)}
    found = {(module, name) for module, name in targets if module in modules and name in words}
    for word in words:
        for source, original in _import(here, word):
            found |= {
                (module, name)
                for module, name in targets
                if name == original and (module == source or module.startswith(f"{source}."))
            }
    return found


def _import(here: _File, word: str) -> Iterator[Target]:
    if word in here.imported:
        yield here.imported[word]
