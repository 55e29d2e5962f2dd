"""The journal is read by filters and leaves as a CSV that proves itself."""

import csv
import io

import pytest

from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.models import JournalEntry
from marketingconnect.audit.services import record
from tests.cast import Cast, logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _acts(cast: Cast) -> None:
    for number, company in enumerate((cast.bakery, cast.garage, cast.bakery)):
        record(
            action="order.paid" if number else "company.changed",
            actor=Actor.user(cast.alice.pk, "=cmd()"),
            company_id=company.pk,
            subject=f"order:{number}",
            at=clock.now(),
            before={"état": "avant"},
            after={"état": "après"},
        )


def positions(cast: Cast, **query: str) -> list[int]:
    answer = logged_in(cast.sofia).get("/gestion/journal/", query)
    assert answer.status_code == 200
    return [entry.position for entry in answer.context["entries"]]


def test_the_journal_is_filtered(cast: Cast) -> None:
    assert positions(cast) == [3, 2, 1]
    assert positions(cast, client=cast.bakery.reference.lower()) == [3, 1]
    assert positions(cast, client="C-999999") == []
    assert positions(cast, action="order") == [3, 2]
    assert positions(cast, subject="order:1") == [2]
    assert positions(cast, since="2020-01-01", until="2020-01-02") == []
    assert positions(cast, apres="3") == [2, 1]


def test_an_act_is_read_in_french_with_its_code_below(cast: Cast) -> None:
    page = logged_in(cast.sofia).get("/gestion/journal/").content.decode()

    assert "Société modifiée" in page
    assert "company.changed" in page


def test_a_filter_that_is_no_date_is_told(cast: Cast) -> None:
    answer = logged_in(cast.sofia).get("/gestion/journal/", {"since": "hier"})

    assert answer.status_code == 400
    assert "hier" in answer.content.decode()


def test_the_export_holds_all_that_the_hash_covers_and_no_formula(cast: Cast) -> None:
    answer = logged_in(cast.sofia).get("/gestion/journal/export.csv", {"action": "order"})

    text = answer.getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["position"] for row in rows] == ["3", "2"]
    assert rows[0]["actor_label"] == "'=cmd()"
    assert rows[0]["after"] == '{"état": "après"}'
    assert rows[0]["hash"] == JournalEntry.objects.get(position=3).hash


def test_charlie_and_other_roles_do_not_read_the_journal(cast: Cast) -> None:
    for user in (cast.charlie, cast.paul, cast.lea, cast.marc):
        assert logged_in(user).get("/gestion/journal/").status_code == 403
        assert logged_in(user).get("/gestion/journal/export.csv").status_code == 403
    assert logged_in(cast.charlie).get("/gestion/journal/999/").status_code == 404
