"""Publishing the terms, accepting them, and continuing the law table."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from marketingconnect import clock
from marketingconnect.audit.models import JournalEntry
from marketingconnect.kernel.vat import vat_rate
from marketingconnect.terms import queries
from marketingconnect.terms.errors import (
    LegalFactRefusedError,
    NoTermsInForceError,
    PublishedTextChangedError,
    StaffCannotAcceptError,
    TermsChangedError,
)
from marketingconnect.terms.law import shipped_law, value_on
from marketingconnect.terms.models import LegalFact, TermsAcceptance, TermsVersion
from marketingconnect.terms.parameters import TermsParameters
from marketingconnect.terms.services import (
    accept_terms,
    ensure_terms_published,
    seed_law,
    set_legal_fact,
)
from marketingconnect.terms.texts import published_texts
from tests.cast import Cast

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> TermsVersion:
    return ensure_terms_published(NOW)


def newer(version: TermsVersion, *, in_force_from: date) -> TermsVersion:
    return TermsVersion.objects.create(
        number=TermsVersion.objects.latest("number").number + 1,
        title=version.title,
        text=version.text + "\n",
        sha256="f" * 64,
        parameters=version.parameters,
        published_at=NOW,
        in_force_from=in_force_from,
    )


def test_publishing_twice_publishes_once_and_journals_once(version: TermsVersion) -> None:
    assert ensure_terms_published(NOW) == version

    assert TermsVersion.objects.count() == len(published_texts())
    assert JournalEntry.objects.filter(action="terms.published").count() == len(published_texts())
    assert LegalFact.objects.count() == len(shipped_law())


def test_the_published_parameters_are_the_defaults(version: TermsVersion) -> None:
    assert queries.parameters_of(version) == TermsParameters()
    assert queries.articles_of(version)[0].number == "Def"


def test_a_published_text_that_changed_is_refused(db: None) -> None:
    TermsVersion.objects.create(
        number=1,
        title="CGV",
        text="autre texte",
        sha256="0" * 64,
        parameters={},
        published_at=NOW,
        in_force_from=date(2026, 1, 1),
    )

    with pytest.raises(PublishedTextChangedError, match="version 1"):
        ensure_terms_published(NOW)


def test_the_database_itself_refuses_to_change_a_published_text(version: TermsVersion) -> None:
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        TermsVersion.objects.update(in_force_from=date(2026, 2, 1))
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        connection.cursor().execute("DELETE FROM terms_termsversion")


def test_the_command_publishes(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("publish_terms")

    assert TermsVersion.objects.count() == len(published_texts())
    assert queries.current_terms(clock.today()).sha256 in capsys.readouterr().out


def test_the_version_in_force_is_the_latest_that_started(version: TermsVersion) -> None:
    second = queries.terms_versions()[-2]
    third = newer(version, in_force_from=date(2027, 6, 1))

    assert queries.current_terms(date(2026, 12, 31)) == version
    assert queries.current_terms(date(2027, 1, 1)) == second
    assert queries.current_terms(date(2027, 5, 31)) == second
    assert queries.current_terms(date(2027, 6, 1)) == third
    assert queries.terms_versions() == [third, second, version]
    with pytest.raises(NoTermsInForceError):
        queries.current_terms(date(2025, 12, 31))


def accept(version: TermsVersion, cast: Cast, **changes: Any) -> TermsAcceptance:
    act: dict[str, Any] = {
        "version": version,
        "sha256": version.sha256,
        "company": cast.bakery,
        "user": cast.alice,
        "means": "online_checkout",
        "at": NOW,
        "on": TODAY,
        "ip_address": "192.0.2.7",
        "attestations": ["Je détiens les droits."],
    }
    return accept_terms(**{**act, **changes})


def test_an_acceptance_is_bound_to_the_text_and_journalled(
    version: TermsVersion,
    cast: Cast,
) -> None:
    acceptance = accept(version, cast)

    assert (acceptance.version, acceptance.sha256) == (version, version.sha256)
    assert queries.acceptances_of(cast.bakery) == [acceptance]
    assert queries.acceptances_of(cast.garage) == []
    entry = JournalEntry.objects.get(action="terms.accepted")
    assert (entry.company_id, entry.actor_id) == (cast.bakery.pk, cast.alice.pk)
    assert entry.after is not None
    assert entry.after["sha256"] == version.sha256
    assert entry.after["attestations"] == ["Je détiens les droits."]


def test_accepting_a_text_that_is_no_longer_in_force_is_refused(
    version: TermsVersion,
    cast: Cast,
) -> None:
    newer(version, in_force_from=TODAY)

    with pytest.raises(TermsChangedError, match="relisez-les"):
        accept(version, cast)
    assert not TermsAcceptance.objects.exists()
    assert not JournalEntry.objects.filter(action="terms.accepted").exists()


def test_accepting_another_text_than_the_one_shown_is_refused(
    version: TermsVersion,
    cast: Cast,
) -> None:
    with pytest.raises(TermsChangedError):
        accept(version, cast, sha256="0" * 64)


def test_staff_accept_nothing_for_a_client(
    version: TermsVersion,
    cast: Cast,
) -> None:
    for member_of_staff in cast.staff:
        with pytest.raises(StaffCannotAcceptError):
            accept(version, cast, user=member_of_staff)


def test_seeding_adds_only_what_is_new(version: TermsVersion) -> None:
    LegalFact.objects.filter(key="limitation_years").delete()
    LegalFact.objects.filter(
        key="consumer_phone_prospecting", in_force_from=date(2026, 8, 11)
    ).delete()
    LegalFact.objects.filter(key="consumer_phone_prospecting").update(in_force_to=None)

    assert seed_law(NOW) == 2
    assert seed_law(NOW) == 0
    assert queries.law() == shipped_law()


def set_fact(cast: Cast, **changes: Any) -> LegalFact:
    act: dict[str, Any] = {
        "key": "recovery_indemnity_cents",
        "value": 5000,
        "in_force_from": date(2027, 1, 1),
        "source": "Décret à venir",
        "by": cast.admin,
        "now": NOW,
    }
    return set_legal_fact(**{**act, **changes})


def test_an_administrator_continues_the_law_and_the_journal_keeps_both_values(
    version: TermsVersion,
    cast: Cast,
) -> None:
    row = set_fact(cast)

    law = queries.law_of("recovery_indemnity_cents")
    assert value_on("recovery_indemnity_cents", date(2026, 12, 31), law, int) == 4000
    assert value_on("recovery_indemnity_cents", date(2027, 1, 1), law, int) == 5000
    assert (row.set_by, row.set_at) == (cast.admin, NOW)
    entry = JournalEntry.objects.get(action="legal_fact.set")
    assert entry.before is not None
    assert entry.after is not None
    assert (entry.before["value"], entry.after["value"]) == (4000, 5000)
    assert seed_law(NOW) == 0


def test_a_new_vat_rate_holds_from_its_day(
    version: TermsVersion,
    cast: Cast,
) -> None:
    set_fact(cast, key="vat_rate.metropole", value={"percent": "21", "mention": ""})

    rates = queries.vat_rates()
    assert vat_rate(date(2026, 12, 31), "metropole", rates) == 20
    assert vat_rate(date(2027, 1, 1), "alsace-moselle", rates) == 21


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "no_such_key"},
        {"value": "5000"},
        {"value": True},
        {"in_force_from": date(2013, 1, 1)},
        {"in_force_from": date(2012, 1, 1)},
        {"source": "  "},
        {"key": "vat_rate.metropole", "value": {"percent": "0", "mention": ""}},
        {"key": "vat_rate.metropole", "value": {"percent": "vingt", "mention": ""}},
    ],
)
def test_a_wrong_change_of_the_law_changes_nothing(
    version: TermsVersion,
    cast: Cast,
    changes: dict[str, Any],
) -> None:
    with pytest.raises(LegalFactRefusedError):
        set_fact(cast, **changes)
    assert queries.law() == shipped_law()
    assert not JournalEntry.objects.filter(action="legal_fact.set").exists()


def test_only_an_administrator_changes_the_law(
    version: TermsVersion,
    cast: Cast,
) -> None:
    for person in [*cast.staff[:-1], cast.alice]:
        with pytest.raises(LegalFactRefusedError, match="administrateur"):
            set_fact(cast, by=person)
    cast.admin.is_active = False
    with pytest.raises(LegalFactRefusedError):
        set_fact(cast)
