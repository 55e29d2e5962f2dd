"""The contact files, as the client sees them."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from marketingconnect.contacts import usage
from marketingconnect.contacts.models import Contact, ContactFile
from marketingconnect.contacts.rules import FileUse
from marketingconnect.contacts.samples import write_messy_file
from marketingconnect.contacts.services import clear_cancelled, erase_file, fail_import
from marketingconnect.contacts.services.whole import import_to_the_end
from marketingconnect.contacts.tasks import measure_quality
from tests.cast import Cast, logged_in
from tests.contacts.conftest import NOON

pytestmark = pytest.mark.django_db
LIST = "email;Prénom;Religion;Pain\nanne@example.org;Anne;x;Seigle\nbob;Bob;x;\n".encode("cp1252")
ORIGIN = {
    "legal_basis": "consent",
    "proof": "Bulletins remplis en boutique",
    "collected_from": "2025-01-01",
    "collected_to": "2026-01-01",
    "attested": "on",
}


@pytest.fixture(autouse=True)
def own_storage(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"


@pytest.fixture
def alice(cast: Cast) -> Client:
    return logged_in(cast.alice)


def drop(client: Client, content: bytes = LIST, name: str = "clients.csv") -> int:
    response = client.post(
        reverse("client_area:file_new"), {"list_file": SimpleUploadedFile(name, content)}
    )
    assert response.status_code == 302, response.content.decode()
    return ContactFile.objects.latest("pk").pk


def page(name: str, file_id: int) -> str:
    return reverse(f"client_area:{name}", args=[file_id])


def confirm(client: Client, file_id: int, **changes: str) -> None:
    typed = {"action": "confirm", "header": "on", "column_0": "email", "column_1": "first_name"}
    response = client.post(page("file_columns", file_id), {**typed, **changes})
    assert response.status_code == 302, response.content.decode()


def declare(client: Client, file_id: int) -> None:
    assert client.post(page("file_origin", file_id), ORIGIN).status_code == 302


def imported(client: Client, content: bytes = LIST) -> int:
    file_id = drop(client, content)
    confirm(client, file_id)
    declare(client, file_id)
    import_to_the_end(file_id, now=lambda: NOON)
    return file_id


def text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def test_without_a_file_the_page_says_what_to_do(alice: Client) -> None:
    shown = text(alice, reverse("client_area:files"))

    assert "Aucune liste pour le moment" in shown
    assert reverse("client_area:file_new") in shown


def test_a_list_goes_from_the_computer_to_the_contacts(alice: Client) -> None:
    file_id = drop(alice)
    columns = text(alice, page("file_columns", file_id))
    assert "révèle la religion" in columns
    assert "column_2" not in columns
    assert "Seigle" in columns
    confirm(alice, file_id, column_3="extra:Pain")
    assert "D’où viennent ces adresses" in text(alice, page("file_origin", file_id))
    declare(alice, file_id)
    assert "Import en cours" in text(alice, page("file", file_id))
    import_to_the_end(file_id, now=lambda: NOON)

    result = text(alice, page("file", file_id))
    assert "une seule, le signe @" in result
    assert "2 lignes lues : 1 prise" in result
    assert Contact.objects.get().fields == {"first_name": "Anne", "pain": "Seigle"}
    assert "clients.csv" in text(alice, reverse("client_area:files"))


def test_the_demo_list_of_5000_rows_is_counted_exactly(alice: Client, tmp_path: Path) -> None:
    path = tmp_path / "messy.csv"
    expected = write_messy_file(path)
    file_id = drop(alice, path.read_bytes())
    found = ContactFile.objects.get(pk=file_id)
    guessed = {f"column_{index}": target for index, target in found.mapping.items()}
    confirm(alice, file_id, **guessed)
    declare(alice, file_id)
    import_to_the_end(file_id, now=lambda: NOON)

    found.refresh_from_db()
    assert (found.rows_read, found.accepted, found.duplicates, found.refused) == (
        expected.rows,
        expected.accepted,
        expected.duplicates,
        dict(expected.refused),
    )


def test_refused_rows_are_downloaded_with_their_reason_and_no_formula(alice: Client) -> None:
    file_id = imported(alice, b"email;nom\n=cmd|x;A\nanne@example.org;B\n")

    response = alice.get(page("file_refused", file_id))
    lines = response.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0] == "Ligne;Motif du refus;Votre ligne"
    assert lines[1].endswith(';"\'=cmd|x;A"')
    assert "attachment" in response["Content-Disposition"]


def test_addresses_to_look_at_again_are_shown_and_downloaded(alice: Client) -> None:
    file_id = imported(alice, b"email;nom\nanne@gmial.com;A\nbob@example.org;B\n")
    assert "Qualité des adresses" not in text(alice, page("file", file_id))
    measure_quality(file_id=file_id)

    shown = text(alice, page("file", file_id))
    assert "Qualité des adresses" in shown
    assert "gmail.com" in shown
    lines = alice.get(page("file_doubtful", file_id)).getvalue().decode("utf-8-sig").splitlines()
    assert lines[1:] == ["2;anne@gmial.com;Nom de domaine sans doute mal tapé;anne@gmail.com"]


def test_contacts_are_given_back(alice: Client) -> None:
    file_id = imported(alice)

    response = alice.get(page("file_export", file_id))
    assert response.getvalue().decode("utf-8-sig").splitlines() == [
        "Adresse e-mail;Prénom",
        "anne@example.org;Anne",
    ]


def test_a_file_that_is_not_a_list_is_refused_by_its_field(alice: Client) -> None:
    for content, said in ((b"%PDF-1.4 x", "PDF"), (b"", "vide"), (b"\n\n", "lignes vides")):
        response = alice.post(
            reverse("client_area:file_new"),
            {"list_file": SimpleUploadedFile("x.csv", content), "name": "Fidèles"},
        )
        assert response.status_code == 400
        assert said in response.content.decode()
        assert "Fidèles" in response.content.decode()
    assert not ContactFile.objects.exists()


def test_no_file_at_all_is_told_too(alice: Client) -> None:
    response = alice.post(reverse("client_area:file_new"), {})

    assert response.status_code == 400
    assert "Choisissez un fichier" in response.content.decode()


def test_a_file_too_large_gets_its_own_page(alice: Client, settings: Settings) -> None:
    settings.CONTACT_FILE_MAX_BYTES = 10

    response = alice.post(
        reverse("client_area:file_new"), {"list_file": SimpleUploadedFile("x.csv", LIST)}
    )
    assert response.status_code == 413
    assert not ContactFile.objects.exists()


def test_other_settings_read_the_file_again_without_confirming(alice: Client) -> None:
    file_id = drop(alice)

    response = alice.post(
        page("file_columns", file_id),
        {"action": "read", "encoding": "mac-roman", "separator": ";", "header": "on"},
    )
    assert response.status_code == 200
    assert "PrÈnom" in response.content.decode()
    assert ContactFile.objects.get(pk=file_id).state == "uploaded"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"column_0": "", "column_1": ""}, "quelle colonne contient les adresses"),
        ({"column_0": "email", "column_1": "email"}, "Une autre colonne a déjà ce sens"),
        ({"column_0": "password"}, "Sélectionnez un choix valide"),
        ({"column_0": "email", "separator": "x"}, "Sélectionnez un choix valide"),
    ],
)
def test_wrong_columns_are_told_and_nothing_moves(
    alice: Client, typed: dict[str, str], said: str
) -> None:
    file_id = drop(alice)

    response = alice.post(
        page("file_columns", file_id), {"action": "confirm", "header": "on", **typed}
    )
    assert response.status_code == 400
    assert said in response.content.decode()
    assert ContactFile.objects.get(pk=file_id).state == "uploaded"


def test_a_sensitive_column_forced_into_the_form_is_not_taken(alice: Client) -> None:
    file_id = drop(alice)

    confirm(alice, file_id, column_2="extra:Religion")

    assert ContactFile.objects.get(pk=file_id).mapping == {"0": "email", "1": "first_name"}


def test_an_incomplete_declaration_keeps_what_was_typed(alice: Client) -> None:
    file_id = drop(alice)
    confirm(alice, file_id)

    response = alice.post(
        page("file_origin", file_id), {"proof": "Bulletins de la boutique", "collected_to": "x"}
    )
    shown = response.content.decode()
    assert response.status_code == 400
    assert "Bulletins de la boutique" in shown
    assert "Écrivez une date" in shown
    assert "Cochez cette case" in shown
    assert ContactFile.objects.get(pk=file_id).state == "mapped"


def test_the_bar_moves_and_then_gives_way_to_the_page(alice: Client) -> None:
    file_id = drop(alice)
    confirm(alice, file_id)
    declare(alice, file_id)
    asked = {"HX-Request": "true"}

    assert "progress" in alice.get(page("file_progress", file_id), headers=asked).content.decode()
    assert alice.get(page("file_progress", file_id)).status_code == 302
    import_to_the_end(file_id, now=lambda: NOON)
    assert alice.get(page("file_progress", file_id), headers=asked)["HX-Refresh"] == "true"


def test_an_import_is_stopped_and_can_start_over(alice: Client) -> None:
    file_id = drop(alice)
    confirm(alice, file_id)
    declare(alice, file_id)

    assert alice.post(page("file_cancel", file_id)).status_code == 302
    assert "Arrêt de l’import" in text(alice, page("file", file_id))
    import_to_the_end(file_id, now=lambda: NOON)
    assert clear_cancelled(file_id).state == "mapped"
    assert not Contact.objects.exists()
    declare(alice, file_id)
    import_to_the_end(file_id, now=lambda: NOON)
    assert ContactFile.objects.get(pk=file_id).accepted == 1
    assert alice.post(page("file_cancel", file_id)).status_code == 409


def test_a_failure_says_why_and_offers_to_try_again(alice: Client) -> None:
    file_id = drop(alice)
    confirm(alice, file_id)
    declare(alice, file_id)
    fail_import(file_id, failure="Le fichier déposé n’est plus là.", now=NOON)

    assert "n’est plus là" in text(alice, page("file", file_id))
    assert alice.post(page("file_restart", file_id)).status_code == 302
    assert ContactFile.objects.get(pk=file_id).state == "importing"
    assert alice.post(page("file_restart", file_id)).status_code == 409


def test_settings_no_longer_change_once_the_import_has_begun(alice: Client) -> None:
    file_id = imported(alice)

    assert alice.get(page("file_columns", file_id)).status_code == 409
    assert alice.post(page("file_origin", file_id), ORIGIN).status_code == 409


def test_a_file_is_deleted_with_a_certificate(alice: Client) -> None:
    file_id = imported(alice)
    assert "1 adresse sera effacée" in text(alice, page("file_delete", file_id))

    assert alice.post(page("file_delete", file_id)).status_code == 302
    assert "Suppression en cours" in text(alice, page("file", file_id))
    erase_file(file_id, now=NOON)
    certificate = text(alice, page("file", file_id))
    assert "Attestation de suppression" in certificate
    assert ContactFile.objects.get(pk=file_id).sha256 in certificate
    assert not Contact.objects.exists()
    assert "clients.csv" not in text(alice, reverse("client_area:files"))
    assert alice.post(page("file_delete", file_id)).status_code == 409


def test_a_file_that_a_campaign_needs_stays(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    file_id = imported(alice)
    monkeypatch.setitem(usage._sources, "test", lambda _: [FileUse("Noël", None)])

    assert "« Noël »" in text(alice, page("file_delete", file_id))
    assert alice.post(page("file_delete", file_id)).status_code == 409
    assert ContactFile.objects.get(pk=file_id).state == "imported"


PAGES = [
    "file", "file_columns", "file_origin", "file_progress", "file_refused", "file_doubtful",
    "file_export", "file_delete",
]  # fmt: skip


def test_charlie_gets_404_for_everything(alice: Client, cast: Cast) -> None:
    file_id = imported(alice)
    charlie = logged_in(cast.charlie)

    for name in PAGES:
        assert charlie.get(page(name, file_id)).status_code == 404, name
    for name in ("file_cancel", "file_restart", "file_delete", "file_columns", "file_origin"):
        assert charlie.post(page(name, file_id)).status_code == 404, name
    assert "clients.csv" not in text(charlie, reverse("client_area:files"))


def test_a_reader_sees_and_changes_nothing(alice: Client, cast: Cast) -> None:
    file_id = imported(alice)
    vera = logged_in(cast.vera)

    assert "Supprimer" not in text(vera, page("file", file_id))
    for name in ("file_cancel", "file_delete", "file_origin"):
        assert vera.post(page(name, file_id)).status_code == 403, name
    assert vera.post(reverse("client_area:file_new")).status_code == 403


def test_a_column_s_own_title_is_no_formula_either(alice: Client) -> None:
    file_id = drop(alice, b"email;=cmd|x\nanne@example.org;@A1\n")
    confirm(alice, file_id, column_1="extra:=cmd|x")
    declare(alice, file_id)
    import_to_the_end(file_id, now=lambda: NOON)

    lines = alice.get(page("file_export", file_id)).getvalue().decode("utf-8-sig").splitlines()
    assert lines == ["Adresse e-mail;'=cmd|x", "anne@example.org;'@A1"]
