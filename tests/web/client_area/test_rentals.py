"""A client rents a file step by step: target, uses, message, summary, basket."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.cart.models import CartLine
from marketingconnect.catalogue.demo_data import publish_demo_operator, publish_demo_price_list
from marketingconnect.config.wiring import wire
from marketingconnect.offers.list_rental.models import ListRental
from marketingconnect.targeting import desk
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.targeting.saving import keep_target
from marketingconnect.terms.services import ensure_terms_published
from tests.cast import Cast, logged_in
from tests.offers.list_rental.delivery_files.made import NOW
from tests.web.back_office.base_scene import Base, make_base
from tests.web.reading import page

ALICE = Actor.system("essai")
USES = {"uses": ["direct_mail"], "times": "1"}


@pytest.fixture
def base(cast: Cast, settings: LazySettings, tmp_path: Path) -> Base:
    """An open shop over a base of 600 people, 120 of them in the Rhône."""
    settings.BASE_ROOT = tmp_path / "base"
    settings.FILES_ROOT = tmp_path / "files"
    ensure_terms_published(NOW)
    publish_demo_price_list(actor=ALICE, now=NOW)
    publish_demo_operator(actor=ALICE, now=NOW)
    wire()
    desk.office.cache_clear()
    return make_base(tmp_path, rows=600)


@pytest.fixture
def alice(cast: Cast) -> Client:
    return logged_in(cast.alice)


def make_target(cast: Cast, **changes: object) -> SavedTarget:
    value = {
        "version": 1,
        "population": "consumers",
        "channel": "post",
        "use": "rental",
        "where": {"field": "departement", "in": ["69"]},
        **changes,
    }
    return keep_target(
        company_id=cast.bakery.pk,
        name="Le Rhône",
        criteria=Criteria.from_json(value),
        user_id=cast.alice.pk,
        actor=ALICE,
        now=NOW,
    )


def started(cast: Cast, alice: Client) -> ListRental:
    target = make_target(cast)
    typed = {"name": "Portes ouvertes", "target": target.pk}
    alice.post("/espace/campagnes/locations/nouvelle", typed)
    return ListRental.objects.get()


def where(rental: ListRental, rest: str = "") -> str:
    return f"/espace/campagnes/locations/{rental.pk}/{rest}"


def sample(name: str = "courrier.pdf", content: bytes = b"%PDF-1.7 courrier") -> object:
    return {"sample": SimpleUploadedFile(name, content)}


def test_without_a_target_one_is_made_first(base: Base, alice: Client) -> None:
    shown = page(alice.get("/espace/campagnes/locations/nouvelle"))

    assert "Commencez par une cible" in shown
    assert "/espace/cibles/nouvelle" in shown


def test_a_rental_starts_from_a_saved_target_counted_at_that_moment(
    base: Base, cast: Cast, alice: Client
) -> None:
    target = make_target(cast)

    answer = alice.post(
        "/espace/campagnes/locations/nouvelle", {"name": "Portes ouvertes", "target": target.pk}
    )

    rental = ListRental.objects.get()
    assert answer.headers["Location"] == where(rental, "usages")
    assert (rental.counted, rental.name) == (120, "Portes ouvertes")


def test_the_targeting_screen_leads_to_a_rental(base: Base, cast: Cast, alice: Client) -> None:
    target = make_target(cast)
    address = f"/espace/campagnes/locations/depuis/{target.pk}"
    assert "Le Rhône" in page(alice.get(address))

    alice.post(address, {"name": "Portes ouvertes"})

    assert ListRental.objects.get().counted == 120
    assert logged_in(cast.charlie).get(address).status_code == 404


def test_what_cannot_be_counted_is_said_and_nothing_is_lost(
    base: Base, cast: Cast, alice: Client
) -> None:
    few = make_target(cast, where={"field": "departement", "in": ["48"]})
    sending = make_target(cast, use="sending", channel="post")

    typed = {"name": "Lozère", "target": few.pk}
    answer = alice.post("/espace/campagnes/locations/nouvelle", typed)
    rental = ListRental.objects.get()
    assert answer.headers["Location"] == where(rental, "cible")
    assert "Moins de 11 foyers" in page(alice.get(where(rental, "cible")))

    refused = alice.post(where(rental, "cible"), {"target": sending.pk})
    assert refused.status_code == 400
    assert "pas pour une location" in page(refused)
    assert alice.post(where(rental, "cible"), {"target": "999"}).status_code == 400


def test_a_forbidden_use_is_refused_by_its_name_and_article(
    base: Base, cast: Cast, alice: Client
) -> None:
    rental = started(cast, alice)

    refused = alice.post(where(rental, "usages"), {"uses": ["fax"], "times": "1"})

    assert refused.status_code == 400
    assert "télécopie" in page(refused)
    assert "art. CL.2" in page(refused)
    assert alice.post(where(rental, "usages"), {}).status_code == 400


def test_the_phone_option_comes_with_the_law_of_the_day(
    base: Base, cast: Cast, alice: Client
) -> None:
    shown = page(alice.get(where(started(cast, alice), "usages")))

    assert "La loi depuis le 11 août 2026" in shown
    assert "moins de 12 mois" in shown
    assert "L223-1" in shown


def test_the_price_adds_the_address_the_phone_and_the_columns(
    base: Base, cast: Cast, alice: Client
) -> None:
    rental = started(cast, alice)
    typed = {"uses": ["direct_mail", "telephone"], "times": "2", "columns": ["age_band"]}
    assert alice.post(where(rental, "usages"), typed).status_code == 302

    shown = page(alice.get(where(rental)))

    assert "Prospection par téléphone" in shown
    assert "option numéro de téléphone" in shown
    assert "× 2" in shown
    assert "Complément au minimum de commande" in shown


def test_a_sample_is_kept_and_given_back_and_a_strange_one_refused(
    base: Base, cast: Cast, alice: Client
) -> None:
    rental = started(cast, alice)

    refused = alice.post(where(rental, "message"), sample("virus.exe", b"MZ\x00\x01"))
    assert refused.status_code == 400
    assert "PDF" in page(refused)
    assert alice.post(where(rental, "message"), {}).status_code == 400
    assert alice.get(where(rental, "message/exemplaire")).status_code == 404

    alice.post(where(rental, "message"), sample())
    assert "En relecture" in page(alice.get(where(rental)))
    given = alice.get(where(rental, "message/exemplaire"))
    assert given.getvalue() == b"%PDF-1.7 courrier"


def test_a_subcontractor_is_declared_and_withdrawn(base: Base, cast: Cast, alice: Client) -> None:
    rental = started(cast, alice)
    helper = {"name": "Routage du Rhône", "siret": "900 000 027 00012", "role": "router"}

    wrong = alice.post(where(rental, "sous-traitants"), {**helper, "siret": "1"})
    assert wrong.context["form"].errors["siret"]
    alice.post(where(rental, "sous-traitants"), helper)
    assert "Routage du Rhône" in page(alice.get(where(rental)))

    one = rental.subcontractors.get()
    withdraw = where(rental, f"sous-traitants/{one.pk}/retirer")
    assert alice.post(withdraw).status_code == 302
    assert alice.post(withdraw).status_code == 404


def test_a_rental_goes_into_the_basket_once_it_has_a_use(
    base: Base, cast: Cast, alice: Client
) -> None:
    rental = started(cast, alice)
    alice.post(where(rental, "commander"))
    assert not CartLine.objects.exists()

    alice.post(where(rental, "usages"), USES)
    assert alice.post(where(rental, "commander")).headers["Location"] == "/espace/panier/"

    shown = page(alice.get("/espace/panier/"))
    assert "publipostage, une utilisation" in shown
    assert "120" in shown


def test_a_rental_is_renamed_and_abandoned(base: Base, cast: Cast, alice: Client) -> None:
    rental = started(cast, alice)
    alice.post(where(rental, "renommer"), {"name": "Braderie"})
    assert "Braderie" in page(alice.get(where(rental)))

    alice.post(where(rental, "abandonner"))

    assert alice.get(where(rental)).status_code == 404
    assert SavedTarget.objects.exists()


def test_an_empty_base_says_that_nothing_can_be_counted(
    cast: Cast, alice: Client, settings: LazySettings, tmp_path: Path
) -> None:
    settings.BASE_ROOT = tmp_path / "base"
    ensure_terms_published(NOW)
    desk.office.cache_clear()
    target = make_target(cast)

    answer = alice.post(
        "/espace/campagnes/locations/nouvelle", {"name": "Rhône", "target": target.pk}, follow=True
    )

    assert "La base n’est pas encore chargée" in page(answer)
    assert clock.now() is not None


def test_another_company_s_rental_does_not_exist_and_a_viewer_only_reads(
    base: Base, cast: Cast, alice: Client
) -> None:
    rental = started(cast, alice)
    charlie, vera = logged_in(cast.charlie), logged_in(cast.vera)

    for rest in ("", "cible", "usages", "message", "sous-traitants"):
        assert charlie.get(where(rental, rest)).status_code == 404
        assert vera.get(where(rental, rest)).status_code == 200
        if rest:
            assert vera.post(where(rental, rest), {}).status_code == 403
    assert vera.post(where(rental, "commander")).status_code == 403
    assert vera.get("/espace/campagnes/locations/nouvelle").status_code == 403
