"""Staff find clients, read everything about one, change credentials with a reason."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from marketingconnect import clock
from marketingconnect.accounts.models import CredentialChange
from marketingconnect.accounts.queries import late_credential_notices
from marketingconnect.audit.models import JournalEntry
from marketingconnect.notices.models import Notice
from marketingconnect.notices.states import NoticeState
from marketingconnect.terms.services import ensure_terms_published
from tests.cast import PASSWORD, Cast, logged_in, make_company
from tests.web.mail import link_in, mail_to

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _terms(cast: Cast) -> None:
    ensure_terms_published(clock.now())


def found(cast: Cast, query: str) -> list[str]:
    answer = logged_in(cast.marc).get("/gestion/clients/", {"q": query})
    return [company.legal_name for company in answer.context["companies"]]


@pytest.mark.parametrize(
    "query", ["nadia", "C-000001", "c-000001", "900 000 019", "90000001900019", "bob@example"]
)
def test_a_client_is_found_by_what_one_knows(cast: Cast, query: str) -> None:
    assert found(cast, query) == ["Boulangerie Nadia"]


def test_the_list_is_paged_by_key(cast: Cast, django_assert_max_num_queries: object) -> None:
    for number in range(60):
        make_company(f"Client {number}", f"{80000000000000 + number}")
    marc = logged_in(cast.marc)

    first = marc.get("/gestion/clients/").context
    second = marc.get("/gestion/clients/", {"apres": first["after"]}).context

    assert len(first["companies"]) == 50
    assert len(second["companies"]) == 12
    assert second["after"] is None
    assert not {c.pk for c in first["companies"]} & {c.pk for c in second["companies"]}
    assert marc.get("/gestion/clients/", {"apres": "x' OR 1"}).status_code == 200


def test_a_client_page_shows_everything(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    marc = logged_in(cast.marc)
    marc.get("/gestion/")

    with django_assert_max_num_queries(20):
        answer = marc.get(f"/gestion/clients/{cast.bakery.reference}/")

    page = answer.content.decode()
    assert "alice@example.org" in page
    assert cast.bakery.siret in page
    assert "charlie@example.org" not in page
    assert "Changer les identifiants" not in page


@pytest.mark.parametrize("who", ["paul", "lea", "alice", "charlie"])
def test_other_roles_and_clients_do_not_read_clients(cast: Cast, who: str) -> None:
    client = logged_in(getattr(cast, who))

    assert client.get("/gestion/clients/").status_code == 403
    assert client.get(f"/gestion/clients/{cast.bakery.reference}/").status_code == 403


def test_charlie_gets_404_for_a_client_or_member_that_is_not(cast: Cast) -> None:
    sofia = logged_in(cast.sofia)

    assert sofia.get("/gestion/clients/C-999999/").status_code == 404
    path = f"/gestion/clients/{cast.bakery.reference}/utilisateurs/{cast.charlie.pk}/identifiants/"
    assert sofia.get(path).status_code == 404


def credentials_path(cast: Cast) -> str:
    return f"/gestion/clients/{cast.bakery.reference}/utilisateurs/{cast.bob.pk}/identifiants/"


def test_credentials_change_with_a_reason_and_the_client_is_told_at_once(cast: Cast) -> None:
    cast.bob.set_password(PASSWORD)
    cast.bob.save()
    bob = Client()
    bob.post("/compte/connexion/", {"email": cast.bob.email, "password": PASSWORD})
    form = {"new_email": "bob.neuf@example.org", "reason": "Adresse perdue"}

    assert logged_in(cast.sofia).post(credentials_path(cast), {}).status_code == 400
    assert logged_in(cast.sofia).post(credentials_path(cast), form).status_code == 302

    assert bob.get("/espace/compte/").status_code == 302
    cast.bob.refresh_from_db()
    assert cast.bob.email == "bob.neuf@example.org"
    assert not cast.bob.has_usable_password()
    change = CredentialChange.objects.get()
    assert change.notice_due_at - change.changed_at == timedelta(hours=24)
    told = mail_to("bob.neuf@example.org", "credentials_changed")[0]
    assert told.key == change.notice_key
    assert "Adresse perdue" in told.text
    assert len(mail_to("bob@example.org", "credentials_moved")) == 1
    entry = JournalEntry.objects.get(action="credentials.changed_by_operator")
    assert (entry.company_id, entry.actor_kind) == (cast.bakery.pk, "staff")
    new = Client()
    assert new.post(link_in(told), {"password": PASSWORD}).status_code == 302
    assert new.get("/espace/compte/").status_code == 200


def test_an_identifier_of_somebody_else_is_refused(cast: Cast) -> None:
    form = {"new_email": cast.alice.email, "reason": "Erreur"}

    answer = logged_in(cast.sofia).post(credentials_path(cast), form)

    assert answer.status_code == 400
    assert not CredentialChange.objects.exists()
    assert not Notice.objects.exists()


def test_only_the_dpo_and_administrators_change_credentials(cast: Cast) -> None:
    for user in cast.staff:
        expected = 200 if user in {cast.sofia, cast.admin} else 403
        assert logged_in(user).get(credentials_path(cast)).status_code == expected


def test_a_client_not_told_in_time_becomes_an_alert(cast: Cast) -> None:
    sofia = logged_in(cast.sofia)
    sofia.post(credentials_path(cast), {"reason": "Sécurité"})
    change = CredentialChange.objects.get()
    due = change.notice_due_at

    assert late_credential_notices(now=due) == []
    assert late_credential_notices(now=due + timedelta(seconds=1)) == [change]
    clock.advance_to(due + timedelta(minutes=1))
    assert "bob@example.org" in sofia.get("/gestion/clients/identifiants/").content.decode()
    Notice.objects.filter(key=change.notice_key).update(sent_at=clock.now())
    assert late_credential_notices(now=clock.now()) == []


def test_staff_settle_a_doubtful_mail_once(cast: Cast) -> None:
    notice = Notice.objects.create(
        key="a:1",
        template="sample",
        to_email="nadia@example.org",
        subject="Votre facture",
        text="Bonjour",
        html="",
        queued_at=clock.now(),
        state=NoticeState.UNCERTAIN,
    )
    marc = logged_in(cast.marc)
    path = f"/gestion/clients/courriers/{notice.pk}/"
    decision = {"decision": "requeue", "reason": "Le client n’a rien"}

    assert "Votre facture" in marc.get("/gestion/clients/courriers/").content.decode()
    assert marc.get(path).status_code == 200
    assert marc.post(path, {"decision": "requeue"}).status_code == 400
    assert marc.post(path, decision).status_code == 302
    assert marc.post(path, decision).status_code == 409
    notice.refresh_from_db()
    assert notice.state == NoticeState.QUEUED
