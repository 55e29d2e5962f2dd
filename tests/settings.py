"""The product's settings, in test mode, with a database of the tests' own and a quick hasher."""

import os
from pathlib import Path

from marketingconnect.config.postgres import ensure_running

os.environ.setdefault("MARKETINGCONNECT_MODE", "test")
_var = os.environ.setdefault(
    "MARKETINGCONNECT_VAR", str(Path(__file__).resolve().parents[1] / "var" / "test")
)
if not os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = ensure_running(Path(_var), profile="throwaway")

from marketingconnect.config.settings import *  # noqa: E402, F403

# script/test migrates one database; each worker copies it instead of migrating its own.
if _template := os.environ.get("MARKETINGCONNECT_TEST_TEMPLATE"):
    DATABASES["default"]["TEST"] = {"TEMPLATE": _template}  # noqa: F405

# Argon2 takes its time on purpose; thousands of test log-ins need not.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# WhiteNoise warns about a folder that only a deployment fills, and a warning fails a test.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
