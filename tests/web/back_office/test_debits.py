"""Accounting keeps mandates and follows direct debits, from their announcement to the bank."""

import hashlib
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketingconnect import clock
from marketingconnect.notices.models import Notice
from marketingconnect.orders.models import Order
from marketingconnect.payments.models import DebitFile, DebitMandate, DirectDebit, Payment
from marketingconnect.payments.queries.debits import debits_to_announce, export_by
from marketingconnect.payments.services import agree_on_instalments, revoke_mandate
from marketingconnect.payments.states import DebitState, MandateState
from tests.cast import logged_in
from tests.sale import CLERK, Shop
from tests.web.back_office.debit_scene import IBAN, announced, debit_order, in_use, proposed, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def ines(shop: Shop) -> Client:
    return logged_in(shop.cast.ines)


@pytest.fixture
def mandate(shop: Shop) -> DebitMandate:
    return in_use(shop.cast.bakery, clock.now())


@pytest.fixture
def order(shop: Shop) -> Order:
    return debit_order(shop, clock.now())


def at(name: str, *keys: object) -> str:
    return reverse(f"back_office:{name}", args=keys)


def state_of(mandate: DebitMandate) -> str:
    mandate.refresh_from_db()
    return mandate.state


def test_a_paper_mandate_is_signed_checked_and_revoked(shop: Shop, ines: Client) -> None:
    mandate = proposed(shop.cast.bakery, clock.now())
    listed = ines.get(at("debit_mandates"), {"etat": "a-signer"})
    assert mandate.reference in listed.text
    assert [tab.count for tab in listed.context["faces"]] == [0, 1, 0, 0]
    today = clock.today()
    for typed in ({"signed_on": today}, {"signed_on": today + timedelta(1), "kept": "Classeur"}):
        assert ines.post(at("debit_mandate_sign", mandate.pk), typed).status_code == 400

    ines.post(at("debit_mandate_sign", mandate.pk), {"signed_on": today, "kept": "Classeur 3"})
    page = ines.get(at("debit_mandate", mandate.pk))
    assert state_of(mandate) == MandateState.SIGNED
    assert "Papier : Classeur 3" in page.text
    assert "Mettre le mandat en vigueur" in page.text
    assert "FR14\u00a0••••\u00a02606" in page.text

    ines.post(at("debit_mandate_activate", mandate.pk))
    assert state_of(mandate) == MandateState.ACTIVE
    assert ines.post(at("debit_mandate_activate", mandate.pk)).status_code == 409

    assert (
        "On ne peut pas revenir en arrière" in ines.get(at("debit_mandate_revoke", mandate.pk)).text
    )
    assert state_of(mandate) == MandateState.ACTIVE
    ines.post(at("debit_mandate_revoke", mandate.pk))
    assert state_of(mandate) == MandateState.REVOKED
    assert ines.get(at("debit_mandate_revoke", mandate.pk)).status_code == 409
    assert ines.get(at("debit_mandate_evidence", mandate.pk)).status_code == 404


def test_the_account_is_corrected_before_the_signature_by_accounting_or_by_the_client(
    shop: Shop, ines: Client
) -> None:
    first, alice = proposed(shop.cast.bakery, clock.now()), logged_in(shop.cast.alice)
    here = at("debit_mandate_correct", first.pk)
    told = {"debtor": "Nadia", "iban": "FR7630006000011234567890189", "asked": "Au téléphone"}
    assert "FR14" in ines.get(here).text
    assert "zone SEPA" in ines.post(here, {**told, "iban": "FR12"}).text
    second = ines.post(here, told, follow=True)
    assert ("Remplace" in second.text, "FR76" in second.text) == (True, True)
    assert "l’a remplacé" in ines.get(at("debit_mandate", first.pk)).text
    assert ines.post(here, told).status_code == 409

    mandate = DebitMandate.objects.get(replaces=first)
    theirs = reverse("client_area:debit_mandate_correct", args=[mandate.pk])
    assert theirs in alice.get(reverse("client_area:balance")).text
    assert "FR76" in alice.get(theirs).text
    assert alice.post(theirs, {"debtor": "Nadia", "iban": "FR00"}).status_code == 400
    assert alice.post(theirs, {"debtor": "Nadia", "iban": IBAN}).status_code == 302
    assert DebitMandate.objects.get(replaces=mandate).iban == IBAN
    assert logged_in(shop.cast.charlie).get(theirs).status_code == 404


def test_a_document_is_announced_at_the_day_shown_and_its_client_is_told(
    mandate: DebitMandate, order: Order, ines: Client
) -> None:
    page = ines.get(at("debits_to_announce"))
    (row,) = page.context["rows"]
    assert (row.due.number, row.amount.cents) == (order.reference, order.total_cents)
    assert "II.2.b" in page.text

    ines.post(at("debits_to_announce"), {"debit": "BC-2026-000001:1"})
    ines.post(at("debits_to_announce"))
    assert not DirectDebit.objects.exists()
    answer = ines.post(at("debits_to_announce"), {"debit": row.key}, follow=True)

    debit = DirectDebit.objects.get()
    assert (debit.collected_on, debit.cents) == (row.collected_on, order.total_cents)
    assert Notice.objects.filter(key=f"debit-announced:{debit.pk}").exists()
    assert "Rien à annoncer" in answer.text
    assert debits_to_announce(clock.today()) == []


