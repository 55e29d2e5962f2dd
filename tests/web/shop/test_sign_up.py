"""Open an account, log in, choose a password: as a visitor does it, without JavaScript."""

import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client

from marketingconnect import clock
from marketingconnect.accounts.models import (
    AccessLink,
    Company,
    LoginEvent,
    Membership,
    User,
    UserSession,
)
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.accounts.services import invite_member
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.models import JournalEntry
from marketingconnect.notices.models import Notice
from marketingconnect.terms.services import ensure_terms_published
from tests.cast import PASSWORD, Cast, logged_in
from tests.web.mail import link_in, mail_to

pytestmark = pytest.mark.django_db
SIRET = "900 000 035 00015"
NINA = "nina@fleurs-nina.example.org"
FORM = {
    "siret": SIRET,
    "legal_name": "Fleurs Nina",
    "country": "FR",
    "billing_street": "3 bis, rue de l’Église",
    "billing_postal_code": "97400",
    "billing_city": "Saint-Denis",
    "first_name": "Nina",
    "last_name": "Payet",
    "email": "Nina@Fleurs-Nina.example.org ",
    "phone": "01 99 00 12 34",
}


@pytest.fixture(autouse=True)
def _terms(db: None) -> None:
    ensure_terms_published(clock.now())


def post_registration(client: Client, **changes: str) -> int:
    return client.post("/compte/inscription/", {**FORM, **changes}).status_code


def registration_page(**changes: str) -> str:
    answer = Client().post("/compte/inscription/", {**FORM, **changes}, follow=True)
    return without_token(answer.content.decode())


def without_token(page: str) -> str:
    """A page less the token that differs at each reading."""
    return re.sub(r'(csrfmiddlewaretoken" value="|CSRFToken": ")[^"]+', "", page)


def give_password(user: User, password: str = PASSWORD) -> None:
    user.set_password(password)
    user.save()


def log_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> int:
    data = {"email": email, "password": password, **more}
    return client.post("/compte/connexion/", data).status_code


def test_a_company_registers_confirms_by_mail_and_enters(client: Client) -> None:
    assert post_registration(client) == 302
    assert not Company.objects.exists()
    link = link_in(mail_to(NINA, "account_confirm")[0])
    assert "Fleurs Nina" in client.get(link).content.decode()

    answer = client.post(link, {"password": PASSWORD})

    assert (answer.status_code, answer["Location"]) == (302, "/espace/")
    company = Company.objects.get()
    assert company.siret == "90000003500015"
    assert company.reference == f"C-{company.pk:06d}"
    assert company.vat_number == "FR" + company.vat_number[2:4] + "900000035"
    assert company.territory == "reunion"
    assert company.billing_street == "3 BIS RUE DE L EGLISE"
    assert company.billing_city == "SAINT DENIS"
    assert company.phone == "+33199001234"
    owner = Membership.objects.get(company=company)
    assert (owner.role, owner.user.email) == (MemberRole.OWNER, NINA)
    assert owner.user.email_confirmed_at is not None
    assert JournalEntry.objects.filter(action="company.registered").count() == 1
    assert UserSession.objects.get().user == owner.user
    assert client.get("/compte/connexion/")["Location"] == "/espace/"


def test_a_confirmation_link_serves_once(client: Client) -> None:
    post_registration(client)
    link = link_in(mail_to(NINA)[0])
    client.post(link, {"password": PASSWORD})

    again = Client().post(link, {"password": "une autre phrase longue"})

    assert again.status_code == 404
    assert "déjà servi" in again.content.decode()
    assert log_in(Client(), NINA) == 302


def test_a_confirmation_link_expires(client: Client) -> None:
    post_registration(client)
    link = link_in(mail_to(NINA)[0])
    clock.advance_to(clock.now() + timedelta(hours=49))

    assert client.get(link).status_code == 404
    assert client.post(link, {"password": PASSWORD}).status_code == 404
    assert not User.objects.exists()


def test_a_link_of_another_kind_or_made_up_opens_nothing(client: Client) -> None:
    post_registration(client)
    token = link_in(mail_to(NINA)[0]).rstrip("/").rpartition("/")[2]

    assert client.get(f"/compte/mot-de-passe/{token}/").status_code == 404
    assert client.get("/compte/confirmation/invente/").status_code == 404
    assert AccessLink.objects.filter(token_hash__contains=token).count() == 0


