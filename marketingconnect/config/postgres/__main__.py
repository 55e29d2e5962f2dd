"""``python -m marketingconnect.config.postgres supervise VAR PROFILE``: the supervisor itself."""

import sys
from pathlib import Path

from marketingconnect.config.postgres.supervisor import supervise

if __name__ == "__main__":
    verb, var, profile = sys.argv[1:]
    if verb != "supervise":
        sys.exit(f"unknown verb {verb}")
    sys.exit(supervise(Path(var), profile))
