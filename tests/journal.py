"""Tests that commit are cleaned by TRUNCATE, which the journal refuses: let it, in tests only."""

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("journalentry", "journalhead"):
            name = "journal" if table == "journalentry" else "head"
            cursor.execute(f"ALTER TABLE audit_{table} DISABLE TRIGGER {name}_refuses_truncate")
