"""The administrator writes, publishes and follows new terms and new prices."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.catalogue.models import PriceList, PriceTier
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState
from marketingconnect.terms import queries
from marketingconnect.terms.models import (
    AnnouncedChange,
    ClientChange,
    TermsDraft,
    TermsOrigin,
    TermsVersion,
)
from marketingconnect.terms.rules import ChangeKind
from marketingconnect.terms.services import announce_change, start_draft, tell_clients
from tests.browser import OpenPage
from tests.cast import logged_in
from tests.sale import Shop
from tests.web.axe import layout_faults_of, problems_of
from tests.web.reading import page

pytestmark = pytest.mark.django_db
HOME = "/gestion/conditions/"
DRAFT = f"{HOME}brouillon/"


@pytest.fixture
def odile(shop: Shop) -> Client:
    """The administrator; Alice's company has a contract."""
    shop.order(now=clock.now())
    return logged_in(shop.cast.admin)


@pytest.fixture
def draft(shop: Shop, odile: Client) -> TermsDraft:
    odile.post(reverse("back_office:terms_draft_start"))
    return TermsDraft.objects.get()


def typed(draft: TermsDraft, **changes: object) -> dict[str, object]:
    values = {"revision": draft.revision, "title": draft.title, "body": draft.body}
    return {**values, **changes}


def new_body(draft: TermsDraft) -> str:
    return draft.body.replace("7 jours calendaires", "9 jours calendaires")


def test_the_first_page_lists_versions_and_tariffs(odile: Client) -> None:
    shown = page(odile.get(HOME))

    assert "Version 1" in shown
    assert "Version 2" in shown
    assert "En vigueur" in shown
    assert "Conditions, version 2" in shown
    assert "N° 1" in shown


def test_a_draft_is_written_compared_and_published(odile: Client, draft: TermsDraft) -> None:
    assert "version précédente" in page(odile.get(DRAFT))

    saved = odile.post(DRAFT, typed(draft, body=new_body(draft)))
    assert saved.status_code == 302
    draft.refresh_from_db()
    assert "<del>7</del> <ins>9</ins>" in odile.get(f"{DRAFT}apercu").text
    first_day = odile.get(DRAFT).context["earliest"]
    answer = odile.post(
        f"{DRAFT}publier", {"revision": draft.revision, "in_force_from": first_day.isoformat()}
    )

    assert answer.status_code == 302
    version = TermsVersion.objects.latest("number")
    assert (version.number, version.origin) == (3, TermsOrigin.OPERATOR)
    assert version.in_force_from == first_day
    assert not TermsDraft.objects.exists()
    assert "Version 3 publiée" in page(odile.get(HOME))


def test_a_day_too_early_is_refused_with_the_first_one_possible(
    odile: Client, draft: TermsDraft
) -> None:
    odile.post(DRAFT, typed(draft, body=new_body(draft)))
    draft.refresh_from_db()
    first_day = odile.get(DRAFT).context["earliest"]
    too_early = first_day - timedelta(days=1)

    answer = odile.post(
        f"{DRAFT}publier", {"revision": draft.revision, "in_force_from": too_early.isoformat()}
    )

    assert answer.status_code == 400
    assert TermsVersion.objects.count() == 2
    assert "possible" in page(answer) or "dernier texte publié" in page(answer)


def test_a_draft_saved_meanwhile_is_not_saved_over(odile: Client, draft: TermsDraft) -> None:
    odile.post(DRAFT, typed(draft, title="CGV"))

    answer = odile.post(DRAFT, typed(draft, title="Autres"))

    assert answer.status_code == 400
    assert "entre-temps" in page(answer)
    assert "Autres" in answer.text
    assert TermsDraft.objects.get().title == "CGV"


def test_the_figures_of_a_draft_are_changed_within_their_range(
    odile: Client, draft: TermsDraft
) -> None:
    address = f"{DRAFT}chiffres"
    form = odile.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields}
    values = {name: "" if value is None else value for name, value in values.items()}
    values = {name: value for name, value in values.items() if value is not False}

    refused = odile.post(address, {**values, "change_notice_days": "0"})
    assert refused.status_code == 400
    kept = odile.post(address, {**values, "change_notice_days": "45", "minimum_order": "350.50"})

    assert kept.status_code == 302
    parameters = TermsDraft.objects.get().parameters
    assert parameters["change_notice_days"] == 45
    assert parameters["minimum_order"] == 350_50
    unchanged = {"change_notice_days", "minimum_order"}
    assert {k: v for k, v in parameters.items() if k not in unchanged} == {
        k: v for k, v in draft.parameters.items() if k not in unchanged
    }
    assert "30 → 45" in page(odile.get(DRAFT)) or "version précédente" in page(odile.get(DRAFT))
    assert "45" in odile.get(f"{DRAFT}apercu").text


