import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from marketingconnect import storage
from marketingconnect.accounts.models import Membership
from marketingconnect.notices.models import Notice
from marketingconnect.orders.services import withdraw_order
from marketingconnect.orders.states import OrderState
from marketingconnect.signature.errors import (
    CodeNotSentError,
    CodeRefusedError,
    IdentityRefusedError,
    NotTheSignerError,
    StaleSignatureError,
    TooManyCodesError,
)
from marketingconnect.signature.models import SignatureCode, SignatureRequest
from marketingconnect.signature.providers import current_provider
from marketingconnect.signature.queries import (
    document_to_sign,
    is_signed,
    signatures_waiting,
    signed_pdf_of,
)
from marketingconnect.signature.services import (
    expire_requests,
    record_download,
    record_opening,
    refuse,
    retry_pending,
    send_code,
)
from marketingconnect.signature.states import CodeVerdict, DocumentKind, SignatureState
from marketingconnect.signature.verification.pdf import check_pdf
from tests.signature.desk import Desk, code_in, events_of, journal_of, visitor_of, wrong
from tests.signature.making import NOON, order_form, trust_of

pytestmark = pytest.mark.django_db
SOON = NOON + timedelta(seconds=30)


def test_the_right_code_signs_and_everything_is_written_down(desk: Desk) -> None:
    request, code = desk.ready()
    record_opening(request.pk, visitor=desk.alice, now=NOON)

    signed = desk.type(request, f"{code[:3]} {code[3:]}", now=SOON)

    assert signed.state == SignatureState.SIGNED
    assert signed.signed_at == SOON
    assert is_signed(desk.order, DocumentKind.ORDER_FORM)
    told = ["proposed", "identity_collected", "code_sent", "opened", "consent_given", "signed"]
    assert events_of(signed) == [*told, "made_available", "evidence_archived"]
    assert journal_of(signed) == events_of(signed)
    content = signed_pdf_of(signed)
    assert content.startswith(order_form())
    assert hashlib.sha256(content).hexdigest() == signed.signed_sha256
    notice = Notice.objects.get(key=f"document-signed:{signed.pk}")
    assert notice.attachments[0]["path"] == signed.signed_document


def test_the_signature_bears_the_name_that_was_collected(desk: Desk) -> None:
    signed = desk.sign()

    checked = check_pdf(signed_pdf_of(signed), trust_of(current_provider(), SOON))
    name = checked.signer.subject.rfc4514_string()
    assert "CN=Alice Essai" in name
    assert f"2.5.4.5={signed.reference}" in name
    assert f"{checked.signer.serial_number:x}" == signed.certificate_serial


def test_the_code_is_nowhere_but_in_the_message(desk: Desk) -> None:
    request, code = desk.ready()

    row = SignatureCode.objects.get()
    assert desk.texts()[0].to == "+33639980012"
    assert code not in f"{row.code_hash}{row.salt}"
    assert len(row.code_hash) == 64
    told = [event.detail for event in request.events.all()]
    assert all(code not in str(detail) for detail in told)
    assert told[-1]["mobile"].replace("\u00a0", " ") == "06 •• •• •• 12"


def test_a_document_proposed_twice_is_one(desk: Desk) -> None:
    assert desk.propose() == desk.propose()
    mandate = desk.propose(DocumentKind.MANDATE)
    assert SignatureRequest.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        SignatureRequest.objects.filter(pk=mandate.pk).update(kind=DocumentKind.ORDER_FORM)


def test_identity_comes_first_and_is_checked(desk: Desk) -> None:
    request = desk.propose()

    with pytest.raises(StaleSignatureError):
        send_code(request.pk, visitor=desk.alice, now=NOON)
    with pytest.raises(IdentityRefusedError) as refused:
        desk.identify(request, first_name=" ", mobile="01 99 00 12 34", email="alice")

    assert set(refused.value.problems) == {"first_name", "mobile", "email"}
    assert SignatureRequest.objects.get().state == SignatureState.CREATED


def test_nobody_else_identifies_asks_types_or_refuses(desk: Desk) -> None:
    request, code = desk.ready()

    for user in (desk.cast.bob, desk.cast.charlie, desk.cast.marc, desk.cast.admin):
        who = visitor_of(user)
        with pytest.raises(NotTheSignerError):
            desk.identify(request, visitor=who)
        with pytest.raises(NotTheSignerError):
            send_code(request.pk, visitor=who, now=SOON)
        with pytest.raises(NotTheSignerError):
            refuse(request.pk, reason="non", visitor=who, now=SOON)
        with pytest.raises(CodeRefusedError) as refused:
            desk.type(request, code, user=user)
        assert refused.value.verdict is CodeVerdict.OTHER_PERSON

    assert journal_of(request).count("code_refused") == 4
    assert desk.type(request, code, now=SOON).state == SignatureState.SIGNED
    with pytest.raises(SignatureRequest.DoesNotExist):
        document_to_sign(desk.cast.garage.pk, str(request.key))


