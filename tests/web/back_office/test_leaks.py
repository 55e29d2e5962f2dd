"""The DPO keeps the register of traps, and names the delivery that a file came from."""

from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from marketingconnect import storage
from marketingconnect.audit.models import JournalEntry
from marketingconnect.offers.list_rental.models import TrapPerson
from tests.cast import Cast, logged_in
from tests.offers.list_rental.conftest import renter
from tests.offers.list_rental.factories import Renter
from tests.web.reading import page
from tests.web.rented import delivered

__all__ = ["renter"]
TRAP = {
    "population": "consumers",
    "civility": "2",
    "first_name": "Odile",
    "last_name": "Garnier",
    "line4": "12 rue du Four",
    "postal_code": "69003",
    "town": "Lyon",
    "agreed_on": "2026-01-05",
    "agreement": "Dossier 12",
}


@pytest.fixture
def sofia(cast: Cast) -> Client:
    return logged_in(cast.sofia)


def test_a_leaked_file_names_its_delivery(renter: Renter, sofia: Client) -> None:
    delivery = delivered(renter, rows=400, settled=False, counted=410, times=10)
    with storage.open(delivery.files.get(format="csv").path) as kept, ZipFile(kept) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".csv"))
        lines = archive.read(name).decode("utf-8-sig").splitlines()
    leaked = "\n".join([lines[0], *sorted(line.upper() for line in lines[1:])])

    answer = sofia.post(
        "/gestion/fuites/", {"file": SimpleUploadedFile("trouve.csv", leaked.encode())}
    )

    shown = page(answer)
    assert f"provient de la livraison {delivery.reference}" in shown
    assert "Prouvée" in shown
    assert JournalEntry.objects.filter(action="leak.traced").count() == 1


def test_a_file_of_nowhere_names_nobody(renter: Renter, sofia: Client) -> None:
    file = SimpleUploadedFile("liste.csv", b"nom;rue;code postal;ville\nX;1 RUE Y;69003;LYON\n")

    shown = page(sofia.post("/gestion/fuites/", {"file": file}))

    assert "Aucune livraison" in shown


def test_what_is_no_list_is_said_by_its_field(renter: Renter, sofia: Client) -> None:
    for file in (None, SimpleUploadedFile("image.pdf", b"%PDF-1.7 xxx")):
        answer = sofia.post("/gestion/fuites/", {"file": file} if file else {})
        assert answer.status_code == 400


def test_a_letter_that_reached_a_trap_names_its_delivery(renter: Renter, sofia: Client) -> None:
    delivery = delivered(renter, settled=False)
    trap = delivery.manifest["traps"]
    assert trap > 0
    variant = TrapPerson.objects.filter(variants__isnull=False).first()
    assert variant is not None
    named = variant.variants.first()
    assert named is not None
    text = f"{named.first_name} {named.last_name}\n{variant.line4}\n{variant.postal_code}"

    shown = page(sofia.post("/gestion/fuites/pli", {"text": text}))

    assert delivery.reference in shown
    assert "Certaine" in shown
    nobody = page(sofia.post("/gestion/fuites/pli", {"text": "Zoé Personne 75001"}))
    assert "Aucune adresse piège" in nobody
    assert sofia.post("/gestion/fuites/pli", {"text": ""}).status_code == 400


def test_a_trap_is_added_with_its_agreement_and_withdrawn(cast: Cast, sofia: Client) -> None:
    assert "Aucune livraison n’est possible" in page(sofia.get("/gestion/fuites/pieges/"))
    sofia.post("/gestion/fuites/pieges/nouveau", TRAP)

    person = TrapPerson.objects.get()
    assert (person.town, person.departement, person.commune) == ("LYON", "69", "69383")
    assert "Dossier 12" in page(sofia.get("/gestion/fuites/pieges/"))
    sofia.post(f"/gestion/fuites/pieges/{person.pk}/retirer")
    assert "Retirée" in page(sofia.get("/gestion/fuites/pieges/"))
    assert sofia.post("/gestion/fuites/pieges/999999/retirer").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"town": "Brest"}, "town"),
        ({"postal_code": "690"}, "postal_code"),
        ({"first_name": ""}, "first_name"),
        ({"agreement": ""}, "agreement"),
        ({"phone": "12"}, "phone"),
    ],
)
def test_a_trap_that_would_show_is_refused(
    sofia: Client, changes: dict[str, str], field: str
) -> None:
    answer = sofia.post("/gestion/fuites/pieges/nouveau", {**TRAP, **changes})

    assert answer.status_code == 400
    assert answer.context["form"].errors[field]


def test_only_the_dpo_and_administrators_see_traps(cast: Cast) -> None:
    for person in (cast.marc, cast.ines, cast.paul, cast.lea):
        assert logged_in(person).get("/gestion/fuites/").status_code == 403
        assert logged_in(person).get("/gestion/fuites/pieges/").status_code == 403
    assert logged_in(cast.admin).get("/gestion/fuites/pieges/").status_code == 200
