"""The documents that must follow what they describe."""

import re

from tests.house.repository import ROOT, read, tracked_files


def test_every_decision_is_in_the_index_under_its_number() -> None:
    folder = ROOT / "docs" / "decisions"
    files = sorted(path.name for path in folder.glob("[0-9]*.md"))
    listed = re.findall(r"^\| \[(\d{4})\]\((\S+)\)", (folder / "README.md").read_text(), re.M)

    assert [name for _, name in listed] == files
    assert [number for number, _ in listed] == [f"{n:04d}" for n in range(1, len(files) + 1)]
    assert all(
        (folder / name).read_text().startswith(f"# {int(number)}. ") for number, name in listed
    )


def test_links_between_documents_lead_somewhere() -> None:
    link = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)")

    assert [
        f"{path}: {target}"
        for path in tracked_files()
        if path.suffix == ".md"
        for target in link.findall(read(path))
        if not (ROOT / path.parent / target).exists()
    ] == []


def test_every_chapter_is_in_the_architecture_and_in_the_layers() -> None:
    chapters = {path.parent.name for path in (ROOT / "marketingconnect").glob("*/__init__.py")}
    architecture = read(ROOT / "docs" / "architecture.md")
    layers = set(re.findall(r'^  "([a-z_]+)",$', read(ROOT / "pyproject.toml"), re.M))

    assert {chapter for chapter in chapters if f"`{chapter}`" not in architecture} == set()
    assert chapters <= layers
