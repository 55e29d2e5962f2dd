"""What a client signs so that its order binds it: its form, its mandate, and what follows."""

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pytest_django import Settings

from marketingconnect.audit.models import JournalEntry
from marketingconnect.orders.models import Order
from marketingconnect.orders.states import OrderState, Sale
from marketingconnect.payments.errors import MandateError
from marketingconnect.payments.iban import spaced_iban
from marketingconnect.payments.mandate_form import render_mandate
from marketingconnect.payments.models import DebitMandate
from marketingconnect.payments.services import (
    activate_mandate,
    agree_on_instalments,
    correct_mandate,
    propose_documents,
    propose_mandate,
    revoke_mandate,
    sign_mandate,
)
from marketingconnect.signature.errors import NotTheSignerError
from marketingconnect.signature.events import Visitor
from marketingconnect.signature.models import SignatureRequest
from marketingconnect.signature.services import retry_pending
from marketingconnect.signature.states import DocumentKind, SignatureState
from tests.sale import CLERK, NOON, Shop
from tests.signature.desk import Desk, visitor_of

pytestmark = pytest.mark.django_db
IBAN = "FR76 3000 6000 0112 3456 7890 189"
OTHER = "FR14 2004 1010 0505 0001 3M02 606"
LATER = NOON + timedelta(minutes=5)


def debited(shop: Shop) -> Order:
    """An order sold by an advisor, to be paid by direct debit."""
    order = shop.order(method="transfer")
    Order.objects.filter(pk=order.pk).update(sale=Sale.OFFLINE, payment_method="debit")
    order.refresh_from_db()
    return order


def mandate_for(order: Order, **changes: object) -> DebitMandate:
    values: dict[str, object] = {"iban": IBAN, "debtor": "Boulangerie Nadia", "order_id": order.pk}
    return propose_mandate(
        order.company_id,
        actor=CLERK,
        now=NOON,
        **{**values, **changes},  # type: ignore[arg-type]
    )


@pytest.fixture
def desk(shop: Shop, signing: Path, settings: Settings, tmp_path: Path) -> Desk:
    return Desk(debited(shop), shop.cast, tmp_path, settings)


def proposed(desk: Desk, order: Order | None = None) -> list[SignatureRequest]:
    alice = desk.cast.alice
    return propose_documents(
        (order or desk.order).pk, signer_id=alice.pk, visitor=visitor_of(alice), now=NOON
    )


def sign(desk: Desk, request: SignatureRequest, after: timedelta) -> SignatureRequest:
    code = desk.ask(desk.identify(request, NOON + after), NOON + after)
    return desk.type(request, code, NOON + after)


