"""Compose, prove, validate, moderate: with the database."""

import hashlib
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from marketingconnect.audit.models import JournalEntry
from marketingconnect.messages.errors import (
    InvalidDecisionError,
    InvalidPictureError,
    MayNotValidateError,
    MessageError,
    NotValidatableError,
    StaleModerationError,
    StaleRevisionError,
)
from marketingconnect.messages.models import Message, MessageVersion, ModerationRequest, Picture
from marketingconnect.messages.queries import (
    compiled_draft,
    moderation_of,
    moderation_queue,
    public_picture,
    standing_of,
    validated_version,
)
from marketingconnect.messages.rules.validation import ATTESTATIONS
from marketingconnect.messages.services import (
    DraftChanges,
    add_picture,
    archive_message,
    decide_moderation,
    duplicate_message,
    save_content,
    send_proof,
    validate_proof,
)
from marketingconnect.notices.models import Notice
from tests.cast import Cast
from tests.messages.making import LATER, NOON, actor, image_bytes, make_message, prove, validate


def save(message: Message, cast: Cast, *, revision: int | None = None, **values: object) -> Message:
    return save_content(
        message.pk,
        company_id=message.company_id,
        revision=message.revision if revision is None else revision,
        changes=DraftChanges(**values),  # type: ignore[arg-type]
        actor=actor(cast.alice),
        now=LATER,
    )


def decide(
    request: ModerationRequest, cast: Cast, decision: str, reason: str = ""
) -> ModerationRequest:
    return decide_moderation(
        request.pk,
        decision=decision,
        reason=reason,
        comment="Le prix barré n’est pas daté." if reason else "",
        user_id=cast.paul.pk,
        actor=actor(cast.paul),
        now=LATER,
    )


def validated(cast: Cast) -> tuple[Message, ModerationRequest]:
    message = make_message(cast.bakery, cast.alice)
    version = prove(message, cast.alice).version
    validate(version, cast.alice)
    request = moderation_of(version.pk)
    assert request
    return message, request


def actions() -> list[str]:
    return list(JournalEntry.objects.order_by("position").values_list("action", flat=True))


def test_a_new_message_names_its_advertiser_and_holds_its_template(cast: Cast) -> None:
    message = make_message(cast.bakery, cast.alice)
    html = compiled_draft(message).html
    assert "Boulangerie Nadia" in html
    assert "alice@example.org" in html
    assert "{{lien_desinscription}}" in html
    assert message.reply_to == "alice@example.org"
    assert actions() == ["message.created"]


def test_two_people_saving_at_once_are_told_and_nothing_is_lost(cast: Cast) -> None:
    message = make_message(cast.bakery, cast.alice)
    save(message, cast, subject="De Bob")
    with pytest.raises(StaleRevisionError) as refusal:
        save(message, cast, revision=1, subject="D’Alice")
    message.refresh_from_db()
    assert (message.subject, refusal.value.current_revision) == ("De Bob", message.revision)


def test_a_proof_is_mailed_exactly_as_a_recipient_would_get_it(cast: Cast) -> None:
    message = make_message(cast.bakery, cast.alice, "fidelite")
    proof = prove(message, cast.alice)
    notice = Notice.objects.get(key=proof.notice_key)
    assert notice.to_email == "alice@example.org"
    assert notice.subject == "[BAT] Camille, votre dixième passage est offert"
    assert "{{" not in notice.html + notice.text + notice.subject
    assert "Bonjour Camille" in notice.html
    assert notice.headers["Reply-To"] == "alice@example.org"
    assert (
        notice.headers["From"].startswith('"Boulangerie Nadia"')
        or "Boulangerie Nadia" in notice.headers["From"]
    )
    expected = proof.version.html.replace("{{first_name}}", "Camille")
    assert notice.html.split("{{")[0][:500] == expected[:500]


def test_a_proof_goes_to_members_only(cast: Cast) -> None:
    message = make_message(cast.bakery, cast.alice)
    where = {"company_id": cast.bakery.pk, "user_id": cast.alice.pk, "actor": actor(cast.alice)}
    proof = send_proof(message.pk, **where, to_email="BOB@example.org", now=NOON)  # type: ignore[arg-type]
    assert proof.to_email == "bob@example.org"
    with pytest.raises(MessageError):
        send_proof(message.pk, **where, to_email="charlie@example.org", now=NOON)  # type: ignore[arg-type]


def test_a_double_press_sends_one_proof_and_the_same_content_is_one_version(cast: Cast) -> None:
    message = make_message(cast.bakery, cast.alice)
    first, again, later = (
        prove(message, cast.alice),
        prove(message, cast.alice),
        prove(message, cast.alice, LATER),
    )
    assert first == again
    assert later != first
    assert later.version == first.version
    assert Notice.objects.count() == 2