def test_a_draft_is_thrown_away_once(odile: Client, draft: TermsDraft) -> None:
    odile.post(f"{DRAFT}jeter", {"revision": draft.revision})

    assert not TermsDraft.objects.exists()
    assert odile.get(DRAFT).status_code == 404
    assert odile.post(f"{DRAFT}jeter", {"revision": "x"}).status_code == 302


def test_a_new_tariff_keeps_the_prices_that_nobody_changed(odile: Client, shop: Shop) -> None:
    address = reverse("back_office:price_list_new")
    shown = odile.get(address)
    rows = [form for service in shown.context["rows"] for form in service.tiers]
    values = {form[name].html_name: form[name].value() for form in rows for name in form.fields}
    values = {name: "" if value is None else str(value) for name, value in values.items()}
    values["p0-0-price"] = "99.5"
    first_day: date = shown.context["earliest"]

    early = {**values, "title": "Tarif 2", "in_force_from": first_day - timedelta(days=1)}
    assert odile.post(address, early).status_code == 400
    assert PriceList.objects.count() == 1
    answer = odile.post(address, {**early, "in_force_from": first_day})

    assert answer.status_code == 302
    old, new = (PriceTier.objects.filter(item__price_list__number=n).count() for n in (1, 2))
    assert old == new
    prices = PriceTier.objects.filter(item__price_list__number=2).order_by("pk")
    assert prices[0].unit_price == 99.5
    assert "Tarif n° 2" in page(odile.get(HOME))
    assert AnnouncedChange.objects.filter(kind="prices", number=2).exists()


def test_a_tier_without_its_quantity_is_kept_and_explained(odile: Client) -> None:
    address = reverse("back_office:price_list_new")

    answer = odile.post(address, {"title": "T", "in_force_from": "", "p0-0-price": "12"})

    assert answer.status_code == 400
    assert "à partir de quelle quantité" in page(answer)


def test_a_refusal_in_time_ends_the_contract_and_a_late_one_does_not(
    odile: Client, shop: Shop
) -> None:
    Order.objects.update(state=OrderState.FIRM, firm_at=clock.now())
    change = announce_change(
        kind=ChangeKind.PRICES, number=9, in_force_from=clock.today(), now=clock.now()
    )
    tell_clients(change.pk, now=clock.now())
    client = ClientChange.objects.get(change=change)
    address = reverse("back_office:terms_refusal", args=[client.pk])
    told = f"{HOME}annonces/prices-9/"
    assert "Boulangerie Nadia" in page(odile.get(told))
    assert "Pas encore parti" in page(odile.get(told))

    today = clock.today().isoformat()
    missing = odile.post(address, {"posted_on": today, "received_on": today, "letter_number": ""})
    assert missing.status_code == 400
    assert "numéro de la lettre" in page(missing)
    sent = {"posted_on": today, "received_on": today, "letter_number": "1A 1"}
    assert odile.post(address, sent).status_code == 302

    assert "contrat à résilier" in page(odile.get(told))
    assert f"Résilier {shop.cast.bakery.orders.get().reference}" in page(odile.get(told))
    assert odile.post(address, sent).status_code == 400


@pytest.mark.browser
def test_the_pages_fit_and_can_be_read(
    odile: Client, shop: Shop, draft: TermsDraft, open_page: OpenPage
) -> None:
    odile.post(DRAFT, typed(draft, body=new_body(draft)))
    change = AnnouncedChange.objects.get(kind="terms", number=2)
    ClientChange.objects.create(
        change=change,
        company=shop.cast.bakery,
        told_at=clock.now(),
        refuse_until=clock.today(),
        applies_from=clock.today(),
    )
    addresses = [HOME, DRAFT, f"{DRAFT}apercu", f"{HOME}annonces/terms-2/", f"{HOME}tarif/nouveau"]
    for address in addresses:
        shown = open_page(odile, address)
        assert layout_faults_of(shown) == [], address
        shown.set_viewport_size({"width": 390, "height": 900})
        assert problems_of(shown) == [], address


def test_an_unknown_change_is_not_found(odile: Client) -> None:
    assert odile.get(f"{HOME}annonces/terms-99/").status_code == 404
    assert odile.get(f"{HOME}annonces/autre-1/").status_code == 404
    assert odile.get(f"{HOME}annonces/refus/999999").status_code == 404


def test_an_advisor_sees_none_of_it(shop: Shop) -> None:
    start_draft(by=shop.cast.admin, now=clock.now())
    marc = logged_in(shop.cast.marc)

    assert marc.get(HOME).status_code == 403
    assert marc.post(f"{DRAFT}jeter", {"revision": 1}).status_code == 403
    assert queries.draft() is not None
