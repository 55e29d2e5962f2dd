"""Every address of the site, and who may open it. An address missing from these tables fails."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from marketingconnect.accounts.roles import StaffRole
from marketingconnect.audit.models import JournalEntry
from tests.cast import logged_in
from tests.web.doors import BACK_OFFICE, CLIENT_AREA
from tests.web.scene import Address, Scene, addresses

pytestmark = pytest.mark.django_db

SECRETS = ("Brioches secrètes", "zoe1@example.org", "denis@example.org", "bob@example.org")


def written() -> int:
    """Entries of the journal; that a proof was read or taken is itself part of the proof (II.3)."""
    noted = ("signature.opened", "signature.downloaded")
    return JournalEntry.objects.exclude(action__in=noted).count()


def calls(scene: Scene, *audiences: str) -> Iterator[tuple[Address, str, str]]:
    """Each address of the scene's objects, asked and posted to."""
    for address in addresses(*audiences):
        for method in ("GET", "POST"):
            yield address, method, scene.url(address)


def status(client: Client, method: str, url: str) -> int:
    answer = client.generic(method, url, content_type="application/x-www-form-urlencoded")
    answer.getvalue()  # a file is closed once it is read
    return answer.status_code


def test_every_address_is_in_a_table() -> None:
    assert [each.short for each in addresses("client_area")] != []
    assert {each.short for each in addresses("client_area")} == set(CLIENT_AREA)
    assert {each.short for each in addresses("back_office")} == set(BACK_OFFICE)


def test_a_stranger_is_sent_to_the_log_in(scene: Scene) -> None:
    stranger = Client()
    for address, method, url in calls(scene, "client_area", "back_office"):
        answer = stranger.generic(method, url)
        refused = answer.status_code == 405
        to_log_in = answer.headers.get("Location", "").startswith(reverse("accounts:login"))
        assert refused or to_log_in, (address.name, method, answer.status_code)


def test_what_a_stranger_may_open_answers(scene: Scene) -> None:
    for address, method, url in calls(scene, "shop", "accounts", "tracking", "webhooks"):
        found = status(Client(), method, url)
        assert found in {200, 302, 400, 404, 405}, (address.name, method, found)


def test_another_company_s_objects_do_not_exist(scene: Scene) -> None:
    charlie = logged_in(scene.cast.charlie)
    before = JournalEntry.objects.count()
    for address, method, url in calls(scene, "client_area"):
        if address.parameters:
            allowed = method in CLIENT_AREA[address.short]
            expected = {404} if allowed else {404, 405}
            found = status(charlie, method, url)
            assert found in expected, (address.name, method, found)
    assert JournalEntry.objects.count() == before


def test_lists_hold_the_company_s_own_alone(scene: Scene) -> None:
    charlie = logged_in(scene.cast.charlie)
    for address in addresses("client_area"):
        if not address.parameters and "GET" in CLIENT_AREA[address.short]:
            shown = charlie.get(scene.url(address)).content.decode()
            for secret in (*SECRETS, scene.values["reference"], scene.values["public_name"]):
                assert secret not in shown, (address.name, secret)


def test_another_company_s_objects_cannot_be_posted_either(scene: Scene) -> None:
    """Ids in the body: a campaign, a file, a message, a company of Alice's."""
    charlie = logged_in(scene.cast.charlie)
    charlie.post(reverse("client_area:campaign_new"), {"name": "À moi"})
    mine = scene.cast.garage.email_campaigns.get().pk
    values = scene.values
    tries = [
        ("cart_add", (), {"offer": "email", "item_id": 1}),
        ("switch_company", (), {"company": scene.cast.bakery.reference}),
        ("campaign_recipients", (mine,), {"contact_file": values["file_id"]}),
        ("campaign_message", (mine,), {"message": values["message_id"]}),
    ]
    for name, args, typed in tries:
        answer = charlie.post(reverse(f"client_area:{name}", args=args), typed)
        assert answer.status_code in {400, 404}, (name, answer.status_code)


def test_members_do_what_their_role_allows(scene: Scene) -> None:
    """A refusal is 403 and comes before anything is written; the rest is never 403."""
    rank = {"viewer": 0, "own": 0, "editor": 1, "owner": 2}
    people = {"viewer": scene.cast.vera, "editor": scene.cast.bob}
    for role, person in people.items():
        browser, before = logged_in(person), written()
        for address, method, url in calls(scene, "client_area"):
            needed = CLIENT_AREA[address.short].get(method)
            if needed is None:
                assert status(browser, method, url) in {403, 405}, (address.name, method)
            elif rank[needed] > rank[role]:
                assert status(browser, method, url) == 403, (role, address.name, method)
            elif method == "GET":
                assert status(browser, method, url) != 403, (role, address.name, method)
        assert written() == before


def test_reading_writes_nothing(scene: Scene) -> None:
    alice, admin = logged_in(scene.cast.alice), logged_in(scene.cast.admin)
    before = written()
    for address in addresses("client_area", "back_office"):
        browser = alice if address.audience == "client_area" else admin
        found = status(browser, "GET", scene.url(address))
        assert found in {200, 302, 404, 405, 409}, (address.name, found)
    assert written() == before


@pytest.mark.parametrize("role", list(StaffRole))
def test_staff_open_the_pages_of_their_work(scene: Scene, role: StaffRole) -> None:
    person = next(each for each in scene.cast.staff if each.staff_role == role)
    browser = logged_in(person)
    for address, method, url in calls(scene, "back_office"):
        may = role is StaffRole.ADMINISTRATOR or role in BACK_OFFICE[address.short]
        found = status(browser, method, url)
        assert found < 500, (address.name, method, found)
        if may:
            assert found != 403, (role, address.name, method)
        else:
            assert found in {403, 405}, (role, address.name, method, found)


def test_clients_never_enter_the_back_office(scene: Scene) -> None:
    alice = logged_in(scene.cast.alice)
    for address, method, url in calls(scene, "back_office"):
        assert status(alice, method, url) in {403, 405}, (address.name, method)


def test_staff_have_no_company_to_act_for(scene: Scene) -> None:
    admin = logged_in(scene.cast.admin)
    for address, method, url in calls(scene, "client_area"):
        answer = admin.generic(method, url)
        home = answer.headers.get("Location") == reverse("back_office:home")
        refused = answer.status_code in {404, 405}
        assert home or refused, (address.name, method, answer.status_code)