def words_of(pdf: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return re.sub(r"\W", "", text)


def test_the_mandate_says_what_the_scheme_imposes_and_never_otherwise(desk: Desk) -> None:
    mandate = mandate_for(desk.order, notice_days=5)

    pdf = render_mandate(mandate)

    for expected in (
        mandate.reference,
        "FR72ZZZ123456",
        "Atelier Postal SAS",
        "12 quai des Imprimeurs",
        "Boulangerie Nadia",
        IBAN,
        "Paiement récurrent",
        desk.order.reference,
        "vous autorisez (A) Atelier Postal SAS à envoyer des instructions à votre banque",
        "dans les 8 semaines suivant la date de débit",
        "dans les 13 mois en cas de prélèvement non autorisé",
        "5 jours calendaires",
        "36 mois",
    ):
        assert re.sub(r"\W", "", expected) in words_of(pdf), expected
    assert render_mandate(mandate) == pdf


def test_form_and_mandate_are_proposed_once_and_bind_together(desk: Desk) -> None:
    mandate = mandate_for(desk.order)
    agree_on_instalments(
        desk.order.pk, count=2, first_on=NOON.date() + timedelta(days=20), actor=CLERK, now=NOON
    )

    form, about = proposed(desk)

    assert [one.pk for one in proposed(desk)] == [form.pk, about.pk]
    assert (form.kind, about.kind) == (DocumentKind.ORDER_FORM, DocumentKind.MANDATE)
    assert about.subject == mandate.reference
    assert sign(desk, form, timedelta(0)).state == SignatureState.SIGNED
    desk.order.refresh_from_db()
    assert desk.order.state == OrderState.ACCEPTED
    signed = sign(desk, about, timedelta(minutes=3))
    desk.order.refresh_from_db()
    mandate.refresh_from_db()
    assert desk.order.state == OrderState.FIRM
    assert mandate.state == "signed"
    assert mandate.signature == f"{about.reference}, preuve SHA-256 {signed.evidence_sha256}"
    assert activate_mandate(mandate.pk, actor=CLERK, now=LATER).state == "active"


def test_a_mandate_concluded_by_the_retry_job_is_signed_once(desk: Desk) -> None:
    mandate = mandate_for(desk.order)
    _, about = proposed(desk)
    code = desk.ask(desk.identify(about))
    desk.stop_keys()
    assert desk.type(about, code).state == SignatureState.PENDING
    mandate.refresh_from_db()
    assert mandate.state == "proposed"

    desk.start_keys()

    assert [retry_pending(LATER), retry_pending(LATER)] == [1, 0]
    mandate.refresh_from_db()
    assert (mandate.state, mandate.signed_on) == ("signed", NOON.date())


def test_a_mandate_revoked_before_the_signature_is_not_signed(desk: Desk) -> None:
    mandate = mandate_for(desk.order)
    _, about = proposed(desk)
    code = desk.ask(desk.identify(about))
    revoke_mandate(mandate.pk, actor=CLERK, now=NOON)

    ended = desk.type(about, code)

    assert (ended.state, ended.signed_document) == (SignatureState.EXPIRED, "")
    assert "révoqué" in ended.end_reason
    mandate.refresh_from_db()
    assert mandate.state == "revoked"


def test_another_mandate_takes_the_place_of_the_document(desk: Desk) -> None:
    first = mandate_for(desk.order)
    _, about = proposed(desk)
    revoke_mandate(first.pk, actor=CLERK, now=NOON)
    assert [one.kind for one in proposed(desk)] == [DocumentKind.ORDER_FORM]
    second = mandate_for(desk.order, debtor="Nadia")

    _, replaced = proposed(desk)

    about.refresh_from_db()
    assert (about.state, replaced.subject) == (SignatureState.EXPIRED, second.reference)


def test_a_mandate_signed_before_serves_again_and_nothing_more_is_signed(
    desk: Desk, shop: Shop
) -> None:
    mandate = mandate_for(desk.order)
    _, about = proposed(desk)
    second, third = debited(shop), debited(shop)
    _, too_many = proposed(desk, second)

    sign(desk, about, timedelta(0))

    second.refresh_from_db()
    assert second.mandate_signed_at is not None
    assert [one.kind for one in proposed(desk, second)] == [DocumentKind.ORDER_FORM]
    too_many.refresh_from_db()
    assert too_many.state == SignatureState.EXPIRED
    third.refresh_from_db()
    assert third.mandate_signed_at is not None
    mandate.refresh_from_db()
    assert mandate.state == "signed"


def test_a_mandate_signed_on_paper_is_received_with_the_order(desk: Desk) -> None:
    mandate = mandate_for(desk.order, order_id=None)
    sign_mandate(mandate.pk, signed_on=NOON.date(), signature="Papier", actor=CLERK, now=NOON)

    assert [one.kind for one in proposed(desk)] == [DocumentKind.ORDER_FORM]

    desk.order.refresh_from_db()
    assert desk.order.mandate_signed_at == NOON


@pytest.mark.parametrize("who", ["vera", "charlie", "marc"])
def test_only_who_may_order_is_proposed_a_document(desk: Desk, who: str) -> None:
    person = getattr(desk.cast, who)

    with pytest.raises(NotTheSignerError):
        propose_documents(desk.order.pk, signer_id=person.pk, visitor=visitor_of(person), now=NOON)

    assert not SignatureRequest.objects.exists()


def test_an_order_on_line_has_its_form_alone(desk: Desk, shop: Shop) -> None:
    order = shop.order(method="card")

    assert [one.kind for one in proposed(desk, order)] == [DocumentKind.ORDER_FORM]


def test_a_document_whose_signer_left_is_proposed_to_another(desk: Desk) -> None:
    (form,) = proposed(desk)
    cast = desk.cast
    cast.alice.memberships.update(until=NOON)

    (again,) = propose_documents(
        desk.order.pk,
        signer_id=cast.bob.pk,
        visitor=visitor_of(cast.bob),
        now=NOON + timedelta(days=1),
    )

    form.refresh_from_db()
    assert (form.state, again.signer) == (SignatureState.EXPIRED, cast.bob)


def test_another_account_is_a_new_mandate_offered_to_the_same_person_and_the_old_one_stays(
    desk: Desk,
) -> None:
    before = mandate_for(desk.order, notice_days=5)
    _, offered = proposed(desk)
    paul = Visitor(CLERK)
    told: dict[str, Any] = {"debtor": "Nadia Essai", "asked": "Au téléphone", "visitor": paul}
    for iban, words in (("FR00", "zone SEPA"), ("", "zone SEPA")):
        with pytest.raises(MandateError, match=words):
            correct_mandate(before.pk, iban=iban, now=LATER, **told)
    same = {**told, "debtor": before.debtor}
    with pytest.raises(MandateError, match="déjà ce compte"):
        correct_mandate(before.pk, iban=IBAN, now=LATER, **same)
    with pytest.raises(MandateError, match="comment le client"):
        correct_mandate(before.pk, iban=OTHER, now=LATER, **{**told, "asked": " "})

    after = correct_mandate(before.pk, iban=OTHER, now=LATER, **told)

    before.refresh_from_db()
    offered.refresh_from_db()
    assert (before.state, spaced_iban(before.iban)) == ("revoked", IBAN.replace(" ", "\u00a0"))
    assert (after.state, after.debtor, after.notice_days) == ("proposed", "Nadia Essai", 5)
    assert (after.replaces, after.order) == (before, before.order)
    assert offered.state == SignatureState.EXPIRED
    again = SignatureRequest.objects.get(subject=after.reference)
    assert (again.signer, again.state) == (offered.signer, SignatureState.CREATED)
    assert SignatureRequest.objects.filter(kind=DocumentKind.ORDER_FORM).count() == 1
    entry = JournalEntry.objects.get(action="debit_mandate.corrected")
    assert (entry.after or {})["asked"] == "Au téléphone"
    with pytest.raises(MandateError, match="signature"):
        correct_mandate(before.pk, iban=IBAN, now=LATER, **told)
    sign(desk, again, timedelta(minutes=9))
    after.refresh_from_db()
    assert after.state == "signed"
    with pytest.raises(MandateError, match="signature"):
        correct_mandate(after.pk, iban=IBAN, now=LATER + timedelta(hours=1), **told)


def test_a_mandate_that_is_being_signed_is_not_corrected(desk: Desk) -> None:
    mandate = mandate_for(desk.order)
    _, offered = proposed(desk)
    SignatureRequest.objects.filter(pk=offered.pk).update(
        state=SignatureState.PENDING, pending_reason="signing", consented_at=NOON
    )
    with pytest.raises(MandateError, match="en cours"):
        correct_mandate(
            mandate.pk,
            iban=OTHER,
            debtor="Nadia",
            asked="Au téléphone",
            visitor=Visitor(CLERK),
            now=LATER,
        )
    assert DebitMandate.objects.get().state == "proposed"
