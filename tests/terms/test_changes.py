"""Telling every client of a change, once each, and recording who refuses."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from marketingconnect import clock
from marketingconnect.accounts.models import Company
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.audit.models import JournalEntry
from marketingconnect.notices.models import Notice
from marketingconnect.terms import queries
from marketingconnect.terms.errors import NotRefusableError
from marketingconnect.terms.models import AnnouncedChange, ClientChange
from marketingconnect.terms.rules import ChangeKind, Refusal, RefusalMeans
from marketingconnect.terms.services import (
    accept_terms,
    announce_change,
    ensure_terms_published,
    record_refusal,
    tell_clients,
)
from marketingconnect.terms.services.changes import AT_A_TIME, TELL
from marketingconnect.terms.states import ClientChangeState
from marketingconnect.terms.tasks import tell_new_clients, tell_of_change
from tests.cast import Cast, join, make_company, make_user
from tests.sale import CLERK, NOON

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
LAST_DAY = date(2026, 12, 23)
LETTER = Refusal(RefusalMeans.REGISTERED_LETTER, "1A 000 000 0000 1", LAST_DAY, LAST_DAY)
LATER = datetime(2027, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def change(cast: Cast) -> AnnouncedChange:
    """Version 2 was published with the product, before anybody accepted version 1."""
    ensure_terms_published(NOON)
    accept(cast.bakery, cast)
    return AnnouncedChange.objects.get()


def accept(company: Company, cast: Cast) -> None:
    version = queries.current_terms(TODAY)
    accept_terms(
        version=version,
        sha256=version.sha256,
        company=company,
        user=cast.alice,
        means="online_checkout",
        at=NOON,
        on=TODAY,
    )


def test_a_client_is_told_once_by_mail_with_its_own_dates(
    change: AnnouncedChange, cast: Cast
) -> None:
    assert tell_clients(change.pk, now=NOON) == 1
    assert tell_clients(change.pk, now=NOON + timedelta(days=3)) == 0

    client = ClientChange.objects.get()
    assert (client.company, client.state) == (cast.bakery, "told")
    assert (client.refuse_until, client.applies_from) == (LAST_DAY, date(2027, 1, 1))
    notice = Notice.objects.get()
    assert notice.key == client.notice_key == f"change-told:terms-2:{cast.bakery.pk}"
    assert notice.to_email == cast.alice.email
    assert "/conditions/comparer/1-2/" in notice.text
    assert "23 décembre 2026" in notice.text.replace("\u00a0", " ")
    assert "1er janvier 2027" in notice.subject.replace("\u00a0", " ")
    entry = JournalEntry.objects.get(action="terms.client_told")
    assert (entry.company_id, entry.subject) == (cast.bakery.pk, f"client_change:{client.pk}")


def test_only_those_bound_by_an_earlier_version_are_concerned(
    change: AnnouncedChange, cast: Cast
) -> None:
    """Charlie's garage never ordered; a closed company has nobody left to tell."""
    closed = make_company("Fermée", "90000003500017", closed_at=NOON)
    accept(closed, cast)

    assert list(queries.companies_to_tell(change)) == [cast.bakery]


def test_the_longest_standing_owner_is_told_or_else_who_accepted(
    change: AnnouncedChange, cast: Cast
) -> None:
    accept(cast.garage, cast)
    young = make_user("Yann")
    join(young, cast.bakery, MemberRole.OWNER)
    cast.charlie.is_active = False
    cast.charlie.save()

    tell_clients(change.pk, now=NOON)

    told = dict(Notice.objects.values_list("company_id", "to_email"))
    assert told == {cast.bakery.pk: "alice@example.org", cast.garage.pk: "alice@example.org"}


def test_a_client_who_orders_before_the_change_is_told_by_the_daily_job(
    change: AnnouncedChange, cast: Cast
) -> None:
    tell_clients(change.pk, now=NOON)
    accept(cast.garage, cast)
    AnnouncedChange.objects.update(in_force_from=clock.today() + timedelta(days=1))

    tell_new_clients(0)

    late = ClientChange.objects.get(company=cast.garage)
    assert late.told_at > NOON
    assert late.applies_from > late.refuse_until
    AnnouncedChange.objects.update(in_force_from=clock.today())
    assert list(queries.changes_to_come(clock.today())) == []


