"""The moderators' pages."""

from django.test import Client
from django.urls import reverse

from marketingconnect.messages.models import Message, ModerationRequest
from marketingconnect.messages.services import DraftChanges, save_content
from tests.cast import Cast, logged_in
from tests.messages.making import LATER, actor, make_message, prove, validate

QUEUE = "back_office:moderation"


def waiting(cast: Cast) -> ModerationRequest:
    message = make_message(cast.bakery, cast.alice)
    validate(prove(message, cast.alice).version, cast.alice)
    return ModerationRequest.objects.latest("pk")


def item(request: ModerationRequest) -> str:
    return reverse("back_office:moderation_item", args=[request.pk])


def decide(client: Client, request: ModerationRequest, **values: str) -> int:
    return client.post(item(request), values).status_code


def test_only_moderators_and_administrators_open_the_queue(cast: Cast) -> None:
    request = waiting(cast)
    for staff in cast.staff:
        allowed = staff in (cast.paul, cast.admin)
        for place in (reverse(QUEUE), item(request)):
            assert logged_in(staff).get(place).status_code == (200 if allowed else 403)
    assert logged_in(cast.alice).get(item(request)).status_code == 403
    assert logged_in(cast.ines).post(item(request), {"decision": "approved"}).status_code == 403


def test_the_queue_works_by_keyboard_and_shows_what_waits(cast: Cast) -> None:
    paul = logged_in(cast.paul)
    assert "Rien à relire" in paul.get(reverse(QUEUE)).content.decode()
    request = waiting(cast)
    page = paul.get(reverse(QUEUE)).content.decode()
    assert "data-queue-link" in page
    assert item(request) in page
    assert "Boulangerie Nadia" in page


def test_the_item_shows_message_links_attestations_and_history(cast: Cast) -> None:
    request = waiting(cast)
    paul = logged_in(cast.paul)
    page = paul.get(item(request)).content.decode()
    assert "www.votre-site.example.org" in page
    assert "Attestations cochées" in page
    assert "C’est son premier message" in page
    preview = paul.get(reverse("back_office:moderation_preview", args=[request.pk]))
    assert "sandbox" in preview["Content-Security-Policy"]
    assert "Bonjour Camille" in preview.content.decode()
    assert paul.get(reverse("back_office:moderation_item", args=[0])).status_code == 404


def test_a_decision_leads_to_the_next_message_and_then_to_the_queue(cast: Cast) -> None:
    first, second = waiting(cast), waiting(cast)
    paul = logged_in(cast.paul)
    answer = paul.post(item(first), {"decision": "approved"})
    assert answer["Location"] == item(second)
    answer = paul.post(item(second), {"decision": "refused", "reason": "other", "comment": "Non."})
    assert answer["Location"] == reverse(QUEUE)
    states = list(ModerationRequest.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["approved", "refused"]
    page = paul.get(item(second)).content.decode()
    assert "Autre motif" in page
    assert "Accepté" in page


def test_a_decision_without_reason_is_a_400_that_keeps_what_was_typed(cast: Cast) -> None:
    request = waiting(cast)
    paul = logged_in(cast.paul)
    answer = paul.post(item(request), {"decision": "refused", "comment": "Parce que"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "Choisissez un motif" in page
    assert "Parce que" in page
    assert decide(paul, request) == 400
    request.refresh_from_db()
    assert request.state == "waiting"


def test_what_the_client_changed_meanwhile_is_a_409(cast: Cast) -> None:
    request = waiting(cast)
    message = Message.objects.get()
    save_content(
        message.pk,
        company_id=message.company_id,
        revision=message.revision,
        changes=DraftChanges(subject="Autre"),
        actor=actor(cast.alice),
        now=LATER,
    )
    assert decide(logged_in(cast.paul), request, decision="approved") == 409
    assert "Remplacé par le client" in logged_in(cast.paul).get(item(request)).content.decode()


def test_the_client_reads_the_reason_on_its_message(cast: Cast) -> None:
    request = waiting(cast)
    comment = "Datez la réduction."
    decide(
        logged_in(cast.paul),
        request,
        decision="changes_asked",
        reason="misleading",
        comment=comment,
    )
    place = reverse("client_area:message_proof", args=[request.version.message_id])
    page = logged_in(cast.alice).get(place).content.decode()
    assert comment in page
    assert "Publicité trompeuse" in page
    assert "Modification demandée" in page