def test_a_code_serves_once(desk: Desk) -> None:
    request, code = desk.ready()
    desk.type(request, code, now=SOON)

    with pytest.raises(CodeRefusedError) as refused:
        desk.type(request, code, now=SOON)

    assert refused.value.verdict is CodeVerdict.USED
    assert journal_of(request)[-1] == "code_refused"
    assert request.events.filter(kind="signed").count() == 1


def test_a_code_of_another_document_is_refused(desk: Desk) -> None:
    form, code = desk.ready()
    mandate = desk.identify(desk.propose(DocumentKind.MANDATE))
    later = NOON + timedelta(seconds=60)
    other = desk.ask(mandate, now=later)

    for request, typed in ((mandate, code), (form, other)):
        if code == other:
            continue
        with pytest.raises(CodeRefusedError) as refused:
            desk.type(request, typed, now=later)
        assert refused.value.verdict is CodeVerdict.WRONG
        assert journal_of(request)[-1] == "code_refused"
    assert not is_signed(desk.order, DocumentKind.MANDATE)


def test_a_document_changed_after_the_code_is_not_signed(desk: Desk, settings: Settings) -> None:
    request, code = desk.ready()
    place = Path(settings.FILES_ROOT) / request.document
    place.write_bytes(order_form() + b"\n")

    with pytest.raises(CodeRefusedError) as refused:
        desk.type(request, code, now=SOON)

    assert refused.value.verdict is CodeVerdict.OTHER_DOCUMENT
    request.refresh_from_db()
    assert request.state == SignatureState.CODE_SENT


def test_five_wrong_tries_close_a_code_even_to_the_right_one(desk: Desk) -> None:
    request, code = desk.ready()
    left = []
    for _ in range(5):
        with pytest.raises(CodeRefusedError) as refused:
            desk.type(request, wrong(code), now=SOON)
        left.append(refused.value.tries_left)

    with pytest.raises(CodeRefusedError) as closed:
        desk.type(request, code, now=SOON)

    assert left == [4, 3, 2, 1, 0]
    assert closed.value.verdict is CodeVerdict.EXHAUSTED
    assert journal_of(request).count("code_refused") == 6
    assert SignatureCode.objects.get().wrong_tries == 5


def test_brute_force_ends_with_the_codes_of_a_day(desk: Desk) -> None:
    request, now, tries = desk.identify(desk.propose()), NOON, 0
    while True:
        try:
            code = desk.ask(request, now=now)
        except TooManyCodesError as error:
            wait = error.wait
            break
        for _ in range(5):
            with pytest.raises(CodeRefusedError):
                desk.type(request, wrong(code), now=now)
            tries += 1
        now += timedelta(seconds=60)

    assert tries == 25
    assert wait == timedelta(hours=24) - timedelta(seconds=300)
    assert journal_of(request)[-1] == "code_withheld"


def test_another_code_replaces_the_first(desk: Desk) -> None:
    request, first = desk.ready()
    with pytest.raises(TooManyCodesError):
        send_code(request.pk, visitor=desk.alice, now=NOON + timedelta(seconds=59))
    later = NOON + timedelta(seconds=60)

    second = desk.ask(request, now=later)

    if first != second:
        with pytest.raises(CodeRefusedError):
            desk.type(request, first, now=later)
    assert desk.type(request, second, now=later).state == SignatureState.SIGNED


def test_a_code_that_signed_delays_no_other_document(desk: Desk) -> None:
    request, code = desk.ready()
    desk.type(request, code)
    mandate = desk.identify(desk.propose(kind=DocumentKind.MANDATE))

    assert desk.type(mandate, desk.ask(mandate, now=SOON), now=SOON).state == SignatureState.SIGNED


def test_a_corrected_number_voids_the_code_sent_to_the_other(desk: Desk) -> None:
    request, code = desk.ready()

    desk.identify(request, mobile="06 39 98 00 13")

    with pytest.raises(CodeRefusedError) as refused:
        desk.type(request, code, now=SOON)
    assert refused.value.verdict is CodeVerdict.NONE_SENT
    assert code_in(desk.texts()[0]) == code


def test_without_a_message_the_document_waits(desk: Desk, settings: Settings) -> None:
    request = desk.identify(desk.propose())
    settings.TEXT_GATEWAY = "none"

    with pytest.raises(CodeNotSentError):
        send_code(request.pk, visitor=desk.alice, now=NOON)

    request.refresh_from_db()
    assert (request.state, request.pending_reason) == (SignatureState.PENDING, "code")
    assert events_of(request)[-1] == "code_not_sent"
    settings.TEXT_GATEWAY = "local"
    later = NOON + timedelta(minutes=2)
    assert desk.type(request, desk.ask(request, now=later), now=later).state == "signed"


