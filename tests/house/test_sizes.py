"""Nothing grows without being noticed: files, functions and views have a longest size."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.repository import code_files, read, tracked_files

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
LONGEST_VIEW = 15
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions() -> Iterator[tuple[Path, Function]]:
    for path in code_files():
        for node in ast.walk(ast.parse(read(path))):
            if isinstance(node, Function):
                yield path, node


def length(function: Function) -> int:
    """Lines from `def` to the end."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def length_of_body(function: Function) -> int:
    """Lines of the statements, the docstring left out."""
    statements = function.body
    if ast.get_docstring(function) is not None:
        statements = statements[1:]
    if not statements:
        return 0
    return (statements[-1].end_lineno or 0) - statements[0].lineno + 1


def is_view(path: Path, function: Function) -> bool:
    in_web = path.parts[:2] == ("marketingconnect", "web")
    parameters = [argument.arg for argument in function.args.args]
    return in_web and "request" in parameters[:2] and not function.name.startswith("_")


def test_no_file_is_longer_than_400_lines() -> None:
    written_by_hand = [*code_files(), *(p for p in tracked_files() if p.suffix in {".js", ".css"})]

    long_files = {
        str(path): lines
        for path in written_by_hand
        if (lines := read(path).count("\n")) > LONGEST_FILE
    }
    assert long_files == {}


def test_no_function_is_longer_than_40_lines() -> None:
    long_functions = {
        f"{path}:{function.lineno} {function.name}": length(function)
        for path, function in functions()
        if length(function) > LONGEST_FUNCTION
    }
    assert long_functions == {}


def test_no_view_is_longer_than_15_lines() -> None:
    long_views = {
        f"{path}:{function.lineno} {function.name}": length_of_body(function)
        for path, function in functions()
        if is_view(path, function) and length_of_body(function) > LONGEST_VIEW
    }
    assert long_views == {}