def test_a_version_never_changes(cast: Cast) -> None:
    version = prove(make_message(cast.bakery, cast.alice), cast.alice).version
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        MessageVersion.objects.filter(pk=version.pk).update(subject="Autre")


def test_a_validation_binds_the_hash_and_asks_for_moderation(cast: Cast) -> None:
    message, request = validated(cast)
    version = validated_version(message.pk)
    assert version
    assert version.sha256 == compiled_draft(message).sha256
    validation = version.validations.get()
    assert validation.sha256 == version.sha256
    assert validation.attestations == list(ATTESTATIONS.values())
    assert (request.state, request.level) == ("waiting", 1)
    assert actions()[-1] == "message.validated"
    assert standing_of(message).stage == "validated"


def test_validating_twice_is_one_validation(cast: Cast) -> None:
    message, _ = validated(cast)
    version = validated_version(message.pk)
    assert version
    assert validate(version, cast.bob) == version.validations.get()
    assert ModerationRequest.objects.count() == 1


def test_nothing_is_validated_before_its_proof(cast: Cast) -> None:
    message = make_message(cast.bakery, cast.alice)
    version = prove(message, cast.alice).version
    version.proofs.all().delete()
    with pytest.raises(NotValidatableError, match="bon à tirer"):
        validate(version, cast.alice)


def test_staff_readers_and_strangers_never_validate(cast: Cast) -> None:
    version = prove(make_message(cast.bakery, cast.alice), cast.alice).version
    for outsider in [*cast.staff, cast.vera, cast.charlie]:
        with pytest.raises(MayNotValidateError):
            validate(version, outsider)
    assert not version.validations.exists()


def test_an_advisor_who_is_also_a_member_still_does_not_validate(cast: Cast) -> None:
    version = prove(make_message(cast.bakery, cast.alice), cast.alice).version
    cast.bakery.memberships.create(user=cast.marc, role="owner", since=NOON)
    with pytest.raises(MayNotValidateError):
        validate(version, cast.marc)


def test_an_unticked_attestation_or_a_blocking_check_prevents_validation(cast: Cast) -> None:
    message = make_message(cast.bakery, cast.alice)
    version = prove(message, cast.alice).version
    with pytest.raises(NotValidatableError, match="attestation"):
        validate_proof(
            version.pk,
            company_id=cast.bakery.pk,
            user_id=cast.alice.pk,
            attestations=["rights"],
            actor=actor(cast.alice),
            now=NOON,
        )
    message = save(message, cast, subject="")
    with pytest.raises(NotValidatableError, match="bloquant"):
        validate(prove(message, cast.alice).version, cast.alice)


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Autre objet"},
        {"preheader": "Autre début"},
        {"sender_name": "Autre nom"},
        {"reply_to": "autre@example.org"},
        {"fallbacks": {"first_name": "chère cliente"}},
    ],
)
def test_any_change_voids_the_validation_and_says_so(cast: Cast, change: dict[str, Any]) -> None:
    message, request = validated(cast)
    message.refresh_from_db()
    saved = save(message, cast, **change)
    assert validated_version(message.pk) is None
    request.refresh_from_db()
    assert request.state == "void"
    standing = standing_of(saved)
    assert standing.stage == "draft"
    assert standing.fallen
    assert standing.fallen.voided_because == "Le message a été modifié"
    assert actions()[-1] == "message.validation_voided"


def test_a_change_of_a_block_or_of_the_theme_voids_too(cast: Cast) -> None:
    message, _ = validated(cast)
    content = {**message.content, "theme": {**message.content["theme"], "accent": "#123456"}}
    message = save(message, cast, content=content)
    assert validated_version(message.pk) is None


def test_a_new_name_for_the_draft_changes_nothing_that_recipients_see(cast: Cast) -> None:
    message, request = validated(cast)
    save(message, cast, name="Autre nom interne")
    assert validated_version(message.pk)
    request.refresh_from_db()
    assert request.state == "waiting"


def test_coming_back_to_a_proved_content_needs_a_new_validation(cast: Cast) -> None:
    message, _ = validated(cast)
    original = message.subject
    message = save(message, cast, subject="Autre objet")
    message = save(message, cast, subject=original)
    assert validated_version(message.pk) is None
    version = message.versions.get()
    validate(version, cast.alice)
    assert [r.state for r in version.moderation_requests.order_by("pk")] == ["void", "waiting"]


def test_an_old_version_cannot_be_validated_any_more(cast: Cast) -> None:
    message = make_message(cast.bakery, cast.alice)
    version = prove(message, cast.alice).version
    save(message, cast, subject="Autre objet")
    with pytest.raises(NotValidatableError, match="a changé"):
        validate(version, cast.alice)


def test_an_approval_is_told_to_the_client(cast: Cast) -> None:
    message, request = validated(cast)
    decided = decide(request, cast, "approved")
    assert (decided.state, decided.decided_by, decided.decided_at) == ("approved", cast.paul, LATER)
    notice = Notice.objects.get(key=f"moderation:{request.pk}:approved")
    assert notice.to_email == "alice@example.org"
    assert standing_of(message).stage == "approved"
    assert actions()[-1] == "message.moderation_approved"