def test_without_a_certificate_the_document_waits_then_is_signed(desk: Desk) -> None:
    request, code = desk.ready()
    desk.stop_keys()

    waiting = desk.type(request, code, now=SOON)

    assert (waiting.state, waiting.pending_reason) == (SignatureState.PENDING, "certificate")
    assert not is_signed(desk.order, DocumentKind.ORDER_FORM)
    assert list(signatures_waiting()) == [waiting]
    assert waiting.signed_document == ""
    assert retry_pending(SOON) == 0
    desk.start_keys()
    assert retry_pending(NOON + timedelta(hours=1)) == 1
    waiting.refresh_from_db()
    assert waiting.signed_at == NOON + timedelta(hours=1)
    assert events_of(waiting).count("waiting") == 2


def test_without_a_timestamp_the_document_waits_and_at_last_ends(
    desk: Desk, settings: Settings
) -> None:
    folder = desk.folder / "timestamps"
    folder.mkdir()
    root = (Path(settings.AUTHORITY_DIR) / "root.pem").read_bytes()
    (folder / "roots.pem").write_bytes(root[root.index(b"-----BEGIN CERT") :])
    settings.TIMESTAMP_URL, settings.TIMESTAMP_TRUST = "http://127.0.0.1:9/", folder
    request, code = desk.ready()

    waiting = desk.type(request, code, now=SOON)

    assert (waiting.state, waiting.pending_reason) == (SignatureState.PENDING, "timestamp")
    assert retry_pending(SOON + timedelta(hours=24)) == 0
    waiting.refresh_from_db()
    assert waiting.state == SignatureState.EXPIRED
    assert journal_of(waiting)[-1] == "expired"


def test_the_database_refuses_a_signature_without_its_proof(desk: Desk) -> None:
    request = desk.propose()

    for state, reason in (("signed", ""), ("pending", ""), ("created", "timestamp")):
        with pytest.raises(IntegrityError), transaction.atomic():
            SignatureRequest.objects.filter(pk=request.pk).update(
                state=state, pending_reason=reason
            )


def test_a_refusal_ends_it_and_a_new_document_may_be_proposed(desk: Desk) -> None:
    request, code = desk.ready()

    refuse(request.pk, reason="Le prix a changé.", visitor=desk.alice, now=SOON)

    with pytest.raises(CodeRefusedError):
        desk.type(request, code, now=SOON)
    with pytest.raises(StaleSignatureError):
        desk.identify(request)
    assert journal_of(request)[-2:] == ["refused", "code_refused"]
    assert desk.propose() != request


def test_nothing_is_refused_once_signed(desk: Desk) -> None:
    signed = desk.sign()

    with pytest.raises(StaleSignatureError):
        refuse(signed.pk, reason="", visitor=desk.alice, now=SOON)
    record_download(signed.pk, what="evidence", visitor=desk.alice, now=SOON)
    assert events_of(signed)[-1] == "downloaded"


def test_a_document_lapses_after_thirty_days(desk: Desk) -> None:
    request = desk.identify(desk.propose())
    last = NOON + timedelta(days=30) - timedelta(seconds=1)

    assert expire_requests(last) == 0
    assert expire_requests(last + timedelta(seconds=1)) == 1
    with pytest.raises(StaleSignatureError):
        send_code(request.pk, visitor=desk.alice, now=last + timedelta(seconds=1))
    request.refresh_from_db()
    assert request.state == SignatureState.EXPIRED


def test_what_is_kept_is_what_was_proposed(desk: Desk) -> None:
    request = desk.propose()

    with storage.open(request.document) as stream:
        assert stream.read() == order_form()
    assert request.sha256 in request.wording


def test_a_signed_order_form_makes_the_order_firm(desk: Desk) -> None:
    desk.sign()

    desk.order.refresh_from_db()
    assert desk.order.state == OrderState.FIRM
    assert desk.order.form_signed_at == SOON
    assert desk.order.mandate_signed_at is None


def test_nothing_is_signed_for_an_order_that_came_to_its_end(desk: Desk) -> None:
    request, code = desk.ready()
    withdraw_order(desk.order.pk, actor=desk.alice.actor, at=SOON)

    with pytest.raises(StaleSignatureError):
        send_code(request.pk, visitor=desk.alice, now=NOON + timedelta(minutes=2))
    ended = desk.type(request, code, now=SOON)

    assert ended.state == SignatureState.EXPIRED
    assert ended.signed_document == ""
    assert events_of(ended)[-1] == "expired"


def test_only_who_may_order_for_the_company_is_asked_to_sign(desk: Desk) -> None:
    for user in (desk.cast.vera, desk.cast.charlie, desk.cast.marc):
        with pytest.raises(NotTheSignerError):
            desk.propose(signer=user)

    assert desk.propose(signer=desk.cast.bob).signer == desk.cast.bob


def test_a_signer_who_left_the_company_signs_nothing_more(desk: Desk) -> None:
    request, code = desk.ready()
    Membership.objects.filter(user=desk.cast.alice).update(until=NOON)

    with pytest.raises(CodeRefusedError) as refused:
        desk.type(request, code, now=SOON)

    assert refused.value.verdict is CodeVerdict.OTHER_PERSON
    assert SignatureCode.objects.get().used_at is None
