"""The message pages, without JavaScript: what a browser with plain forms can do."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from marketingconnect.messages.library import templates, templates_for
from marketingconnect.messages.models import Message, Validation
from marketingconnect.messages.queries import validated_version
from marketingconnect.messages.rules.validation import ATTESTATIONS
from marketingconnect.notices.models import Notice
from tests.cast import Cast, join, logged_in, make_user
from tests.messages.making import make_message, prove, validate


def url(name: str, *args: Any) -> str:
    return reverse(f"client_area:{name}", args=args)


def post(client: Client, message: Message, name: str, /, *args: Any, **values: Any) -> Any:
    """A plain form of the editor, with the revision that the page shows."""
    revision = Message.objects.values_list("revision", flat=True).get(pk=message.pk)
    return client.post(url(name, message.pk, *args), {"revision": revision, **values})


@pytest.fixture
def alice(cast: Cast) -> Client:
    return logged_in(cast.alice)


@pytest.fixture
def message(cast: Cast) -> Message:
    return make_message(cast.bakery, cast.alice)


def kinds(message: Message) -> list[str]:
    message.refresh_from_db()
    return [block["type"] for block in message.content["blocks"]]


def test_the_gallery_shows_every_template_and_makes_a_draft(alice: Client) -> None:
    page = alice.get(url("message_new")).content.decode()
    for template in templates():
        assert template.name in page
        assert template.thumbnail in page
    trades = alice.get(url("message_new"), {"pour": "metiers"}).content.decode()
    shown = {one.code for one in templates() if one.thumbnail in trades}
    assert shown == {one.code for one in templates_for("metiers")}
    assert {"offre-ouverture", "rappel-entretien", "boutique-nouveautes"} <= shown
    assert "voeux" not in shown
    assert alice.get(url("message_new"), {"pour": "vendr"}).status_code == 404
    assert len(templates()) >= 20
    answer = alice.post(url("message_new"), {"template": "portes-ouvertes"})
    made = Message.objects.get()
    assert answer["Location"] == url("message_edit", made.pk)
    assert made.template == "portes-ouvertes"
    assert alice.post(url("message_new"), {"template": "inconnu"}).status_code == 400


def test_the_list_says_where_each_message_stands(alice: Client, message: Message) -> None:
    page = alice.get(url("messages")).content.decode()
    assert message.name in page
    assert "Brouillon" in page


def test_a_block_is_added_changed_moved_copied_and_deleted_with_forms(
    alice: Client, message: Message
) -> None:
    before = kinds(message)
    answer = post(alice, message, "block_add", type="divider", after="m1")
    assert kinds(message) == [before[0], "divider", *before[1:]]
    new = message.content["blocks"][1]["id"]
    assert answer["Location"].endswith(f"#bloc-{new}")

    post(alice, message, "block_move", new, to="0")
    assert kinds(message)[0] == "divider"
    post(alice, message, "block_copy", new)
    assert kinds(message)[:2] == ["divider", "divider"]
    post(alice, message, "block_delete", new)
    assert kinds(message) == ["divider", *before]

    answer = post(
        alice,
        message,
        "block_edit",
        "m3",
        text="Titre neuf",
        level="1",
        align="left",
        ground="paper",
    )
    assert answer.status_code == 302
    page = alice.get(url("message_preview", message.pk)).content.decode()
    assert "Titre neuf" in page


def test_an_open_block_shows_its_form_and_its_errors_keep_what_was_typed(
    alice: Client, message: Message
) -> None:
    page = alice.get(url("message_edit", message.pk), {"bloc": "m7"}).content.decode()
    assert "Enregistrer le bloc" in page
    answer = post(
        alice, message, "block_edit", "m7",
        label="Voir", href="javascript:alert(1)", align="center", ground="paper",
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Un lien commence par https://" in page
    assert 'value="javascript:alert(1)"' in page
    assert "Voir" in page


@pytest.mark.parametrize(
    "panel", ["contenu", "objet", "apparence", "mentions", "champs", "texte", "inconnu"]
)
def test_every_panel_opens(alice: Client, message: Message, panel: str) -> None:
    answer = alice.get(url("message_edit", message.pk), {"onglet": panel})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert not re.search(r'\sstyle="', page)
    assert not re.search(r"\son[a-z]+=", page)


def test_subject_colours_mentions_fallbacks_and_text_are_saved(
    alice: Client, message: Message
) -> None:
    post(
        alice, message, "message_details",
        name="Mon message", subject="Objet neuf", preheader="Début neuf",
        sender_name="Nadia", reply_to="nadia@example.org",
    )  # fmt: skip
    post(alice, message, "message_theme", palette="jardin")
    post(
        alice, message, "message_legal",
        advertiser="Boulangerie Nadia", identity="SIREN 900 000 019", origin="vous êtes client",
        rights_contact="donnees@example.org", privacy_url="",
    )  # fmt: skip
    post(alice, message, "message_fallbacks", first_name="chère cliente")
    post(alice, message, "message_text", text="Mon texte à moi")
    message.refresh_from_db()
    assert (message.subject, message.sender_name) == ("Objet neuf", "Nadia")
    assert message.content["theme"]["accent"] == "#2c5f41"
    assert message.content["legal"]["rights_contact"] == "donnees@example.org"
    assert message.fallbacks["first_name"] == "chère cliente"
    text = alice.get(url("message_preview", message.pk), {"vue": "texte"}).content.decode()
    assert "Mon texte à moi" in text
    post(alice, message, "message_text", derive="1")
    assert (
        "Mon texte à moi"
        not in alice.get(url("message_preview", message.pk), {"vue": "texte"}).content.decode()
    )


def test_what_a_form_refuses_is_a_400_with_the_sentence(alice: Client, message: Message) -> None:
    wrong = post(alice, message, "message_details", name="", reply_to="pas une adresse")
    assert wrong.status_code == 400
    assert "pas une adresse" in wrong.content.decode()
    assert post(alice, message, "message_theme", accent="red").status_code == 400
    assert post(alice, message, "message_legal", advertiser="x" * 121).status_code == 400
    assert post(alice, message, "block_add", type="video").status_code == 400


def test_two_windows_at_once_get_409_with_both_versions(alice: Client, message: Message) -> None:
    stale = message.revision
    post(alice, message, "message_details", name="N", subject="Celui de Bob", sender_name="x")
    answer = alice.post(
        url("message_details", message.pk),
        {"revision": stale, "name": "N", "subject": "Celui d’Alice", "sender_name": "x"},
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Celui de Bob" in page
    assert "Celui d’Alice" in page
    message.refresh_from_db()
    assert message.subject == "Celui de Bob"
    kept = re.search(r'name="revision" value="(\d+)"', page)
    assert kept
    again = {"revision": kept[1], "name": "N", "subject": "Celui d’Alice", "sender_name": "x"}
    assert alice.post(url("message_details", message.pk), again).status_code == 302
    message.refresh_from_db()
    assert message.subject == "Celui d’Alice"


def test_a_background_save_answers_the_script(alice: Client, message: Message) -> None:
    where, typed = (
        url("message_details", message.pk),
        {"name": "N", "subject": "Seul", "sender_name": "x"},
    )
    saved = alice.post(where, {**typed, "revision": message.revision}, headers={"X-Autosave": "1"})
    assert saved.json()["revision"] == message.revision + 1
    stale = alice.post(where, {**typed, "revision": message.revision}, headers={"X-Autosave": "1"})
    assert stale.status_code == 409
    wrong = alice.post(where, {"name": "", "revision": "1"}, headers={"X-Autosave": "1"})
    assert (wrong.status_code, "name" in wrong.json()["errors"]) == (400, True)


def test_the_preview_can_run_nothing(alice: Client, message: Message) -> None:
    answer = alice.get(url("message_preview", message.pk))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    editor = alice.get(url("message_edit", message.pk)).content.decode()
    frame = re.search(r"<iframe[^>]*>", editor)
    assert frame
    assert 'sandbox="allow-popups"' in frame[0]


def test_own_html_is_cleaned_and_says_what_went(alice: Client) -> None:
    alice.post(url("message_new"), {"template": "html"})
    message = Message.objects.get()
    source = b"<p onclick='x()'>Bonjour {{first_name}}</p><script>1</script>"
    answer = post(
        alice, message, "message_html", html="", footer="on",
        file=SimpleUploadedFile("modele.html", source),
    )  # fmt: skip
    assert answer.status_code == 302
    page = alice.get(url("message_edit", message.pk)).content.decode()
    assert "balise &lt;script&gt;" in page
    preview = alice.get(url("message_preview", message.pk)).content.decode()
    assert "onclick" not in preview
    assert "Bonjour Camille" in preview
    assert "Se désinscrire" in preview


def test_own_html_too_heavy_is_refused(alice: Client) -> None:
    alice.post(url("message_new"), {"template": "html"})
    heavy = SimpleUploadedFile("modele.html", b"x" * (1024 * 1024 + 1))
    answer = post(alice, Message.objects.get(), "message_html", html="", file=heavy)
    assert answer.status_code == 400
    assert "mébioctet" in answer.content.decode()


def test_the_proof_is_sent_then_validated_then_voided_by_a_change(
    alice: Client, message: Message, cast: Cast
) -> None:
    page = url("message_proof", message.pk)
    assert alice.get(page).status_code == 200
    alice.post(page, {"to_email": "bob@example.org"})
    assert Notice.objects.get().to_email == "bob@example.org"
    shown = alice.get(page).content.decode()
    assert all(sentence.split(",")[0][:20] in shown for sentence in ATTESTATIONS.values())
    version = message.versions.get()
    target = url("message_validate", message.pk, version.pk)
    assert alice.post(target, {"attestations": ["rights"]}).status_code == 400
    assert alice.post(target, {"attestations": list(ATTESTATIONS)}).status_code == 302
    assert validated_version(message.pk) == version

    post(alice, message, "message_details", name="N", subject="Autre", sender_name="x")
    assert validated_version(message.pk) is None
    for place in (page, url("message_edit", message.pk)):
        assert "Votre validation ne tient plus" in alice.get(place).content.decode()
    assert alice.post(target, {"attestations": list(ATTESTATIONS)}).status_code == 409


def test_a_proof_to_a_stranger_is_refused(alice: Client, message: Message) -> None:
    answer = alice.post(url("message_proof", message.pk), {"to_email": "inconnu@example.org"})
    assert answer.status_code == 400
    assert not Notice.objects.exists()


def test_a_reader_reads_and_does_not_write(cast: Cast, message: Message) -> None:
    vera = logged_in(cast.vera)
    assert vera.get(url("message_proof", message.pk)).status_code == 200
    assert vera.get(url("messages")).status_code == 200
    for name in (
        "message_details",
        "message_theme",
        "block_add",
        "message_proof",
        "message_archive",
    ):
        assert vera.post(url(name, message.pk), {"revision": 1}).status_code == 403


def test_staff_never_validate_even_as_members(cast: Cast, message: Message) -> None:
    version = prove(message, cast.alice).version
    target = url("message_validate", message.pk, version.pk)
    for staff in cast.staff:
        assert logged_in(staff).post(target, {"attestations": list(ATTESTATIONS)}).status_code in {
            302,
            403,
        }
    join(cast.marc, cast.bakery, "owner")  # type: ignore[arg-type]
    assert (
        logged_in(cast.marc).post(target, {"attestations": list(ATTESTATIONS)}).status_code == 403
    )
    assert not Validation.objects.exists()


def test_charlie_gets_404_for_everything(cast: Cast, message: Message) -> None:
    charlie = logged_in(cast.charlie)
    version = prove(message, cast.alice).version
    for name in ("message_edit", "message_preview", "message_checks", "message_proof"):
        assert charlie.get(url(name, message.pk)).status_code == 404
    posts = [
        *("message_details", "message_theme", "message_legal", "message_fallbacks"),
        *("message_text", "message_html", "block_add", "message_proof", "message_duplicate"),
        *("message_archive", "message_contact_file"),
    ]
    for name in posts:
        assert charlie.post(url(name, message.pk), {"revision": 1}).status_code == 404, name
    for name in ("block_edit", "block_move", "block_copy", "block_delete"):
        assert charlie.post(url(name, message.pk, "m1"), {"to": "1"}).status_code == 404
    mine = make_message(cast.garage, cast.charlie)
    for place in (message, mine):
        answer = charlie.post(
            url("message_validate", place.pk, version.pk), {"attestations": list(ATTESTATIONS)}
        )
        assert answer.status_code == 404


def test_another_company_s_contact_file_cannot_be_chosen(alice: Client, message: Message) -> None:
    assert post(alice, message, "message_contact_file", contact_file="999999").status_code == 404
    assert post(alice, message, "message_contact_file", contact_file="").status_code == 302


def test_a_message_is_copied_and_put_away(alice: Client, message: Message) -> None:
    alice.post(url("message_duplicate", message.pk))
    assert Message.objects.count() == 2
    alice.post(url("message_archive", message.pk))
    assert alice.get(url("message_edit", message.pk)).status_code == 404


def test_someone_without_company_sees_no_message(message: Message) -> None:
    assert logged_in(make_user("Zoé")).get(url("messages")).status_code == 403
    assert Client().get(url("messages")).status_code == 302


def test_the_script_is_told_when_a_validation_falls(
    alice: Client, message: Message, cast: Cast
) -> None:
    validate(prove(message, cast.alice).version, cast.alice)
    typed = {"name": "N", "subject": "Autre", "sender_name": "x", "revision": message.revision}
    where = url("message_details", message.pk)
    answer = alice.post(where, typed, headers={"X-Autosave": "1"})
    assert answer.json()["said"] == "Enregistré. Votre validation ne tient plus."
