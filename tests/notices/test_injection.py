"""What people type about themselves stays text in the mail that quotes it."""

from datetime import UTC, datetime

import pytest

from marketingconnect.notices.services import queue_notice

pytestmark = pytest.mark.django_db


def test_a_name_brings_neither_a_header_nor_markup() -> None:
    notice = queue_notice(
        key="essai",
        template="account_join_request",
        to_email="alice@example.org",
        company_id=None,
        context={
            "legal_name": "Boulangerie\u00a0: Nadia",
            "who": "Zoé\r\nBcc: tous@example.org <b onclick=x>",
            "email": "zoe@example.org",
        },
        at=datetime(2026, 11, 24, 11, tzinfo=UTC),
    )

    assert notice.subject.splitlines() == [notice.subject]
    assert "Boulangerie\u00a0: Nadia" in notice.subject
    assert "<b onclick" not in notice.html
    assert "&lt;b onclick" in notice.html
