import json

from bench.documents import Times, measure


def test_the_signature_part_says_its_figures_beside_the_library_alone() -> None:
    lines: list[str] = []

    measure(parts=["signature"], count=2, say=lines.append)

    found = json.loads(lines[-1])["signature"]
    assert set(found["own_ms"]) == {"signature", "seal", "check", "bare_pyhanko"}
    assert found["times_bare_pyhanko"] > 0
    assert any("pyHanko seul" in line for line in lines[:-1])


def test_times_are_in_milliseconds() -> None:
    assert Times.of([0.010, 0.020, 0.030]) == Times(20.0, 29.0)
