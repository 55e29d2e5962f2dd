"""Whatever lacks or changed between the consent and the signature, nothing passes for signed."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from pytest_django import Settings

from marketingconnect.signature.models import SignatureEvent, SignatureRequest
from marketingconnect.signature.services import retry_pending
from marketingconnect.signature.states import DocumentKind, SignatureState
from tests.signature.desk import Desk, events_of
from tests.signature.making import NOON, order_form

pytestmark = pytest.mark.django_db
SOON = NOON + timedelta(seconds=30)
LATER = NOON + timedelta(hours=1)


def consented(desk: Desk) -> SignatureRequest:
    """Consent is given while no certificate can be made."""
    request, code = desk.ready()
    desk.stop_keys()
    waiting = desk.type(request, code, now=SOON)
    desk.start_keys()
    return waiting


def place_of(request: SignatureRequest, settings: Settings) -> Path:
    return Path(settings.FILES_ROOT) / request.document


def test_a_document_changed_after_the_consent_is_not_signed(desk: Desk, settings: Settings) -> None:
    waiting = consented(desk)
    place_of(waiting, settings).write_bytes(order_form() + b"\n")

    assert retry_pending(LATER) == 0

    waiting.refresh_from_db()
    assert waiting.state == SignatureState.EXPIRED
    assert waiting.signed_document == ""
    assert "n’est plus celui" in waiting.end_reason
    assert events_of(waiting)[-1] == "expired"


def test_a_lost_document_keeps_no_other_from_being_signed(desk: Desk, settings: Settings) -> None:
    waiting = consented(desk)
    mandate = desk.identify(desk.propose(DocumentKind.MANDATE))
    later = NOON + timedelta(minutes=2)
    code = desk.ask(mandate, now=later)
    desk.stop_keys()
    desk.type(mandate, code, now=later)
    desk.start_keys()
    place_of(waiting, settings).unlink()

    assert retry_pending(LATER) == 1

    waiting.refresh_from_db()
    mandate.refresh_from_db()
    assert (waiting.state, mandate.state) == (SignatureState.EXPIRED, SignatureState.SIGNED)


@pytest.mark.parametrize(
    "change",
    [
        {"signed_sha256": "0" * 64},
        {"state": "pending", "pending_reason": "signing"},
        {"last_name": "Autre"},
        {"wording": "Je signe."},
        {"evidence": "signatures/autre.zip"},
    ],
)
def test_the_database_keeps_a_signed_document_as_it_is(desk: Desk, change: dict[str, str]) -> None:
    signed = desk.sign()

    with pytest.raises(DatabaseError), transaction.atomic():
        SignatureRequest.objects.filter(pk=signed.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        SignatureRequest.objects.filter(pk=signed.pk)._raw_delete("default")


def test_the_database_keeps_what_was_proposed_and_every_event(desk: Desk) -> None:
    request, _ = desk.ready()

    for change in ({"sha256": "0" * 64}, {"document": "autre.pdf"}, {"signer": desk.cast.bob}):
        with pytest.raises(DatabaseError), transaction.atomic():
            SignatureRequest.objects.filter(pk=request.pk).update(**change)
    events = SignatureEvent.objects.filter(request=request)
    with pytest.raises(DatabaseError), transaction.atomic():
        events.filter(kind="code_sent").update(detail={})
    with pytest.raises(DatabaseError), transaction.atomic():
        events.filter(kind="code_sent")._raw_delete("default")
