"""Targets of the client area: chosen, counted, kept, compared; who may see and change them."""

import csv
import io
import json
import re

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.models import JournalEntry
from marketingconnect.base.models import Release
from marketingconnect.catalogue.demo_data import publish_demo_price_list
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.models import CountLog, SavedTarget
from marketingconnect.targeting.saving import keep_target
from tests.cast import Cast, logged_in
from tests.sale import CLERK
from tests.sending.factories import make_contact_file
from tests.targeting.stage import NOW, ON_ONE_WORKER, Base

pytestmark = [pytest.mark.django_db, ON_ONE_WORKER]
PIECES = {"X-Pieces": "1"}


@pytest.fixture(autouse=True)
def noon(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_system_now", lambda: NOW)
    publish_demo_price_list(actor=CLERK, now=NOW)


@pytest.fixture
def alice(cast: Cast) -> Client:
    return logged_in(cast.alice)


def page(name: str, *args: object) -> str:
    return reverse(f"client_area:{name}", args=args)


def make_target(
    cast: Cast,
    *where: object,
    name: str = "Familles",
    population: str = "consumers",
    **more: object,
) -> SavedTarget:
    criteria = {
        "version": 1,
        "population": population,
        "channel": "post",
        "use": "rental",
        "where": {"all": list(where)},
    }
    return keep_target(
        company_id=cast.bakery.pk,
        name=name,
        criteria=Criteria.from_json(criteria),
        user_id=cast.alice.pk,
        actor=Actor.user(cast.alice.pk, "Alice"),
        now=NOW,
    )


def text(answer: object) -> str:
    content: str = answer.content.decode()  # type: ignore[attr-defined]
    return re.sub(r"[\u00a0\u202f]", " ", content)


def number(answer: object) -> int:
    found = re.search(r'count-number"[^>]*><span class="figures">([\d ]+)</span>', text(answer))
    assert found, "no count on the page"
    return int(found[1].replace(" ", ""))


def test_a_new_target_begins_with_one_letter_a_household(cast: Cast, alice: Client) -> None:
    answer = alice.post(page("target_new"), {"name": "Familles", "population": "consumers"})

    target = SavedTarget.objects.get()
    assert answer.headers["Location"] == page("target", target.pk)
    assert target.criteria["one_per"] == "household"
    shown = text(alice.get(page("target", target.pk)))
    assert "foyers" in shown
    assert "base du 25 nov. 2026 · compté à 10:00" in shown
    assert "Continuer" in shown


def test_the_number_and_the_price_follow_what_is_chosen(cast: Cast, alice: Client) -> None:
    target = make_target(cast)
    everybody = number(alice.get(page("target", target.pk)))

    answer = alice.post(
        page("target", target.pk),
        {"base": "{}", "channel": "post", "place": "departement:69"},
        headers=PIECES,
    )

    assert 10 < number(answer) < everybody
    assert "€ HT" in text(answer)
    assert "210,00 € le mille" in text(answer) or "180,00 € le mille" in text(answer)
    target.refresh_from_db()
    assert target.criteria["where"]["all"] == [{"field": "departement", "in": ["69"]}]


def test_without_a_script_the_button_gives_the_same_number(cast: Cast, alice: Client) -> None:
    target = make_target(cast)
    typed = {"base": "{}", "channel": "post", "place": "departement:69", "sex": "2"}

    with_script = number(alice.post(page("target", target.pk), typed, headers=PIECES))
    answer = alice.post(page("target", target.pk), typed)

    assert answer.headers["Location"] == page("target", target.pk)
    assert number(alice.get(page("target", target.pk))) == with_script


def test_places_and_activities_are_searched_without_a_script_too(cast: Cast, alice: Client) -> None:
    target = make_target(cast, population="professionals")
    url = page("target", target.pk)

    shown = text(alice.post(url, {"channel": "post", "look": "places", "q": "vienne"}))
    assert 'value="commune:38544"' in shown
    shown = text(alice.post(url, {"channel": "post", "look": "naf", "naf_q": "boulang"}))
    assert 'value="10.71C"' in shown
    shown = text(alice.post(url, {"channel": "post", "look": "naf:56"}))
    assert 'value="56.1"' in shown


def test_what_is_looked_up_as_one_types(cast: Cast, alice: Client) -> None:
    assert "Vienne" in text(alice.get(page("target_places"), {"q": "vienn"}))
    assert "Aucun lieu" in text(alice.get(page("target_places"), {"q": "xyzxyz"}))
    assert "10.71C" in text(alice.get(page("target_activities"), {"q": "boulang"}))
    assert "56.10A" in text(alice.get(page("target_activities"), {"sous": "56.10"}))


def test_an_error_is_said_in_french_and_the_last_number_that_held_stays(
    cast: Cast, alice: Client
) -> None:
    target = make_target(cast)
    before = number(alice.get(page("target", target.pk)))

    answer = alice.post(
        page("target", target.pk),
        {"base": "{}", "channel": "post", "sample": "plein"},
        headers=PIECES,
    )

    assert answer.status_code == 400
    assert "Tapez un nombre entier" in text(answer)
    assert 'value="plein"' in text(answer)
    assert number(answer) == before
    target.refresh_from_db()
    assert target.criteria["sample"] is None


def test_fewer_than_eleven_homes_are_not_told(cast: Cast, alice: Client) -> None:
    target = make_target(
        cast,
        {"field": "commune", "in": ["48095"]},
        {"field": "age_band", "in": [13]},
        {"field": "income_band", "in": [1]},
    )

    shown = text(alice.get(page("target", target.pk)))

    assert "Moins de 11 foyers" in shown
    assert "Élargissez le ciblage" in shown
    assert "Par âge" not in shown


def test_two_counts_that_would_point_at_a_home_are_not_told_one_after_the_other(
    cast: Cast, alice: Client
) -> None:
    near = {"zone": 0, "x": 842000, "y": 6519000, "label": "Lyon"}
    url = page("target", make_target(cast).pk)
    told = []
    for metres in range(3_000, 3_400, 20):
        token = f"near:0:{near['x']}:{near['y']}:{metres}:Lyon"
        answer = alice.post(url, {"channel": "post", "place": token}, headers=PIECES)
        told.append("Trop proche" in text(answer))

    assert not told[0]
    assert any(told)
    assert CountLog.objects.exists()


def test_the_details_say_areas_kinds_and_what_each_criterion_removes(
    cast: Cast, alice: Client
) -> None:
    target = make_target(
        cast, {"field": "departement", "in": ["69", "48"]}, {"field": "sex", "in": [2]}
    )

    shown = text(alice.get(page("target_details", target.pk)))

    assert 'data-token="departement:69"' in shown
    assert "Rhône (69)" in shown
    assert "Par âge" in shown
    assert "Ce que chaque critère retire" in shown
    assert "Sexe : Femmes" in shown
    communes = text(alice.get(page("target_details", target.pk), {"departement": "69"}))
    assert 'data-token="commune:69381"' in communes
    assert 'data-token="commune:48' not in communes


def test_professionals_are_counted_with_the_vintage_of_the_register(
    cast: Cast, alice: Client
) -> None:
    target = make_target(cast, {"field": "departement", "in": ["69"]}, population="professionals")

    shown = text(alice.get(page("target", target.pk)))

    assert "SIRENE de novembre 2026" in shown
    assert "établissements" in shown
    assert "Par effectif" in shown


def test_the_other_population_keeps_the_places(cast: Cast, alice: Client) -> None:
    target = make_target(cast, {"field": "departement", "in": ["69"]}, {"field": "sex", "in": [2]})

    alice.post(page("target_population", target.pk), {"population": "professionals"})

    target.refresh_from_db()
    assert target.population == "professionals"
    assert target.criteria["where"]["all"] == [{"field": "departement", "in": ["69"]}]
    alice.post(page("target_population", target.pk), {"population": "martiens"})
    target.refresh_from_db()
    assert target.population == "professionals"


def test_two_windows_keep_each_other_s_changes(cast: Cast, alice: Client) -> None:
    target = make_target(cast)
    base = json.dumps({"channel": ["post"]})
    url = page("target", target.pk)

    alice.post(url, {"base": base, "channel": "post", "sex": "2"}, headers=PIECES)
    alice.post(url, {"base": base, "channel": "post", "age_band": "3"}, headers=PIECES)

    target.refresh_from_db()
    fields = {part["field"]: part["in"] for part in target.criteria["where"]["all"]}
    assert fields == {"sex": [2], "age_band": [3]}


def test_the_figures_leave_as_a_file(cast: Cast, alice: Client) -> None:
    target = make_target(cast, {"field": "departement", "in": ["69"]}, name="=Familles")

    answer = alice.get(page("target_csv", target.pk))

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Cible", "'=Familles"]
    total = next(row[1] for row in rows if row[:1] == ["Nombre"])
    assert ["Rhône (69)", total] in rows


def test_targets_are_listed_renamed_copied_and_put_away(cast: Cast, alice: Client) -> None:
    target = make_target(cast, {"field": "departement", "in": ["69"]})
    assert "Rhône (département)" in text(alice.get(page("targets")))

    alice.post(page("target_rename", target.pk), {"name": "Mes familles"})
    alice.post(page("target_duplicate", target.pk))
    alice.post(page("target_delete", target.pk))

    shown = text(alice.get(page("targets")))
    assert "Mes familles (copie)" in shown
    assert SavedTarget.objects.filter(deleted_at=None).count() == 1
    assert alice.get(page("target", target.pk)).status_code == 404
    acts = set(JournalEntry.objects.values_list("action", flat=True))
    assert {"target.created", "target.renamed", "target.deleted"} <= acts
    copy = SavedTarget.objects.get(deleted_at=None)
    assert alice.post(page("target_rename", copy.pk), {"name": ""}).status_code == 400


def test_two_targets_are_compared(cast: Cast, alice: Client) -> None:
    a = make_target(cast, {"field": "departement", "in": ["69", "48"]}, name="A")
    b = make_target(cast, {"field": "departement", "in": ["69", "2A"]}, name="B")

    shown = text(alice.get(page("target_compare"), {"a": a.pk, "b": b.pk}))

    labels = ["Dans les deux", "Dans l’une ou l’autre", "Seulement dans « A »"]
    counts = {
        label: int(found[1].replace(" ", ""))
        for label in [">A", ">B", *labels]
        if (found := re.search(f'{label}</th><td class="num">([\\d ]+)<', shown))
    }
    assert counts[labels[1]] == counts[">A"] + counts[">B"] - counts[labels[0]]
    assert counts[labels[2]] == counts[">A"] - counts[labels[0]]


def test_a_target_is_not_compared_with_itself_nor_with_the_other_population(
    cast: Cast, alice: Client
) -> None:
    a = make_target(cast, name="A")
    pro = make_target(cast, name="P", population="professionals")

    for other, words in (
        (a.pk, "deux cibles différentes"),
        (pro.pk, "même population"),
        (0, "liste"),
    ):
        answer = alice.get(page("target_compare"), {"a": a.pk, "b": other})
        assert answer.status_code == 400
        assert words in text(answer)


def test_a_file_that_is_not_one_s_own_cannot_be_left_out(
    cast: Cast, alice: Client, settings: LazySettings
) -> None:
    foreign = make_contact_file(cast.garage, ["zoe@example.org"])
    target = make_target(cast)

    answer = alice.post(
        page("target", target.pk), {"channel": "post", "stop_file": str(foreign.pk)}, headers=PIECES
    )

    assert answer.status_code == 400
    assert "pas dans votre liste" in text(answer)
    target.refresh_from_db()
    assert target.criteria["exclude"]["file"] is None


NAMES = (
    "target", "target_details", "target_csv", "target_population", "target_rename",
    "target_duplicate", "target_delete", "target_session", "target_session_start",
    "target_session_end",
)  # fmt: skip


def test_charlie_gets_404(cast: Cast) -> None:
    target = make_target(cast)
    charlie = logged_in(cast.charlie)
    before = JournalEntry.objects.count()

    for name in NAMES:
        for answer in (charlie.get(page(name, target.pk)), charlie.post(page(name, target.pk))):
            assert answer.status_code in {404, 405}, name
    assert charlie.get(page("target_compare"), {"a": target.pk, "b": target.pk}).status_code == 400
    assert "Familles" not in text(charlie.get(page("targets")))
    assert JournalEntry.objects.count() == before


def test_a_viewer_looks_and_changes_nothing(cast: Cast) -> None:
    target = make_target(cast)
    vera = logged_in(cast.vera)

    assert vera.get(page("target", target.pk)).status_code == 200
    for name in NAMES:
        if name not in {"target_details", "target_csv", "target_session"}:
            assert vera.post(page(name, target.pk), {"sex": "2"}).status_code == 403, name
    target.refresh_from_db()
    assert target.criteria["where"]["all"] == []


def test_without_a_base_the_page_says_so(cast: Cast, alice: Client, base: Base) -> None:
    Release.objects.all().delete()
    target = make_target(cast)

    shown = text(alice.get(page("target", target.pk)))

    assert "Pas de comptage" in shown
    assert "La base n’est pas encore chargée" in shown