def test_a_refusal_voids_the_validation_tells_why_and_holds_for_that_content(cast: Cast) -> None:
    message, request = validated(cast)
    decide(request, cast, "refused", "misleading")
    notice = Notice.objects.get(key=f"moderation:{request.pk}:refused")
    for part in (notice.text, notice.html):
        assert "Publicité trompeuse" in part
        assert "prix barré" in part
    assert validated_version(message.pk) is None
    assert standing_of(message).stage == "refused"
    with pytest.raises(NotValidatableError, match="modération"):
        validate(message.versions.get(), cast.alice)


def test_after_the_change_asked_for_a_new_version_goes_through(cast: Cast) -> None:
    message, request = validated(cast)
    decide(request, cast, "changes_asked", "mentions")
    message = save(message, cast, subject="Objet corrigé")
    version = prove(message, cast.alice, LATER).version
    validate(version, cast.alice, LATER)
    assert moderation_queue().count == 1
    request.refresh_from_db()
    assert request.state == "void"


def test_two_moderators_cannot_both_decide(cast: Cast) -> None:
    _, request = validated(cast)
    decide(request, cast, "refused", "other")
    with pytest.raises(StaleModerationError):
        decide(request, cast, "approved")


def test_a_moderator_cannot_approve_what_the_client_just_changed(cast: Cast) -> None:
    message, request = validated(cast)
    save(message, cast, subject="Autre")
    with pytest.raises(StaleModerationError):
        decide(request, cast, "approved")


def test_a_decision_needs_its_reason_and_the_right_person(cast: Cast) -> None:
    _, request = validated(cast)
    with pytest.raises(InvalidDecisionError):
        decide(request, cast, "refused")
    for other in (cast.marc, cast.ines, cast.alice):
        with pytest.raises(MessageError):
            decide_moderation(
                request.pk, decision="approved", user_id=other.pk, actor=actor(other), now=LATER
            )


def test_the_queue_counts_and_dates_what_waits(cast: Cast) -> None:
    assert (moderation_queue().count, moderation_queue().oldest_at) == (0, None)
    validated(cast)
    queue = moderation_queue()
    assert (queue.count, queue.oldest_at, queue.raised) == (1, NOON, 0)


def test_a_regulated_subject_is_flagged_for_the_moderator(cast: Cast) -> None:
    message = make_message(cast.bakery, cast.alice)
    message = save(message, cast, subject="Dégustation de vins samedi")
    version = prove(message, cast.alice).version
    validate(version, cast.alice)
    request = moderation_of(version.pk)
    assert request
    assert request.level == 2
    assert request.flags[0]["code"] == "alcohol"


def test_a_copy_starts_without_proof_and_an_archived_message_leaves_the_list(cast: Cast) -> None:
    message, _ = validated(cast)
    copy = duplicate_message(
        message.pk, company_id=cast.bakery.pk, user_id=cast.bob.pk, actor=actor(cast.bob), now=LATER
    )
    assert copy.pk != message.pk
    assert copy.content == message.content
    assert standing_of(copy).stage == "draft"
    archive_message(copy.pk, company_id=cast.bakery.pk, actor=actor(cast.bob), now=LATER)
    copy.refresh_from_db()
    assert copy.archived_at == LATER


def upload(cast: Cast, data: bytes, licence: str = "Photo prise par nous") -> Picture:
    return add_picture(
        company_id=cast.bakery.pk,
        user_id=cast.alice.pk,
        data=data,
        licence_note=licence,
        actor=actor(cast.alice),
        now=NOON,
    )


def test_the_same_picture_twice_is_one_and_is_served_under_a_random_name(cast: Cast) -> None:
    first, second = upload(cast, image_bytes()), upload(cast, image_bytes())
    assert first == second
    found = public_picture(first.public_name)
    assert found
    with found.open() as stream:
        assert hashlib.sha256(stream.read()).hexdigest() == first.sha256
    assert public_picture("modele-pain.png")
    assert public_picture("../../secret.png") is None
    assert public_picture("0" * 32 + ".png") is None


def test_a_picture_needs_its_licence(cast: Cast) -> None:
    with pytest.raises(InvalidPictureError, match="vient cette image"):
        upload(cast, image_bytes(), licence=" ")
    assert not Picture.objects.exists()


def test_another_company_s_message_does_not_exist(cast: Cast) -> None:
    message = make_message(cast.bakery, cast.alice)
    with pytest.raises(Message.DoesNotExist):
        send_proof(
            message.pk,
            company_id=cast.garage.pk,
            user_id=cast.charlie.pk,
            actor=actor(cast.charlie),
            now=NOON,
        )