def test_of_a_schedule_only_what_is_due_by_the_day_of_the_debit_is_announced(
    shop: Shop, order: Order
) -> None:
    now, today = clock.now(), clock.today()
    mandate = in_use(shop.cast.bakery, now, notice_days=2)
    first = today + timedelta(days=20)
    agree_on_instalments(order.pk, count=3, first_on=first, actor=CLERK, now=now)

    assert debits_to_announce(today) == []
    (row,) = debits_to_announce(first - timedelta(days=2))
    assert (row.amount.cents, row.due_on) == (120_00, first)
    assert row.mandate == mandate
    revoke_mandate(mandate.pk, actor=CLERK, now=now)
    assert debits_to_announce(first) == []


def test_the_file_of_a_day_is_made_once_and_downloaded_again(
    mandate: DebitMandate, order: Order, ines: Client
) -> None:
    debit = announced(mandate, order, clock.now())
    day = debit.collected_on.isoformat()
    page = ines.get(at("debit_day", day))
    assert page.context["export_by"] == export_by(debit.collected_on)
    assert "Faire le fichier" in page.text

    ines.post(at("debits_export", day))
    file = DebitFile.objects.get()
    again = ines.post(at("debits_export", day), follow=True)

    assert "déjà fait" in again.text
    assert file.sha256 in again.text
    downloads = [ines.get(at("debit_file_xml", file.pk)).content for _ in range(2)]
    assert {hashlib.sha256(content).hexdigest() for content in downloads} == {file.sha256}
    assert file.message_id in ines.get(at("debit_files")).text
    exported = ines.get(at("debit_files_csv")).getvalue().decode()
    assert f"{file.message_id};" in exported
    assert ";360,00;" in ines.get(at("debit_day_csv", day)).getvalue().decode()


def test_a_debit_is_collected_then_rejected_with_the_bank_s_reason(
    mandate: DebitMandate, order: Order, ines: Client
) -> None:
    debit, today = sent(mandate, order, clock.now()), clock.today()
    DirectDebit.objects.filter(pk=debit.pk).update(collected_on=today)
    day = today.isoformat()
    late = {"debit": debit.pk, "received_on": today + timedelta(days=1)}
    ines.post(at("debits_collect", day), late)
    assert not Payment.objects.exists()

    ines.post(at("debits_collect", day), {"debit": debit.pk, "received_on": today})
    debit.refresh_from_db()
    assert debit.state == DebitState.COLLECTED

    for typed in (
        {"code": "", "on": today},
        {"code": "other", "words": " ", "on": today},
        {"code": "AM04", "on": today + timedelta(days=1)},
        {"code": "AM04", "on": today - timedelta(days=1)},
    ):
        assert ines.post(at("debit_reject", debit.pk), typed).status_code == 400
    ines.post(at("debit_reject", debit.pk), {"code": "AM04", "on": today})

    debit.refresh_from_db()
    assert (debit.state, debit.rejection) == (DebitState.REJECTED, "AM04")
    assert "Provision insuffisante (AM04)" in ines.get(at("debit", debit.pk)).text
    assert ines.get(at("debit_reject", debit.pk)).status_code == 409
    order.refresh_from_db()
    assert order.state == "suspended"


def test_the_iban_is_masked_until_it_is_asked_for(mandate: DebitMandate, ines: Client) -> None:
    page = ines.get(at("debit_mandates"), {"etat": "en-vigueur"})
    assert IBAN[-4:] in page.text
    assert IBAN not in page.text.replace("\u00a0", "")


@pytest.mark.parametrize("who", ["marc", "sofia", "alice"])
def test_only_accounting_opens_them(shop: Shop, mandate: DebitMandate, who: str) -> None:
    browser = logged_in(getattr(shop.cast, who))
    for path in (
        at("debit_mandates"),
        at("debit_mandate", mandate.pk),
        at("debits"),
        at("debits_to_announce"),
        at("debit_files"),
    ):
        assert browser.get(path).status_code == 403
    assert browser.post(at("debit_mandate_revoke", mandate.pk)).status_code == 403


@pytest.mark.parametrize(
    ("name", "key"),
    [("debit_mandate", 999), ("debit", 999), ("debit_file", 999)]
    + [("debit_day", day) for day in ("2026-12-07", "2026-02-31", "demain", "2026127")],
)
def test_what_does_not_exist_is_404(ines: Client, name: str, key: object) -> None:
    assert ines.get(at(name, key)).status_code == 404
