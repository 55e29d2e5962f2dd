"""A database of its own for a measure: made, migrated, and dropped whatever happens."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

from django.db import connection


@contextmanager
def scratch_database(purpose: str) -> Iterator[str]:
    """Point this process, and its children through DATABASE_URL, at a fresh database; its URL."""
    name = f"bench_{purpose}_{os.getpid()}"
    before = os.environ["DATABASE_URL"]
    real_name = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    os.environ["DATABASE_URL"] = urlunsplit(urlsplit(before)._replace(path=f"/{name}"))
    try:
        yield os.environ["DATABASE_URL"]
    finally:
        os.environ["DATABASE_URL"] = before
        connection.creation.destroy_test_db(real_name, verbosity=0)
