"""The keepers of the base see what is in use, suspend a supplier, take a release back."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from marketingconnect.audit.models import JournalEntry
from marketingconnect.base.models import Release, RightOfUse, SireneVintage, Supplier, SupplierLoad
from marketingconnect.base.queries import published_release, usable_suppliers
from marketingconnect.base.services.checking import verify_and_note
from marketingconnect.base.vocabulary import Channel, Population, Purpose
from marketingconnect.clock import today
from marketingconnect.terms.services import ensure_terms_published
from tests.base.made import AS_OF, NOON
from tests.cast import Cast, logged_in
from tests.web.back_office.base_scene import Base, build, make_base

RIGHT = {
    "population": "consumers",
    "channels": ["post", "email"],
    "purposes": ["rental"],
    "starts_on": "2026-01-01",
    "contract_reference": "FR-2027",
}


@pytest.fixture
def base(cast: Cast, settings: LazySettings, tmp_path: Path) -> Base:
    settings.BASE_ROOT = tmp_path / "base"
    settings.FILES_ROOT = tmp_path / "files"
    ensure_terms_published(NOON)
    return make_base(tmp_path)


@pytest.fixture
def sofia(cast: Cast) -> Client:
    return logged_in(cast.sofia)


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return " ".join(answer.content.decode().replace("\u202f", " ").replace("\u00a0", " ").split())


def may_mail(base: Base) -> bool:
    usable = usable_suppliers(Population.CONSUMERS, Channel.POST, Purpose.RENTAL, today())
    return base.supplier.number in usable


def test_the_overview_says_what_is_in_use_and_how_old_it_is(base: Base, sofia: Client) -> None:
    SireneVintage.objects.create(
        vintage=today().replace(day=1), delivered_on=today(), loaded_on=today()
    )

    shown = text_of(sofia, "/gestion/base/")

    assert base.release.name in shown
    assert "60</span> fiches" in shown
    assert "À jour" in shown
    assert "il y a 0 jour" in shown
    assert "foyers-novembre.csv" in shown
    assert "every 2s" not in shown


def test_an_empty_base_says_so(cast: Cast, sofia: Client) -> None:
    ensure_terms_published(NOON)

    shown = text_of(sofia, "/gestion/base/")

    assert "Aucune version en service" in shown
    assert "Aucun stock du répertoire" in shown


def test_what_is_being_made_is_asked_again_until_it_is_done(base: Base, sofia: Client) -> None:
    SupplierLoad.objects.update(state="reading", step="lecture")

    shown = text_of(sofia, "/gestion/base/etat")

    assert "every 2s" in shown
    assert "lecture" in shown


def test_a_stock_near_its_thirtieth_day_is_told(base: Base, sofia: Client) -> None:
    from datetime import timedelta

    day = today()
    stock = SireneVintage.objects.create(
        vintage=day, delivered_on=day - timedelta(days=26), loaded_on=day
    )
    assert "À remplacer bientôt" in text_of(sofia, "/gestion/base/")

    SireneVintage.objects.filter(pk=stock.pk).update(delivered_on=day - timedelta(days=31))
    assert "En retard" in text_of(sofia, "/gestion/base/")


def test_advisors_read_and_change_nothing(base: Base, cast: Cast) -> None:
    marc = logged_in(cast.marc)
    number = base.supplier.number
    shown = text_of(marc, f"/gestion/base/fournisseurs/{number}/")

    assert "Suspendre" not in shown
    assert "Foyers du Rhône" in shown
    assert marc.get(f"/gestion/base/fournisseurs/{number}/suspendre").status_code == 403
    assert marc.get("/gestion/base/oppositions/").status_code == 403


def test_a_supplier_is_registered_then_given_its_right(base: Base, sofia: Client) -> None:
    made = sofia.post("/gestion/base/fournisseurs/nouveau", {"name": "Kiosques de France"})
    supplier = Supplier.objects.get(name="Kiosques de France")
    assert made.status_code == 302

    page = f"/gestion/base/fournisseurs/{supplier.number}/droits/nouveau"
    assert sofia.post(page, {}).status_code == 400
    assert sofia.post(page, RIGHT).status_code == 302

    assert supplier.rights.get().channels == ["post", "email"]


def test_what_a_supplier_cannot_be_is_said_by_its_field(base: Base, sofia: Client) -> None:
    page = "/gestion/base/fournisseurs/nouveau"

    twice = sofia.post(page, {"name": "Foyers du Rhône"})
    wrong = sofia.post(page, {"name": "Autre", "siren": "123"})

    assert twice.status_code == wrong.status_code == 400
    assert "s’appelle déjà" in twice.content.decode()
    assert wrong.context["form"].errors["siren"]


def test_a_right_that_ends_before_it_starts_is_refused(base: Base, sofia: Client) -> None:
    page = f"/gestion/base/fournisseurs/{base.supplier.number}/droits"

    new = sofia.post(f"{page}/nouveau", {**RIGHT, "ends_on": "2025-01-01"})
    end = sofia.post(f"{page}/{base.right_id}/fin", {"ends_on": "2025-01-01"})

    assert new.context["form"].errors["ends_on"]
    assert end.context["form"].errors["ends_on"]


def test_a_right_is_ended_on_a_day(base: Base, sofia: Client) -> None:
    page = f"/gestion/base/fournisseurs/{base.supplier.number}/droits/{base.right_id}/fin"

    sofia.post(page, {"ends_on": "2026-02-01"})

    assert str(RightOfUse.objects.get(pk=base.right_id).ends_on) == "2026-02-01"
    assert "Y mettre fin" not in text_of(
        sofia, f"/gestion/base/fournisseurs/{base.supplier.number}/"
    )


def test_a_contract_is_kept_and_given_back(base: Base, sofia: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    page = f"/gestion/base/fournisseurs/{base.supplier.number}/droits"
    contract = SimpleUploadedFile("contrat.pdf", b"%PDF-1.7 contrat")
    sofia.post(f"{page}/nouveau", {**RIGHT, "document": contract})
    right = RightOfUse.objects.exclude(document="").get()

    answer = sofia.get(f"{page}/{right.pk}/contrat")

    assert answer.getvalue() == b"%PDF-1.7 contrat"
    assert sofia.get(f"{page}/{base.right_id}/contrat").status_code == 404


def test_a_suspension_says_what_it_stops_and_takes_effect_at_once(
    base: Base, sofia: Client
) -> None:
    page = f"/gestion/base/fournisseurs/{base.supplier.number}"
    assert may_mail(base)
    assert "dès le prochain comptage" in text_of(sofia, f"{page}/suspendre")
    assert sofia.post(f"{page}/suspendre", {"reason": " "}).status_code == 400

    sofia.post(f"{page}/suspendre", {"reason": "Plaintes répétées"})

    assert not may_mail(base)
    assert "Plaintes répétées" in text_of(sofia, f"{page}/")
    assert "Plaintes répétées" in text_of(sofia, "/gestion/base/")

    sofia.post(f"{page}/reprendre", {"reason": "Contrôle passé"})
    assert may_mail(base)


def test_a_file_says_what_was_kept_and_why_the_rest_was_not(base: Base, sofia: Client) -> None:
    shown = text_of(sofia, f"/gestion/base/fichiers/{base.load.pk}/")

    assert "Cette personne est mineure." in shown
    assert "Téléphone fixe : La preuve manque." in shown
    assert "foyers-novembre.csv" in text_of(sofia, "/gestion/base/fichiers/")


def test_the_report_of_a_file_is_a_table_for_its_supplier(base: Base, sofia: Client) -> None:
    answer = sofia.get(f"/gestion/base/fichiers/{base.load.pk}/rapport.csv")

    lines = answer.content.decode("utf-8-sig").splitlines()

    assert lines[1:3] == ["Lues;;120", "Gardées;;100"]
    assert "Refusées;Cette personne est mineure.;15" in lines


def test_a_release_shows_its_counts_and_its_seal(base: Base, sofia: Client) -> None:
    shown = text_of(sofia, f"/gestion/base/versions/{base.release.name}/")

    assert base.release.manifest_sha256 in shown
    assert "Foyers du Rhône" in shown
    assert base.release.name in text_of(sofia, "/gestion/base/versions/")
    assert sofia.get("/gestion/base/versions/consumers-2020-01-01-01/").status_code == 404


def test_a_release_is_read_again_on_demand_and_the_answer_is_kept(
    base: Base, sofia: Client
) -> None:
    page = f"/gestion/base/versions/{base.release.name}/"
    sofia.post(f"{page}verifier")
    assert "en cours" in text_of(sofia, page)

    assert verify_and_note(base.release.name, now=NOON)
    assert "Tous les fichiers sont ceux qui ont été publiés." in text_of(sofia, page)

    part = next(base.release.path.glob("part-*.parquet"))
    part.write_bytes(part.read_bytes()[:-1] + b"!")
    assert not verify_and_note(base.release.name, now=NOON)
    assert "n’est plus celui d’origine" in text_of(sofia, page)


def test_going_back_asks_a_reason_and_says_what_changes(
    base: Base, sofia: Client, tmp_path: Path
) -> None:
    later = build(tmp_path / "later", rows=30)
    page = f"/gestion/base/versions/{base.release.name}/reprendre"
    assert later.name in text_of(sofia, page)
    assert sofia.post(page, {}).status_code == 400

    sofia.post(page, {"reason": "Le dernier fichier est faux"})

    found = published_release(Population.CONSUMERS)
    assert found is not None
    assert found.name == base.release.name
    assert sofia.post(page, {"reason": "Encore"}).status_code == 409


def test_a_release_whose_files_changed_is_not_taken_back(
    base: Base, sofia: Client, tmp_path: Path
) -> None:
    build(tmp_path / "later", rows=30)
    next(base.release.path.glob("part-*.parquet")).unlink()

    answer = sofia.post(
        f"/gestion/base/versions/{base.release.name}/reprendre", {"reason": "Essai"}
    )

    assert answer.status_code == 400
    assert "manque" in answer.content.decode()


def test_the_files_of_a_removed_release_are_not_asked_for(base: Base, sofia: Client) -> None:
    Release.objects.update(state="removed")

    answer = sofia.post(f"/gestion/base/versions/{base.release.name}/verifier")

    assert answer.status_code == 409


def test_each_act_leaves_its_line_on_the_page(base: Base, sofia: Client) -> None:
    page = f"/gestion/base/fournisseurs/{base.supplier.number}/"
    sofia.post(f"{page}suspendre", {"reason": "Essai"})

    assert "Fournisseur suspendu" in text_of(sofia, page)
    assert JournalEntry.objects.filter(action="base.supplier_suspended").count() == 1
    assert AS_OF.year == 2026
