import subprocess
import sys
from pathlib import Path

import pytest

from marketingconnect.nomenclatures.naf import (
    NafLevel,
    is_naf_2025_shape,
    naf_2025_label,
    naf_2025_levels,
    naf_children,
    naf_code,
    naf_label,
    naf_line,
    naf_rev2,
    naf_subclasses,
    search_naf,
)


def test_the_naf_has_its_five_levels_in_full() -> None:
    counts = [sum(line.level is level for line in naf_rev2()) for level in NafLevel]

    assert counts == [21, 88, 272, 615, 732]


def test_each_line_comes_after_the_one_it_is_part_of() -> None:
    seen = {""}
    for line in naf_rev2():
        assert line.parent in seen
        assert line in naf_children(line.parent)
        seen.add(line.code)
    assert len(seen) == len(naf_rev2()) + 1


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("F", "Construction"),
        ("62", "Programmation, conseil et autres activités informatiques"),
        ("62.01Z", "Programmation informatique"),
        ("10.71C", "Boulangerie et boulangerie-pâtisserie"),
        ("96.02A", "Coiffure"),
    ],
)
def test_a_code_of_any_level_has_its_label(code: str, label: str) -> None:
    assert naf_label(code) == label
    assert naf_line(code).label == label


def test_a_wide_code_stands_for_its_subclasses() -> None:
    assert naf_subclasses("96.02") == ("96.02A", "96.02B")
    assert naf_subclasses("96.02A") == ("96.02A",)
    assert naf_subclasses("00") == ()
    assert sum(len(naf_subclasses(section.code)) for section in naf_children()) == 732


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("boulang", "10.71C"),
        ("6201z", "62.01Z"),
        ("62.01Z", "62.01Z"),
        ("restauration rapide", "56.10C"),
        ("COIFFURE", "96.02"),
        ("electricite", "35.14Z"),
        ("j", "J"),
    ],
)
def test_what_is_typed_finds_first(typed: str, first: str) -> None:
    found = search_naf(typed)

    assert first in [line.code for line in found[:2]]
    assert len(found) <= 20


def test_nothing_is_found_for_nothing() -> None:
    assert search_naf(" ") == ()
    assert search_naf("zzzz") == ()


@pytest.mark.parametrize(
    ("typed", "code"),
    [("6201z", "62.01Z"), (" 62.01Z ", "62.01Z"), ("62.01", None), ("J", None), ("", None)],
)
def test_a_subclass_is_read_with_or_without_its_point(typed: str, code: str | None) -> None:
    assert naf_code(typed) == code


def test_a_code_of_2025_is_known_by_its_form_and_by_the_older_label() -> None:
    assert is_naf_2025_shape("62.10Z")
    assert not is_naf_2025_shape("6210Z")
    assert naf_2025_levels("62.10Z") == ("62", "62.1", "62.10")
    assert naf_2025_label("56.30Y") == "Débits de boissons"
    assert naf_2025_label("62.10Z") is None
    with pytest.raises(ValueError, match="forme d’un code NAF"):
        naf_2025_levels("62")


def test_missing_files_say_what_to_run(tmp_path: Path) -> None:
    program = (
        "from marketingconnect.nomenclatures import naf\n"
        f"naf.TABLE = naf.Path({str(tmp_path / 'naf_rev2.json')!r})\n"
        "naf.naf_rev2()\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.returncode != 0
    assert "lancez script/setup" in done.stderr