def test_the_job_tells_in_batches_and_leaves_another_while_there_are_more(
    change: AnnouncedChange, cast: Cast
) -> None:
    made = Company.objects.bulk_create(
        Company(
            reference=f"C-9{n:05d}",
            siret=f"{n:014d}",
            legal_name=f"Société {n}",
            billing_street="1 RUE",
            billing_postal_code="69003",
            billing_city="LYON",
            territory="metropole",
            created_at=NOON,
        )
        for n in range(AT_A_TIME)
    )
    acceptance = queries.acceptances_of(cast.bakery)[0]
    for company in made:
        acceptance.pk, acceptance.company = None, company
        acceptance.save(force_insert=True)

    tell_of_change(change.pk)
    assert ClientChange.objects.count() == AT_A_TIME
    assert ProcrastinateJob.objects.filter(task_name=TELL).count() == 1
    tell_of_change(change.pk)

    assert ClientChange.objects.count() == Notice.objects.count() == AT_A_TIME + 1
    assert ProcrastinateJob.objects.filter(task_name=TELL).count() == 1


def test_a_change_is_announced_once_and_only_a_client_needs_a_job(
    change: AnnouncedChange,
) -> None:
    def announced(number: int) -> AnnouncedChange:
        return announce_change(
            kind=ChangeKind.PRICES, number=number, in_force_from=date(2027, 1, 1), now=NOON
        )

    assert not ProcrastinateJob.objects.filter(task_name=TELL).exists()
    assert announced(2) == announced(2)
    assert ProcrastinateJob.objects.filter(task_name=TELL).count() == 1


def test_every_client_is_told_of_new_prices(change: AnnouncedChange, cast: Cast) -> None:
    prices = announce_change(
        kind=ChangeKind.PRICES, number=2, in_force_from=date(2027, 1, 1), now=NOON
    )

    tell_clients(prices.pk, now=NOON)

    notice = Notice.objects.get()
    assert notice.key == f"change-told:prices-2:{cast.bakery.pk}"
    assert "/tarifs/2/" in notice.text
    assert "lettre recommandée" in notice.text


@pytest.fixture
def client_change(change: AnnouncedChange) -> ClientChange:
    tell_clients(change.pk, now=NOON)
    return ClientChange.objects.get()


def refuse(client: ClientChange, refusal: Refusal = LETTER) -> ClientChange:
    return record_refusal(client.pk, refusal, actor=CLERK, now=LATER)


def test_a_refusal_posted_on_the_last_day_ends_the_contract(client_change: ClientChange) -> None:
    refused = refuse(client_change, replace(LETTER, received_on=date(2026, 12, 28)))

    assert refused.state == ClientChangeState.REFUSED
    assert (refused.posted_on, refused.letter_number) == (LAST_DAY, LETTER.letter_number)
    entry = JournalEntry.objects.get(action="terms.change_refused")
    assert entry.after is not None
    assert (entry.after["state"], entry.after["refuse_until"]) == ("refused", "2026-12-23")
    with pytest.raises(NotRefusableError, match="déjà"):
        refuse(client_change)


def test_a_late_refusal_is_kept_and_changes_nothing(client_change: ClientChange) -> None:
    day_after = date(2026, 12, 24)
    email = Refusal(RefusalMeans.EMAIL, "", day_after, day_after)

    late = refuse(client_change, email)

    assert late.state == ClientChangeState.REFUSED_LATE
    assert JournalEntry.objects.filter(action="terms.change_refused_late").count() == 1
    assert refuse(client_change).state == ClientChangeState.REFUSED


def test_a_refusal_without_its_number_or_from_the_future_is_not_recorded(
    client_change: ClientChange,
) -> None:
    with pytest.raises(NotRefusableError) as refused:
        refuse(client_change, replace(LETTER, letter_number=""))
    assert list(refused.value.problems) == ["letter_number"]
    with pytest.raises(NotRefusableError, match="pas encore"):
        refuse(client_change, replace(LETTER, received_on=date(2027, 1, 6)))

    client_change.refresh_from_db()
    assert client_change.state == ClientChangeState.TOLD
    assert not JournalEntry.objects.filter(action__startswith="terms.change_").exists()


def test_the_database_keeps_what_a_refusal_is(client_change: ClientChange) -> None:
    for wrong in ({"state": "refused"}, {"state": "lost"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ClientChange.objects.update(**wrong)
    client_change.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        client_change.save(force_insert=True)


def test_a_company_finds_what_it_was_told(client_change: ClientChange, cast: Cast) -> None:
    assert queries.changes_of_company(cast.bakery) == [client_change]
    assert queries.changes_of_company(cast.garage) == []
    assert list(queries.clients_told(client_change.change)) == [client_change]
    assert queries.change_of(ChangeKind.TERMS, 2) == client_change.change


def test_nobody_refuses_what_is_not_published_yet(client_change: ClientChange) -> None:
    published = client_change.change.published_at.date()
    mistyped = replace(LETTER, posted_on=published - timedelta(days=1))

    with pytest.raises(NotRefusableError) as refused:
        refuse(client_change, mistyped)

    assert set(refused.value.problems) == {"posted_on"}
    on_the_day = replace(LETTER, posted_on=published)
    assert refuse(client_change, on_the_day).state == ClientChangeState.REFUSED
