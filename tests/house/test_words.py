"""The repository speaks of the product alone, and leaves nothing for later in its code.

The words are put together here, so that this file does not contain what it looks for.
"""

import ast
import re

import pytest

from tests.house.repository import code_files, read, tracked_files

FORBIDDEN = {
    "another company": "|".join(["solo" + "cal", r"\bSO" + r"MS\b", "slim" + "pay"]),
    "places of our own machines": "|".join(["/wo" + "rk/", r"/tm" + r"p/\w*uv", "/ro" + "ot/"]),
    "numbers of a list that is not here": r"\bR" + r"-\d{3}\b",
    "hosts of package registries": "|".join(
        [r"registry\." + r"npmjs", r"\bpypi\." + "org", "python" + "hosted", r"yarnpkg\." + "com"]
    ),
    "work put off": "|".join([r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b", r"\bXX" + r"X\b"]),
}
EMOJI = re.compile("[\U0001f300-\U0001faff\u2705\u274c\u2728\u26a1]")
UNUSUAL_IN_TESTS = {
    "a test that does not run": r"mark\.(skip|xfail)" + r"|\bpytest\.(skip|xfail)" + r"\(",
    "a stand-in for our own code": r"unittest" + r"\.mock|\bmoc" + r"ker\b|Magic" + "Mock",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_repository_does_not_speak_of(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what], re.IGNORECASE if what == "another company" else 0)

    assert [
        f"{path}:{number}: {line.strip()[:80]}"
        for path in tracked_files()
        for number, line in enumerate(read(path).splitlines(), start=1)
        if pattern.search(line)
    ] == []


@pytest.mark.parametrize("what", UNUSUAL_IN_TESTS)
def test_no_test_contains(what: str) -> None:
    pattern = re.compile(UNUSUAL_IN_TESTS[what])

    assert [
        f"{path}:{number}: {line.strip()[:80]}"
        for path in code_files()
        if path.parts[0] == "tests"
        for number, line in enumerate(read(path).splitlines(), start=1)
        if pattern.search(line)
    ] == []


def test_there_is_no_emoji_outside_the_data_of_tests() -> None:
    elsewhere = [path for path in tracked_files() if path.parts[0] != "tests"]

    assert [str(path) for path in elsewhere if EMOJI.search(read(path))] == []


def test_no_test_sleeps() -> None:
    """A helper may pause between two questions to a real process; a test asks and never waits.

    `sleep(0)` only lets the other coroutines have their turn.
    """
    assert [
        f"{path}:{call.lineno}"
        for path in code_files()
        if path.parts[0] == "tests"
        for function in ast.walk(ast.parse(read(path)))
        if isinstance(function, ast.FunctionDef) and function.name.startswith("test_")
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func).endswith("sleep")
        and ast.unparse(call.args[0]) != "0"
    ] == []


def test_tests_of_rules_cannot_touch_the_database() -> None:
    marked = [
        str(path)
        for path in code_files()
        if path.name == "test_rules.py" and "django" + "_db" in read(path)
    ]
    assert marked == []
