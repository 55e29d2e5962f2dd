"""An advisor and a client look at the same target: opened, changed by both, named, closed."""

import re

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.audit.models import JournalEntry
from marketingconnect.targeting.models import LiveEvent, LiveSession, SavedTarget
from tests.cast import Cast, logged_in
from tests.targeting.stage import NOW, ON_ONE_WORKER, Base
from tests.web.client_area.test_targets import PIECES, make_target, text

pytestmark = [pytest.mark.django_db, ON_ONE_WORKER]


@pytest.fixture(autouse=True)
def noon(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_system_now", lambda: NOW)


@pytest.fixture
def alice(cast: Cast) -> Client:
    return logged_in(cast.alice)


@pytest.fixture
def marc(cast: Cast) -> Client:
    return logged_in(cast.marc)


def theirs(name: str, target: SavedTarget) -> str:
    return reverse(f"client_area:{name}", args=[target.pk])


def ours(name: str, target: SavedTarget) -> str:
    return reverse(f"back_office:{name}", args=[target.pk])


def test_each_sees_what_the_other_changes_with_a_name(
    cast: Cast, alice: Client, marc: Client
) -> None:
    target = make_target(cast, {"field": "age_band", "in": [3]})
    alice.post(theirs("target_session_start", target))
    assert "Attend un conseiller" in text(marc.get(reverse("back_office:targets")))
    marc.post(ours("target_session_start", target))

    marc.post(
        ours("target", target),
        {"base": '{"channel":["post"],"age_band":["3"]}', "channel": "post"},
        headers=PIECES,
    )

    panel = text(alice.get(theirs("target_session", target), {"apres": "0"}))
    assert "<strong>Marc Essai</strong> a retiré le critère Âge" in panel
    assert 'data-changed="1"' in panel
    assert "Marc Essai (conseiller)" in panel
    own = text(marc.get(ours("target_session", target), {"apres": "0"}))
    assert 'data-changed=""' in own
    assert "Alice Essai (client)" in own


def test_both_names_are_in_the_journal(cast: Cast, alice: Client, marc: Client) -> None:
    target = make_target(cast)
    marc.post(ours("target_session_start", target))
    alice.get(theirs("target", target))
    marc.post(ours("target_session_end", target))

    ended = JournalEntry.objects.get(action="live_session.ended")
    assert ended.after is not None
    assert ended.after["participants"] == ["Alice Essai", "Marc Essai"]
    assert ended.company_id == cast.bakery.pk
    assert JournalEntry.objects.get(action="live_session.started").actor_kind == "staff"


def test_an_advisor_changes_nothing_outside_a_session(cast: Cast, marc: Client) -> None:
    target = make_target(cast)

    shown = text(marc.get(ours("target", target)))
    answer = marc.post(ours("target", target), {"channel": "post", "sex": "2"}, headers=PIECES)

    assert "ouvrez une séance" in shown
    assert answer.status_code == 409
    target.refresh_from_db()
    assert target.criteria["where"]["all"] == []
    answer = marc.post(ours("target_population", target), {"population": "professionals"})
    assert answer.status_code == 409


def test_the_client_s_own_buttons_are_not_on_the_advisor_s_screen(
    cast: Cast, alice: Client, marc: Client
) -> None:
    target = make_target(cast)
    marc.post(ours("target_session_start", target))

    client, advisor = (
        text(alice.get(theirs("target", target))),
        text(marc.get(ours("target", target))),
    )

    for words in ("Supprimer", "Renommer", "Dupliquer", "Continuer vers la commande"):
        assert words in client
        assert words not in advisor
    assert "/espace/" not in re.sub(r"<header.*?</header>", "", advisor, flags=re.DOTALL)


def test_an_advisor_opens_a_first_target_for_a_client(cast: Cast, marc: Client) -> None:
    where = reverse("back_office:client_target_new", args=[cast.bakery.reference])

    answer = marc.post(where)

    target = SavedTarget.objects.get()
    assert answer.headers["Location"] == ours("target", target)
    assert target.company_id == cast.bakery.pk
    assert LiveSession.objects.get().started_side == "advisor"
    listed = reverse("back_office:client_targets", args=[cast.bakery.reference])
    assert "Avec Marc Essai" in text(marc.get(listed))


def test_a_closed_session_is_said_to_who_still_looks(
    cast: Cast, alice: Client, marc: Client
) -> None:
    target = make_target(cast)
    marc.post(ours("target_session_start", target))
    alice.post(theirs("target_session_end", target))

    panel = text(marc.get(ours("target_session", target)))

    assert "La séance est close" in panel
    assert 'data-open=""' in panel
    assert list(LiveEvent.objects.values_list("kind", flat=True))[-1] == "ended"


def test_the_stream_s_address_is_given_only_where_there_is_a_stream(
    cast: Cast, alice: Client, settings: LazySettings
) -> None:
    target = make_target(cast)
    alice.post(theirs("target_session_start", target))
    assert 'data-stream=""' in text(alice.get(theirs("target", target)))

    settings.LIVE_URL = "http://127.0.0.1:8003"

    assert "http://127.0.0.1:8003/direct?jeton=" in text(alice.get(theirs("target", target)))


def test_charlie_and_other_staff_see_nothing(cast: Cast) -> None:
    target = make_target(cast)
    charlie, ines = logged_in(cast.charlie), logged_in(cast.ines)

    assert charlie.get(theirs("target_session", target)).status_code == 404
    assert charlie.get(ours("target", target)).status_code == 403
    assert ines.get(ours("target", target)).status_code == 403
