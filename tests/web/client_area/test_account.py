"""The account pages: company, people, mandates, security; each for its owner alone."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from marketingconnect import clock
from marketingconnect.accounts.models import Company, LoginEvent, Mandate, Membership, UserSession
from marketingconnect.accounts.queries import companies_open_to
from marketingconnect.accounts.roles import MandateScope, MemberRole
from marketingconnect.accounts.services import record_mandate
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.models import JournalEntry
from marketingconnect.terms.services import ensure_terms_published
from tests.cast import PASSWORD, Cast, join, logged_in, make_company, make_user
from tests.web.mail import link_in, mail_to

pytestmark = pytest.mark.django_db
DETAILS = {
    "legal_name": "Boulangerie Nadia et fils",
    "country": "FR",
    "billing_street": "1 place du Marché",
    "billing_postal_code": "13001",
    "billing_city": "Marseille",
}
PDF = b"%PDF-1.7\n mandat"


@pytest.fixture(autouse=True)
def _terms(cast: Cast, settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path
    ensure_terms_published(clock.now())


@pytest.fixture
def agency(cast: Cast) -> Company:
    """An agency of which Charlie is an editor."""
    company = make_company("Agence Bleue", "90000004300019")
    join(cast.charlie, company, MemberRole.EDITOR)
    join(make_user("Gaston"), company, MemberRole.OWNER)
    return company


def give_mandate(cast: Cast, agency: Company, scope: MandateScope = MandateScope.ORDER) -> Mandate:
    return record_mandate(
        cast.bakery.pk,
        agent_siret=agency.siret,
        scope=scope,
        starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=10),
        document="",
        recorded_by=cast.alice.pk,
        actor=Actor.user(cast.alice.pk, "Alice"),
        now=clock.now(),
    )


def test_an_owner_changes_the_company_and_the_journal_keeps_both_states(cast: Cast) -> None:
    answer = logged_in(cast.alice).post("/espace/compte/", DETAILS)

    assert answer.status_code == 302
    cast.bakery.refresh_from_db()
    assert cast.bakery.billing_street == "1 PLACE DU MARCHE"
    entry = JournalEntry.objects.get(action="company.changed")
    assert entry.before is not None
    assert entry.after is not None
    assert entry.before["billing_city"] == "LYON"
    assert entry.after["billing_city"] == "MARSEILLE"
    assert entry.actor_label == "Alice Essai <alice@example.org>"


def test_saving_without_a_change_writes_nothing(cast: Cast) -> None:
    logged_in(cast.alice).post("/espace/compte/", DETAILS)
    logged_in(cast.alice).post("/espace/compte/", DETAILS)

    assert JournalEntry.objects.filter(action="company.changed").count() == 1


def test_a_billing_address_leaves_france_in_vain(cast: Cast) -> None:
    answer = logged_in(cast.alice).post("/espace/compte/", {**DETAILS, "country": "XX"})

    assert answer.status_code == 400
    assert "art. III.a" in answer.content.decode()
    assert "Boulangerie Nadia et fils" in answer.content.decode()


@pytest.mark.parametrize("who", ["bob", "vera"])
def test_only_an_owner_changes_company_people_and_mandates(cast: Cast, who: str) -> None:
    client = logged_in(getattr(cast, who))

    assert client.get("/espace/compte/").status_code == 200
    assert client.get("/espace/compte/utilisateurs/").status_code == 200
    assert client.get("/espace/compte/mandataires/").status_code == 200
    assert client.post("/espace/compte/", DETAILS).status_code == 403
    assert client.get("/espace/compte/utilisateurs/inviter/").status_code == 403
    assert client.get("/espace/compte/mandataires/nouveau/").status_code == 403
    path = f"/espace/compte/utilisateurs/{cast.alice.pk}/"
    assert client.post(f"{path}role/", {"role": "viewer"}).status_code == 403
    assert client.post(f"{path}retirer/").status_code == 403


def test_an_owner_invites_and_withdraws(cast: Cast) -> None:
    client = logged_in(cast.alice)
    form = {"first_name": "Zoé", "last_name": "P.", "email": "zoe@example.org", "role": "viewer"}

    assert client.post("/espace/compte/utilisateurs/inviter/", form).status_code == 302
    link = link_in(mail_to("zoe@example.org")[0])
    page = client.get("/espace/compte/utilisateurs/").content.decode()
    assert "zoe@example.org" in page
    waiting = cast.bakery.access_links.get()
    path = f"/espace/compte/utilisateurs/invitations/{waiting.pk}/"
    assert logged_in(cast.charlie).post(path).status_code == 404
    assert client.post(path).status_code == 302
    assert client.post(path).status_code == 404
    assert Client().get(link).status_code == 404


def test_roles_change_and_a_last_owner_stays(cast: Cast) -> None:
    client = logged_in(cast.alice)
    own = f"/espace/compte/utilisateurs/{cast.alice.pk}/"

    assert client.post(f"{own}retirer/").status_code == 409
    assert client.post(f"{own}role/", {"role": "editor"}).status_code == 409
    bob = f"/espace/compte/utilisateurs/{cast.bob.pk}/"
    assert client.post(f"{bob}role/", {"role": "owner"}).status_code == 302
    assert client.post(f"{own}retirer/").status_code == 302

    assert client.get("/espace/compte/").status_code == 403
    assert logged_in(cast.bob).get("/espace/compte/utilisateurs/").status_code == 200
    assert JournalEntry.objects.filter(action="member.removed").count() == 1


def test_a_removed_person_has_no_access_any_more(cast: Cast) -> None:
    bob = logged_in(cast.bob)
    assert bob.get("/espace/compte/").status_code == 200

    logged_in(cast.alice).post(f"/espace/compte/utilisateurs/{cast.bob.pk}/retirer/")

    assert bob.get("/espace/compte/").status_code == 403


def test_a_mandate_with_its_document_lets_an_agency_act(cast: Cast, agency: Company) -> None:
    form = {
        "agent_siret": agency.siret,
        "scope": "order",
        "starts_on": clock.today().isoformat(),
        "document": SimpleUploadedFile("mandat.pdf", PDF),
    }

    assert (
        logged_in(cast.alice).post("/espace/compte/mandataires/nouveau/", form).status_code == 302
    )
    charlie = logged_in(cast.charlie)
    switch = {"company": cast.bakery.reference}
    assert charlie.post("/espace/compte/changer-de-societe/", switch).status_code == 302

    page = charlie.get("/espace/compte/mandataires/")
    assert "Agence Bleue" in page.content.decode()
    assert page.wsgi_request.company == cast.bakery  # type: ignore[attr-defined]
    assert page.wsgi_request.member_role is MemberRole.EDITOR  # type: ignore[attr-defined]
    mandate = Mandate.objects.get()
    paper = charlie.get(f"/espace/compte/mandataires/{mandate.pk}/document/")
    assert paper.getvalue() == PDF
    assert len(mail_to("gaston@example.org", "mandate_recorded")) == 1


def test_a_mandate_ends_by_its_date_or_by_the_advertiser(cast: Cast, agency: Company) -> None:
    mandate = give_mandate(cast, agency)
    client = logged_in(cast.charlie)
    client.post("/espace/compte/changer-de-societe/", {"company": cast.bakery.reference})
    after = clock.today() + timedelta(days=11)

    assert len(companies_open_to(cast.charlie.pk, today=clock.today())) == 3
    assert len(companies_open_to(cast.charlie.pk, today=after)) == 2
    path = f"/espace/compte/mandataires/{mandate.pk}/fin/"
    assert logged_in(cast.charlie).post(path).status_code == 404
    assert logged_in(cast.alice).post(path).status_code == 302

    page = client.get("/espace/compte/")
    assert page.wsgi_request.company == cast.garage  # type: ignore[attr-defined]
    assert logged_in(cast.alice).post(path).status_code == 404


def test_an_agent_never_manages_the_account_of_its_advertiser(cast: Cast, agency: Company) -> None:
    give_mandate(cast, agency)
    owner = logged_in(Membership.objects.get(company=agency, role=MemberRole.OWNER).user)
    owner.post("/espace/compte/changer-de-societe/", {"company": cast.bakery.reference})

    assert owner.get("/espace/compte/").status_code == 200
    assert owner.post("/espace/compte/", DETAILS).status_code == 403
    assert owner.get("/espace/compte/utilisateurs/inviter/").status_code == 403


def test_a_mandate_to_follow_only_lets_look(cast: Cast, agency: Company) -> None:
    give_mandate(cast, agency, MandateScope.FOLLOW)

    roles = {c.reference: c.role for c in companies_open_to(cast.charlie.pk, today=clock.today())}

    assert roles[cast.bakery.reference] is MemberRole.VIEWER


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"agent_siret": "90000005000014"}, "Aucun compte"),
        ({"agent_siret": "90000001900019"}, "elle-même"),
        ({"ends_on": "2020-01-01"}, "précède"),
        ({"document": SimpleUploadedFile("mandat.pdf", b"MZ virus")}, "PDF"),
        ({"agent_siret": "12"}, "14 chiffres"),
    ],
)
def test_a_mandate_that_cannot_be_is_refused_by_its_field(
    cast: Cast, agency: Company, tmp_path: Path, changes: dict[str, object], words: str
) -> None:
    form = {
        "agent_siret": agency.siret,
        "scope": "order",
        "starts_on": clock.today().isoformat(),
        "document": SimpleUploadedFile("mandat.pdf", PDF),
        **changes,
    }
    answer = logged_in(cast.alice).post("/espace/compte/mandataires/nouveau/", form)

    assert answer.status_code == 400
    assert words in answer.content.decode().replace("\u00a0", " ").replace("&#x27;", "'")
    assert not Mandate.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def entered(cast: Cast) -> Client:
    if not cast.alice.has_usable_password():
        cast.alice.set_password(PASSWORD)
        cast.alice.save()
    client = Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux) Gecko Firefox/140.0"})
    client.post("/compte/connexion/", {"email": cast.alice.email, "password": PASSWORD})
    return client


def test_ending_a_session_really_ends_it(cast: Cast) -> None:
    here, elsewhere = entered(cast), entered(cast)
    other = UserSession.objects.get(session_key=elsewhere.session.session_key)
    page = here.get("/espace/compte/securite/").content.decode()
    assert page.count("Firefox sur Linux") >= 2

    path = f"/espace/compte/securite/sessions/{other.pk}/"
    assert logged_in(cast.charlie).post(path).status_code == 404
    assert elsewhere.get("/espace/compte/").status_code == 200
    assert here.post(path).status_code == 302

    assert elsewhere.get("/espace/compte/").status_code == 302
    assert here.get("/espace/compte/").status_code == 200
    assert here.post(path).status_code == 404


def test_all_other_sessions_end_at_once(cast: Cast) -> None:
    here, elsewhere = entered(cast), entered(cast)

    here.post("/espace/compte/securite/sessions/autres/")

    assert elsewhere.get("/espace/compte/").status_code == 302
    assert here.get("/espace/compte/").status_code == 200


def test_a_password_changes_with_the_old_one_and_other_sessions_end(cast: Cast) -> None:
    here, elsewhere = entered(cast), entered(cast)
    path = "/espace/compte/securite/mot-de-passe/"
    new = "une tout autre phrase"

    assert here.post(path, {"old": "faux", "new": new}).status_code == 400
    assert here.post(path, {"old": PASSWORD, "new": "court"}).status_code == 400
    assert here.post(path, {"old": PASSWORD, "new": new}).status_code == 302

    assert here.get("/espace/compte/securite/").status_code == 200
    assert elsewhere.get("/espace/compte/").status_code == 302
    assert UserSession.objects.filter(ended_at__isnull=True).count() == 1
    cast.alice.refresh_from_db()
    assert cast.alice.check_password(new)
    assert len(mail_to(cast.alice.email, "password_changed")) == 1


def test_log_ins_are_shown_with_their_failures(cast: Cast) -> None:
    client = entered(cast)
    Client().post("/compte/connexion/", {"email": cast.alice.email, "password": "faux"})

    page = client.get("/espace/compte/securite/").content.decode()

    assert "Mot de passe inexact" in page
    assert LoginEvent.objects.filter(user=cast.alice).count() == 2


def test_charlie_gets_404(cast: Cast, agency: Company) -> None:
    mandate = give_mandate(cast, agency)
    Mandate.objects.update(revoked_at=clock.now())
    Membership.objects.filter(company=agency, user=cast.charlie).update(until=clock.now())
    charlie = logged_in(cast.charlie)

    for path in (
        f"utilisateurs/{cast.bob.pk}/retirer/",
        f"mandataires/{mandate.pk}/fin/",
        "utilisateurs/invitations/1/",
    ):
        assert charlie.post(f"/espace/compte/{path}").status_code == 404
    role = f"/espace/compte/utilisateurs/{cast.bob.pk}/role/"
    assert charlie.post(role, {"role": "owner"}).status_code == 404
    document = f"/espace/compte/mandataires/{mandate.pk}/document/"
    assert charlie.get(document).status_code == 404
    switch = {"company": cast.bakery.reference}
    assert charlie.post("/espace/compte/changer-de-societe/", switch).status_code == 404


def test_staff_have_no_client_area_and_visitors_log_in_first(cast: Cast) -> None:
    assert Client().get("/espace/compte/")["Location"].startswith("/compte/connexion/?next=")
    assert Client().post("/espace/compte/changer-de-societe/", {}).status_code == 302
    assert logged_in(cast.marc).get("/espace/compte/")["Location"] == "/gestion/"