@pytest.mark.parametrize("password", ["court", "qwerty123456", "nina payet fleurs", ""])
def test_a_weak_password_is_refused_with_words(client: Client, password: str) -> None:
    post_registration(client)
    link = link_in(mail_to(NINA)[0])

    answer = client.post(link, {"password": "Nina@Fleurs-Nina" if "nina" in password else password})

    assert answer.status_code == 400
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("siret", "900 000 035 00016", "vérifiez chaque chiffre"),
        ("siret", "123", "14 chiffres"),
        ("country", "XX", "art. III.a"),
        ("billing_postal_code", "98800", "Nouvelle-Calédonie"),
        ("billing_postal_code", "1000", "cinq chiffres"),
        ("billing_street", "", "rue"),
        ("billing_street", "12 " + "anticonstitutionnellement " * 3, "38 caractères"),
        ("email", "nina@", "domaine"),
        ("phone", "12", "numéro"),
    ],
)
def test_a_mistake_is_told_by_its_field_and_nothing_typed_is_lost(
    client: Client, field: str, typed: str, words: str
) -> None:
    answer = client.post("/compte/inscription/", {**FORM, field: typed})

    page = answer.content.decode()
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert words.lower() in str(answer.context["form"].errors[field]).lower()
    assert "Fleurs Nina" in page
    assert not Notice.objects.exists()


def test_la_poste_may_register_an_establishment_of_its_own_kind(client: Client) -> None:
    assert post_registration(client, siret="356 000 000 00048") == 302


def test_the_page_says_the_same_whatever_is_already_known(client: Client, cast: Cast) -> None:
    answers = [
        registration_page(**changes)
        for changes in (
            {},
            {"siret": cast.bakery.siret},
            {"siret": cast.bakery.siret, "legal_name": "Autre"},
        )
    ]
    known = registration_page(email=cast.bob.email)

    assert len(set(answers)) == 1
    assert known.replace(cast.bob.email, NINA) == answers[0]
    assert len(mail_to(NINA, "account_known_company")) == 2
    assert len(mail_to(cast.alice.email, "account_join_request")) == 1
    assert len(mail_to(cast.bob.email, "account_known_address")) == 1
    assert Company.objects.count() == 2


def test_two_who_register_one_establishment_make_one_account(client: Client) -> None:
    post_registration(client)
    post_registration(client, email="rival@example.org")
    first, second = (link_in(mail_to(email)[0]) for email in (NINA, "rival@example.org"))
    client.post(second, {"password": PASSWORD})

    late = Client().post(first, {"password": PASSWORD})

    assert late.status_code == 409
    assert Company.objects.get().memberships.get().user.email == "rival@example.org"
    assert not User.objects.filter(email=NINA).exists()


def test_an_address_is_not_flooded_with_links(client: Client) -> None:
    for _ in range(9):
        assert post_registration(client) == 302

    assert len(mail_to(NINA)) == 4


def test_log_in_leads_home_or_where_one_was_going_on_this_site_only(
    client: Client, cast: Cast
) -> None:
    for user in (cast.alice, cast.paul):
        give_password(user)
    answers = {
        wanted: Client().post(
            "/compte/connexion/",
            {"email": " Alice@Example.org", "password": PASSWORD, "next": wanted},
        )["Location"]
        for wanted in (
            "",
            "/espace/compte/",
            "https://ailleurs.example.org/",
            "//ailleurs.example.org",
            "javascript:alert(1)",
        )
    }

    assert list(answers.values()) == ["/espace/", "/espace/compte/", *["/espace/"] * 3]
    client.post("/compte/connexion/", {"email": cast.paul.email, "password": PASSWORD})
    assert client.get("/compte/connexion/")["Location"] == "/gestion/"


def test_a_wrong_password_and_an_unknown_address_read_the_same(client: Client, cast: Cast) -> None:
    give_password(cast.alice)
    pages = []
    for email in (cast.alice.email, "inconnue@example.org", cast.bob.email):
        answer = client.post("/compte/connexion/", {"email": email, "password": "faux"})
        assert answer.status_code == 400
        pages.append(answer.content.decode().replace(email, "-"))

    assert "Adresse ou mot de passe inexact." in pages[0]
    assert [event.outcome for event in LoginEvent.objects.all()] == ["failure"] * 3
    assert LoginEvent.objects.filter(user=cast.alice, email_typed=cast.alice.email).exists()


def test_too_many_tries_are_refused_for_a_while_even_with_the_right_password(
    client: Client, cast: Cast
) -> None:
    give_password(cast.alice)
    answers = [log_in(client, cast.alice.email, "faux") for _ in range(9)]

    assert answers[:7] == [400] * 7
    assert answers[8] == 429
    refused = client.post("/compte/connexion/", {"email": cast.alice.email, "password": PASSWORD})
    assert refused.status_code == 429
    assert "quart d’heure" in refused.content.decode()
    assert LoginEvent.objects.filter(outcome="locked").exists()
    assert log_in(client, cast.bob.email, "faux") == 400
    AccessAttempt.objects.all().delete()
    assert log_in(client, cast.alice.email) == 302


def test_a_person_without_access_any_more_does_not_log_in(client: Client, cast: Cast) -> None:
    give_password(cast.paul)
    User.objects.filter(pk=cast.paul.pk).update(is_active=False)

    assert log_in(client, cast.paul.email) == 400


