"""Administrators are told before a stock is too old, once."""

from datetime import date, datetime, timedelta

import pytest

from marketingconnect.audit.models import JournalEntry
from marketingconnect.base.models import SireneVintage
from marketingconnect.base.sirene.queries import vintages_waiting
from marketingconnect.base.sirene.services import tell_of_ageing_vintage
from marketingconnect.base.tasks import watch_sirene_age
from marketingconnect.notices.models import Notice
from marketingconnect.terms.services import ensure_terms_published
from tests.base.sirene.conftest import NOON
from tests.cast import Cast

DELIVERED = NOON.date()


@pytest.fixture
def staffed(cast: Cast) -> Cast:
    ensure_terms_published(NOON - timedelta(days=100))
    return cast


def vintage(day: date, *, loaded: bool) -> SireneVintage:
    return SireneVintage.objects.create(
        vintage=day, delivered_on=DELIVERED, loaded_on=DELIVERED if loaded else None
    )


def after(days: int) -> datetime:
    return NOON + timedelta(days=days)


def test_the_vintage_in_use_is_announced_five_days_before_the_thirty_are_over(
    staffed: Cast,
) -> None:
    used = vintage(date(2026, 10, 31), loaded=True)

    assert tell_of_ageing_vintage(now=after(24)) == []
    assert tell_of_ageing_vintage(now=after(25)) == [used.vintage]
    assert tell_of_ageing_vintage(now=after(26)) == []

    notice = Notice.objects.get()
    assert notice.to_email == staffed.admin.email
    assert "25/12/2026" in notice.subject
    assert "Le suivant devrait être paru" in notice.text
    assert JournalEntry.objects.filter(action="base.sirene_ageing").count() == 1


def test_a_stock_received_and_not_loaded_is_announced_before_the_one_in_use(staffed: Cast) -> None:
    vintage(date(2026, 9, 30), loaded=True)
    waiting = vintage(date(2026, 10, 31), loaded=False)

    assert vintages_waiting() == [waiting]
    assert tell_of_ageing_vintage(now=after(25)) == [waiting.vintage]
    assert "n’est pas encore chargé" in Notice.objects.get().text


def test_an_older_stock_never_loaded_is_forgotten(staffed: Cast) -> None:
    vintage(date(2026, 9, 30), loaded=False)
    used = vintage(date(2026, 10, 31), loaded=True)

    assert vintages_waiting() == []
    assert tell_of_ageing_vintage(now=after(25)) == [used.vintage]


def test_without_any_stock_there_is_nothing_to_tell(staffed: Cast) -> None:
    watch_sirene_age(timestamp=0)

    assert not Notice.objects.exists()
