"""The DPO finds a person's records and opposes them; the journal keeps no name."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from marketingconnect.audit.models import JournalEntry
from marketingconnect.base.people import PersonSought, find_people, oppositions_of
from marketingconnect.base.vocabulary import Channel
from marketingconnect.suppression.models import Suppression
from marketingconnect.terms.services import ensure_terms_published
from tests.base.made import NOON
from tests.cast import Cast, logged_in
from tests.web.back_office.base_scene import Base, make_base

PAGE = "/gestion/base/oppositions/"


@pytest.fixture
def base(cast: Cast, settings: LazySettings, tmp_path: Path) -> Base:
    settings.BASE_ROOT = tmp_path / "base"
    ensure_terms_published(NOON)
    return make_base(tmp_path)


@pytest.fixture
def sofia(cast: Cast) -> Client:
    return logged_in(cast.sofia)


def test_a_name_with_its_postal_code_finds_the_records(base: Base, sofia: Client) -> None:
    answer = sofia.post(PAGE, {"name": "essai 3 Camille", "postal_code": "01 000"})

    shown = answer.content.decode()
    assert "Essai 3 Camille" in shown
    assert "/oppositions/consumers/" in shown


def test_too_little_is_not_a_search(base: Base, sofia: Client) -> None:
    for typed in ({}, {"name": "Essai"}, {"phone": "12"}, {"siret": "1"}, {"email": "x"}):
        answer = sofia.post(PAGE, typed)
        assert answer.status_code == 400, typed


def test_nobody_found_leads_to_opposing_the_address(base: Base, sofia: Client) -> None:
    answer = sofia.post(PAGE, {"name": "Personne", "postal_code": "01000"})

    assert "pas dans la base en service" in answer.content.decode()


def test_an_opposition_is_recorded_on_the_channels_chosen(base: Base, sofia: Client) -> None:
    records = find_people(PersonSought(name="Essai", postal_code="01000"))
    found = next(record for record in records if Channel.PHONE in record.channels)
    page = f"{PAGE}consumers/{found.record_key}/"
    assert "J’accepte." in sofia.get(page).content.decode()
    assert sofia.post(page, {}).status_code == 400

    typed = {"channels": ["post", "phone"], "scope": "operator", "reason": "courrier du 3"}
    assert sofia.post(page, typed).status_code == 302

    assert set(oppositions_of(found)) == {Channel.POST, Channel.PHONE}
    assert "Opposé" in sofia.get(page).content.decode()
    entry = JournalEntry.objects.get(action="base.opposition_recorded")
    assert entry.after is not None
    assert entry.after["channels"] == ["post", "phone"]
    assert "Essai" not in str(entry.after)


def test_an_address_outside_the_base_is_opposed_too(base: Base, sofia: Client) -> None:
    typed = {"channel": "post", "address": "Martin Zoé, 3 rue du Four, 69001 Lyon"}
    typed |= {"scope": "everyone", "reason": "téléphone"}

    assert sofia.post(f"{PAGE}adresse", typed).status_code == 302
    assert Suppression.objects.get().channel == "post"
    wrong = sofia.post(f"{PAGE}adresse", {**typed, "channel": "email"})
    assert wrong.context["form"].errors["address"]


def test_what_is_not_a_record_is_not_found(base: Base, sofia: Client) -> None:
    for rest in ("consumers/1/", "personne/1/", f"consumers/{10**25}/"):
        assert sofia.get(PAGE + rest).status_code == 404
