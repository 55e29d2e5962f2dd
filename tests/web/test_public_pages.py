"""The public pages: what they say, at every width, in both themes, with and without a script."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.catalogue.rules import Tier, Unit
from marketingconnect.catalogue.services import NewPrice, publish_price_list
from marketingconnect.terms.services import ensure_terms_published
from tests.browser import OpenPage
from tests.web.axe import problems_everywhere

PUBLISHED = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)
RENTAL = {
    "list.consumer_address": "200",
    "list.professional_address": "150",
    "list.phone": "100",
    "list.enrichment": "20",
}
PAGES = [
    "/",
    "/offres/email/",
    "/offres/sms/",
    "/offres/list_rental/",
    "/offres/guaranteed_clicks/",
    "/tarifs/",
    "/conditions/",
    "/conditions/comparer/1-2/",
    "/tarifs/1/",
    "/caracteristiques-e-mail/",
    "/mentions-legales/",
    "/donnees-personnelles/",
    "/accessibilite/",
]
PUBLISHED_ONLY = {"/conditions/comparer/1-2/", "/tarifs/1/"}


@pytest.fixture
def tariff(db: None) -> None:
    """The terms, and a tariff whose second tier is cheaper."""
    ensure_terms_published(PUBLISHED)
    publish_price_list(
        title="Tarif d’essai",
        in_force_from=date(2026, 1, 1),
        prices=[
            NewPrice(
                code="email.own_file",
                label="EmailConnect : envoi à votre propre fichier",
                unit=Unit.THOUSAND,
                tiers=(Tier(1, Decimal("40")), Tier(10_000, Decimal("20"))),
                offer="email",
            ),
            *(
                NewPrice(
                    code=code,
                    label=code,
                    unit=Unit.THOUSAND,
                    tiers=(Tier(1, Decimal(price)), Tier(10_000, Decimal(price) / 2)),
                    offer="list_rental",
                )
                for code, price in RENTAL.items()
            ),
        ],
        actor=Actor.system("essai"),
        now=PUBLISHED,
    )


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_has_no_fault_at_any_width_in_any_theme(
    path: str, tariff: None, open_page: OpenPage
) -> None:
    assert problems_everywhere(open_page(Client(), path)) == []


@pytest.mark.parametrize("path", [path for path in PAGES if path not in PUBLISHED_ONLY])
def test_a_public_page_opens_before_anything_is_published(path: str, db: None) -> None:
    assert Client().get(path).status_code == 200


def test_only_the_offers_on_sale_can_be_ordered(tariff: None) -> None:
    for code in ("sms", "guaranteed_clicks"):
        page = Client().get(f"/offres/{code}/").content.decode()
        assert "Bientôt disponible dans ce service" in page
        assert "campagne" not in page.split("<main")[1].split("form-actions")[1].split("</div>")[0]


def test_an_unknown_offer_is_not_found(db: None) -> None:
    assert Client().get("/offres/fax/").status_code == 404


def test_the_calculator_shows_the_minimum_on_its_own_line(tariff: None) -> None:
    page = Client().get("/offres/email/", {"quantity": "2000"}).content.decode()

    assert "80,00\u00a0€" in page
    assert "220,00\u00a0€" in page
    assert "300,00\u00a0€" in page
    assert "#II.1.b" in page


def test_the_calculator_points_at_a_cheaper_larger_quantity(tariff: None) -> None:
    page = Client().get("/offres/email/", {"quantity": "9000"}).content.decode()

    assert "10\u202f000 adresses, le prix du mille baisse" in page


@pytest.mark.parametrize("typed", ["", "mille", "0", "-5", "99999999999", "2,5"])
def test_a_quantity_that_cannot_be_read_is_kept_and_explained(typed: str, tariff: None) -> None:
    answer = Client().get("/offres/email/", {"quantity": typed})

    assert answer.status_code == 400
    assert 'id="id_quantity_erreur"' in answer.content.decode()
    assert f'value="{typed}"' in answer.content.decode()


@pytest.mark.parametrize("typed", ["2 000", "2\u202f000", "2\u00a0000"])
def test_a_quantity_may_be_written_with_spaces(typed: str, tariff: None) -> None:
    assert "300,00\u00a0€" in Client().get("/offres/email/", {"quantity": typed}).content.decode()


def test_the_fragment_answers_the_price_alone(tariff: None) -> None:
    page = Client().get("/offres/email/prix", {"quantity": "20000"}).content.decode()

    assert "400,00\u00a0€" in page
    assert "<html" not in page


def test_the_price_of_a_file_adds_up_its_options_and_uses(tariff: None) -> None:
    asked = {"quantity": "2000", "population": "professionals", "times": "2", "phone": "on"}
    page = Client().get("/offres/list_rental/", asked).content.decode()

    assert "1\u202f000,00\u00a0€" in page
    assert "500,00\u00a0€" in page
    with_columns = Client().get("/offres/list_rental/prix", {**asked, "columns": "on"})
    assert "1\u202f080,00\u00a0€" in with_columns.content.decode()
    assert "<html" not in with_columns.content.decode()


@pytest.mark.parametrize("typed", [{"quantity": "x"}, {"times": "99"}, {"population": "fax"}])
def test_a_file_that_cannot_be_priced_says_why(typed: dict[str, str], tariff: None) -> None:
    for path in ("/offres/list_rental/", "/offres/list_rental/prix"):
        answer = Client().get(path, {"quantity": "2000", **typed})
        assert answer.status_code == 400
        assert "field-error" in answer.content.decode()


def test_an_offer_without_a_calculator_has_no_price(tariff: None) -> None:
    assert Client().get("/offres/sms/prix", {"quantity": "1"}).status_code == 404


@pytest.mark.browser
def test_the_price_follows_what_is_typed(tariff: None, open_page: OpenPage) -> None:
    page = open_page(Client(), "/offres/email/")

    page.get_by_label("À combien d’adresses").fill("20000")

    page.get_by_text("400,00\u00a0€").last.wait_for()
    assert page.url.endswith("/offres/email/")


@pytest.mark.browser
def test_the_calculator_works_without_javascript(tariff: None, open_page: OpenPage) -> None:
    page = open_page(Client(), "/offres/email/", javascript=False)
    page.get_by_label("À combien d’adresses").fill("20000")

    page.get_by_role("button", name="Calculer").click()

    assert "quantity=20000" in page.url
    assert page.get_by_text("400,00\u00a0€").count() >= 1


def test_the_terms_have_an_anchor_an_article_and_their_hash(tariff: None) -> None:
    page = Client().get("/conditions/").content.decode()

    assert 'id="B.1.4"' in page
    assert "Empreinte du texte" in page
    assert Client().get("/conditions/version-1/").status_code == 200
    assert Client().get("/conditions/version-99/").status_code == 404


@pytest.mark.browser
def test_the_theme_is_remembered_without_javascript(db: None, open_page: OpenPage) -> None:
    page = open_page(Client(), "/tarifs/", javascript=False)

    page.locator("summary[aria-label='Apparence']").click()
    page.get_by_role("button", name="Sombre").click()

    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.url.endswith("/tarifs/")


@pytest.mark.browser
def test_the_theme_changes_at_once_and_stays(db: None, open_page: OpenPage) -> None:
    page = open_page(Client(), "/tarifs/")

    page.locator("summary[aria-label='Apparence']").click()
    with page.expect_response("**/apparence/"):
        page.get_by_role("button", name="Sombre").click()
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    page.reload()

    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_a_theme_never_sends_elsewhere(db: None) -> None:
    answer = Client().post("/apparence/", {"theme": "dark", "next": "https://example.org/"})

    assert answer.status_code == 302
    assert answer["Location"] == "/"
    assert Client().post("/apparence/", {"theme": "rose"}).status_code == 404


def test_two_versions_of_the_terms_are_compared_word_by_word(tariff: None) -> None:
    page = Client().get("/conditions/comparer/1-2/").content.decode()

    assert "De la version 1 à la version 2" in page
    assert "<ins>" in page
    assert "<del>" in page
    assert 'id="III.b"' in page
    assert 'id="III.j"' not in page
    assert Client().get("/conditions/comparer/2-1/").content.decode().count("Nouvel article") == 3
    assert "Aucun mot ne change" in Client().get("/conditions/comparer/1-1/").content.decode()
    assert Client().get("/conditions/comparer/1-99/").status_code == 404


def test_a_version_says_when_it_starts_and_what_it_changes(tariff: None) -> None:
    page = Client().get("/conditions/version-2/").content.decode()

    assert ("n’est pas encore en vigueur" in page) is (clock.today() < date(2027, 1, 1))
    assert "/conditions/comparer/1-2/" in page


def test_a_coming_tariff_stands_beside_the_one_it_replaces(tariff: None) -> None:
    publish_price_list(
        title="Tarif suivant",
        in_force_from=clock.today() + timedelta(days=1),
        prices=[
            NewPrice("email.own_file", "Envoi", Unit.THOUSAND, (Tier(1, Decimal("41")),), "email"),
            NewPrice("file_fee", "Frais de dossier", Unit.FLAT, (Tier(1, Decimal("90")),)),
        ],
        actor=Actor.system("essai"),
        now=clock.now(),
    )

    page = Client().get("/tarifs/2/").content.decode()

    assert "Tarif d’essai" in page
    assert "40,00\u00a0€" in page
    assert "<strong>41,00\u00a0€</strong>" in page
    assert "nouveau" in page
    assert "retiré" in page
    assert "/tarifs/2/" in Client().get("/tarifs/").content.decode()
    assert Client().get("/tarifs/1/").status_code == 200
    assert Client().get("/tarifs/99/").status_code == 404
