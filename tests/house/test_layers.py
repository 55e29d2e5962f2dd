"""Imports only go down, the audiences do not know one another, rules need no framework."""

import subprocess
import sys
from pathlib import Path

from tests.house.repository import ROOT


def test_import_contracts_are_kept() -> None:
    lint_imports = Path(sys.executable).with_name("lint-imports")

    result = subprocess.run(
        [lint_imports, "--no-cache"], cwd=ROOT, capture_output=True, check=False, text=True
    )

    assert result.returncode == 0, result.stdout + result.stderr
