"""Write the table of communes and the files of the map."""

import json
import sys
from pathlib import Path
from typing import Any

from marketingconnect.geography.building import sources, table


def main() -> int:
    grounds = sources.grounds()
    package = Path(__file__).parents[1]
    write(package / "built" / "communes.json", table.build(grounds))
    return 0


def write(path: Path, content: dict[str, Any]) -> None:
    """Whole or not at all: a reader never meets half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    unfinished.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), "utf-8")
    unfinished.replace(path)


if __name__ == "__main__":
    sys.exit(main())