def test_log_out_ends_the_session_and_is_written_down(client: Client, cast: Cast) -> None:
    give_password(cast.alice)
    log_in(client, cast.alice.email)
    key = client.session.session_key

    assert client.get("/compte/deconnexion/").status_code == 405
    client.post("/compte/deconnexion/")

    assert UserSession.objects.get(session_key=key).ended_at is not None
    assert LoginEvent.objects.filter(user=cast.alice, outcome="logout").exists()
    assert client.get("/compte/connexion/").status_code == 200


def test_a_forgotten_password_is_chosen_again_and_closes_every_session(
    client: Client, cast: Cast
) -> None:
    give_password(cast.alice, "ancienne phrase longue")
    log_in(client, cast.alice.email, "ancienne phrase longue")
    visitor = Client()
    visitor.post("/compte/mot-de-passe/oublie/", {"email": cast.alice.email})
    link = link_in(mail_to(cast.alice.email, "password_reset")[0])

    answer = visitor.post(link, {"password": PASSWORD})

    assert answer.status_code == 302
    assert client.get("/compte/connexion/").status_code == 200
    assert visitor.get("/compte/connexion/").status_code == 302
    assert log_in(Client(), cast.alice.email, "ancienne phrase longue") == 400
    assert Client().post(link, {"password": PASSWORD}).status_code == 404
    assert len(mail_to(cast.alice.email, "password_changed")) == 1


def test_a_forgotten_password_says_nothing_of_who_is_known(client: Client, cast: Cast) -> None:
    pages = []
    for email in (cast.alice.email, "inconnue@example.org"):
        answer = client.post("/compte/mot-de-passe/oublie/", {"email": email}, follow=True)
        pages.append(without_token(answer.content.decode().replace(email, "-")))

    assert pages[0] == pages[1]
    assert mail_to("inconnue@example.org") == []


def invitation(cast: Cast, email: str) -> str:
    invite_member(
        cast.bakery.pk,
        email=email,
        first_name="Zoé",
        last_name="Petit",
        role=MemberRole.EDITOR,
        actor=Actor.user(cast.alice.pk, "Alice"),
        now=clock.now(),
    )
    return link_in(mail_to(email, "account_invitation")[-1])


def test_an_invited_person_chooses_a_password_and_joins(client: Client, cast: Cast) -> None:
    link = invitation(cast, "zoe@example.org")

    assert "Boulangerie Nadia" in client.get(link).content.decode()
    client.post(link, {"password": PASSWORD})

    zoe = User.objects.get(email="zoe@example.org")
    assert cast.bakery.memberships.get(user=zoe).role == MemberRole.EDITOR
    assert JournalEntry.objects.filter(action="member.joined").count() == 1
    assert client.get(link).status_code == 404


def test_an_invited_person_who_has_an_account_joins_with_it(client: Client, cast: Cast) -> None:
    link = invitation(cast, cast.charlie.email)

    assert client.get(link).status_code == 200
    assert client.post(link).status_code == 302

    assert cast.bakery.memberships.filter(user=cast.charlie).count() == 1
    assert cast.garage.memberships.filter(user=cast.charlie).count() == 1
    assert User.objects.get(pk=cast.charlie.pk).password == cast.charlie.password


def test_staff_never_become_a_client(client: Client, cast: Cast) -> None:
    link = invitation(cast, cast.marc.email)

    assert client.post(link).status_code == 404

    assert not Membership.objects.filter(user=cast.marc).exists()


def test_a_new_invitation_replaces_the_former(client: Client, cast: Cast) -> None:
    former = invitation(cast, "zoe@example.org")
    invitation(cast, "zoe@example.org")

    assert client.get(former).status_code == 404


def test_charlie_gets_404_for_links_of_others_once_used(client: Client, cast: Cast) -> None:
    link = invitation(cast, "zoe@example.org")
    client.post(link, {"password": PASSWORD})

    assert logged_in(cast.charlie).get(link).status_code == 404


def test_one_connection_does_not_flood_strangers_with_links(client: Client, cast: Cast) -> None:
    """Thirty an hour, whatever the addresses; what was typed is kept, and other people go on."""
    page = "/compte/mot-de-passe/oublie/"
    for number in range(30):
        assert client.post(page, {"email": f"zoe{number}@example.org"}).status_code == 302

    refused = client.post(page, {"email": cast.alice.email})

    assert refused.status_code == 429
    assert cast.alice.email in refused.content.decode()
    assert "Réessayez dans une heure" in refused.content.decode()
    assert mail_to(cast.alice.email) == []
    assert post_registration(client) == 429
    elsewhere = Client(REMOTE_ADDR="192.0.2.99")
    assert elsewhere.post(page, {"email": cast.alice.email}).status_code == 302
