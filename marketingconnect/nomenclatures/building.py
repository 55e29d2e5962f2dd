"""Write `built/naf_rev2.json` from the package that carries the table.

Run by `script/setup`, and by hand with `python -m marketingconnect.nomenclatures.building`.
"""

import json
import sys
from pathlib import Path
from typing import Final

_TABLE: Final = Path(__file__).parent / "built" / "naf_rev2.json"
_PACKAGE: Final = (
    Path(__file__).parents[2] / "node_modules" / "@socialgouv" / "codes-naf" / "index.json"
)


def main() -> int:
    try:
        rows = json.loads(_PACKAGE.read_text("utf-8"))
    except FileNotFoundError:
        raise SystemExit("Les paquets Node manquent : lancez script/setup.") from None
    _TABLE.parent.mkdir(exist_ok=True)
    unfinished = _TABLE.with_suffix(".new")
    labels = [[row["id"], row["label"].strip().replace("'", "’")] for row in rows]
    unfinished.write_text(json.dumps(labels, ensure_ascii=False), "utf-8")
    unfinished.replace(_TABLE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
