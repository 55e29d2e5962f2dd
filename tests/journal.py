"""Tests that commit are cleaned by TRUNCATE, which the books refuse: let it, here only."""

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("journalentry", "journalhead"):
            name = "journal" if table == "journalentry" else "head"
            cursor.execute(f"ALTER TABLE audit_{table} DISABLE TRIGGER {name}_refuses_truncate")
        for table in ("entry", "line", "validation", "closedmonth"):
            cursor.execute(f"ALTER TABLE ledger_{table} DISABLE TRIGGER ledger_{table}_kept")
        for table in ("invoice", "invoiceline", "invoicecounter"):
            cursor.execute(f"ALTER TABLE invoices_{table} DISABLE TRIGGER invoices_{table}_kept")
