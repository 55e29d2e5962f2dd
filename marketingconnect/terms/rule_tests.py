"""Which tests call a function: read from the files of tests/, imports and helpers followed.

A test counts when its own body, or a helper or fixture of the same file that it uses, names
something imported from the function's module (or from a package that re-exports it).
"""

import ast
from collections.abc import Iterator
from pathlib import Path

Target = tuple[str, str]
"""Module and name of a function."""


def tests_of(targets: set[Target], root: Path) -> dict[Target, tuple[str, ...]]:
    """For each function that some test calls, the tests in order: `tests/a/test_b.py::test_c`."""
    found: dict[Target, list[str]] = {}
    for path in sorted((root / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        file_name = path.relative_to(root).as_posix()
        for test, target in _references(tree, targets):
            found.setdefault(target, []).append(f"{file_name}::{test}")
    return {target: tuple(tests) for target, tests in found.items()}


def _references(tree: ast.Module, targets: set[Target]) -> Iterator[tuple[str, Target]]:
    """Each test of a file with each target it reaches."""
    imported = _imported(tree)
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    words = {name: _words(node) for name, node in functions.items()}
    by_name: dict[str, list[Target]] = {}
    for target in targets:
        by_name.setdefault(target[1], []).append(target)
    for test in functions:
        if not test.startswith("test_"):
            continue
        reached = _reached(test, words)
        hits = {
            target
            for word in reached
            for target in by_name.get(imported.get(word, ("", word))[1], ())
            if _comes_from(word, target, imported, reached)
        }
        for target in sorted(hits):
            yield test, target


def _imported(tree: ast.Module) -> dict[str, Target]:
    """Local name -> the module and name it was imported from."""
    names: dict[str, Target] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                names[alias.asname or alias.name] = (node.module, alias.name)
    return names


def _words(function: ast.FunctionDef) -> set[str]:
    """Every name, attribute and parameter (a fixture) that a function mentions."""
    words = {argument.arg for argument in function.args.args}
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            words.add(node.id)
        elif isinstance(node, ast.Attribute):
            words.add(node.attr)
    return words


def _reached(test: str, words: dict[str, set[str]]) -> set[str]:
    """What a test mentions, itself or through the functions of its file."""
    reached: set[str] = set()
    waiting = [test]
    seen = {test}
    while waiting:
        mentioned = words[waiting.pop()]
        reached |= mentioned
        followed = (mentioned & set(words)) - seen
        seen |= followed
        waiting.extend(followed)
    return reached


def _comes_from(word: str, target: Target, imported: dict[str, Target], reached: set[str]) -> bool:
    """Whether `word` is the target itself, or an attribute of its module, imported and used."""
    module, name = target
    if word in imported:
        source, original = imported[word]
        return original == name and (module == source or module.startswith(f"{source}."))
    return any(
        f"{source}.{original}" == module
        for local, (source, original) in imported.items()
        if local in reached
    )
