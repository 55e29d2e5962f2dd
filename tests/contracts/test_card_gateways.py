"""What any card provider must keep, tried on real processes of both."""

import hashlib
import hmac
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from marketingconnect.config.ports import free_port
from marketingconnect.kernel.money import Money
from marketingconnect.payments.gateways.base import (
    ChargeRequest,
    ForgedWebhookError,
    GatewayEvent,
    GatewayRefusedError,
    GatewayUnavailableError,
    Kept,
    Outcome,
    StoredCharge,
    Verdict,
)
from marketingconnect.payments.gateways.stripe import StripeGateway
from tests.contracts.card_providers import (
    SECRET,
    Ear,
    Provider,
    listening,
    sandbox_provider,
    stripe_provider,
)


@pytest.fixture(scope="module", params=["sandbox", "stripe"])
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Provider]:
    start: Callable[[Path, Ear], AbstractContextManager[Provider]]
    start = sandbox_provider if request.param == "sandbox" else stripe_provider
    with listening() as ear, start(tmp_path_factory.mktemp("provider"), ear) as provider:
        yield provider


@pytest.fixture
def provider(shared: Provider) -> Provider:
    shared.ear.heard.clear()
    return shared


def charge(amount: int = 360_00, key: uuid.UUID | None = None) -> ChargeRequest:
    return ChargeRequest(
        key=key or uuid.uuid4(),
        amount=Money(amount),
        reference="BC-2026-000042",
        description="Commande BC-2026-000042",
        return_url="http://127.0.0.1:9/retour",
        cancel_url="http://127.0.0.1:9/retour",
    )


def signed(body: bytes, *, at: float, secret: str = SECRET) -> str:
    mac = hmac.new(secret.encode(), f"{int(at)}.".encode() + body, hashlib.sha256)
    return f"t={int(at)},v1={mac.hexdigest()}"


def told_of(provider: Provider, payment: Outcome) -> GatewayEvent:
    """The callback about this payment; those of what came before it may still come."""
    headers, body = provider.ear.wait_for_one_about(payment.provider_ref)
    return provider.gateway.parse_webhook(headers, body)


def test_a_payment_opens_pending_with_a_way_to_pay(provider: Provider) -> None:
    request = charge()

    opened = provider.gateway.create(request)

    assert opened.verdict is Verdict.PENDING
    assert (opened.amount, opened.key) == (request.amount, request.key)
    assert opened.provider_ref
    assert opened.page_url or opened.client_secret


def test_asking_tells_the_same_payment(provider: Provider) -> None:
    opened = provider.gateway.create(charge())

    told = provider.gateway.fetch(opened.provider_ref)

    assert (told.verdict, told.provider_ref, told.key) == (
        Verdict.PENDING,
        opened.provider_ref,
        opened.key,
    )


def test_a_payment_made_is_told_when_asked_and_by_a_callback(provider: Provider) -> None:
    opened = provider.gateway.create(charge())

    provider.customer_pays(opened)

    told = provider.gateway.fetch(opened.provider_ref)
    event = told_of(provider, opened)
    assert told.verdict is Verdict.SUCCEEDED
    assert told.amount == Money(360_00)
    assert event.event_id
    assert event.outcome is not None
    assert (event.outcome.verdict, event.outcome.key) == (Verdict.SUCCEEDED, opened.key)
    assert event.outcome.amount == Money(360_00)


def test_a_refusal_is_told_with_a_code(provider: Provider) -> None:
    opened = provider.gateway.create(charge())

    provider.customer_is_refused(opened)

    told = provider.gateway.fetch(opened.provider_ref)
    event = told_of(provider, opened)
    assert told.verdict is Verdict.FAILED
    assert told.failure_code in {"insufficient_funds", "card_declined"}
    assert event.outcome is not None
    assert event.outcome.verdict is Verdict.FAILED


def test_a_cancelled_payment_is_over(provider: Provider) -> None:
    opened = provider.gateway.create(charge())

    cancelled = provider.gateway.cancel(opened.provider_ref)

    assert (cancelled.verdict, cancelled.failure_code) == (Verdict.FAILED, "cancelled")
    assert provider.gateway.fetch(opened.provider_ref).verdict is Verdict.FAILED


def test_cancelling_too_late_tells_that_it_was_paid(provider: Provider) -> None:
    opened = provider.gateway.create(charge())
    provider.customer_pays(opened)

    assert provider.gateway.cancel(opened.provider_ref).verdict is Verdict.SUCCEEDED


def debit(token: str, key: uuid.UUID | None = None) -> StoredCharge:
    return StoredCharge(
        key=key or uuid.uuid4(),
        amount=Money(120_00),
        reference="BC-2026-000042",
        description="Commande BC-2026-000042",
        token=token,
    )


def test_a_card_kept_is_debited_its_holder_absent(provider: Provider) -> None:
    wanted = debit(provider.card_kept(accepts=True))

    debited = provider.gateway.charge_stored(wanted)

    assert (debited.verdict, debited.amount) == (Verdict.SUCCEEDED, Money(120_00))
    told = provider.gateway.fetch(debited.provider_ref)
    assert (told.verdict, told.key, told.kept) == (Verdict.SUCCEEDED, wanted.key, None)
    event = told_of(provider, debited)
    assert event.outcome is not None
    assert event.outcome.verdict is Verdict.SUCCEEDED


def test_a_debit_refused_is_over(provider: Provider) -> None:
    """As a payment that failed, or as one that was never opened: the code says why either way."""
    token = provider.card_kept(accepts=False)
    try:
        code = provider.gateway.charge_stored(debit(token)).failure_code
    except GatewayRefusedError as refusal:
        code = refusal.code
    assert code in {"insufficient_funds", "card_declined"}


def test_a_card_never_kept_is_not_debited(provider: Provider) -> None:
    with pytest.raises(GatewayRefusedError):
        provider.gateway.charge_stored(debit("cus_unknown/pm_unknown"))


def test_an_unknown_payment_is_refused(provider: Provider) -> None:
    with pytest.raises(GatewayRefusedError):
        provider.gateway.fetch("pi_" + "0" * 24)


def test_a_wrong_key_is_refused(provider: Provider) -> None:
    with pytest.raises(GatewayRefusedError):
        provider.elsewhere(secret="wrong").create(charge())


def test_no_answer_is_not_a_refusal(provider: Provider) -> None:
    with pytest.raises(GatewayUnavailableError):
        provider.elsewhere(port=free_port()).create(charge())


@pytest.fixture(scope="module")
def callback(shared: Provider) -> tuple[dict[str, str], bytes]:
    """One genuine callback, about a payment made."""
    shared.ear.heard.clear()
    opened = shared.gateway.create(charge())
    shared.customer_pays(opened)
    return shared.ear.wait_for_one_about(str(opened.key))


def test_an_altered_callback_is_forged(
    provider: Provider, callback: tuple[dict[str, str], bytes]
) -> None:
    headers, body = callback

    with pytest.raises(ForgedWebhookError):
        provider.gateway.parse_webhook(headers, body.replace(b"36000", b"36001"))


def test_a_callback_signed_by_another_is_forged(
    provider: Provider, callback: tuple[dict[str, str], bytes]
) -> None:
    _, body = callback
    header = {provider.signature_header: signed(body, at=time.time(), secret="another")}

    with pytest.raises(ForgedWebhookError):
        provider.gateway.parse_webhook(header, body)


@pytest.mark.parametrize("header", ["", "t=1,v1=", "v1=00", "t=x,v1=00", "nonsense", "t=²,v1=é"])
def test_a_callback_without_a_signature_is_forged(
    provider: Provider, callback: tuple[dict[str, str], bytes], header: str
) -> None:
    with pytest.raises(ForgedWebhookError):
        provider.gateway.parse_webhook({provider.signature_header: header}, callback[1])


def test_a_callback_signed_long_ago_is_refused(
    provider: Provider, callback: tuple[dict[str, str], bytes]
) -> None:
    _, body = callback
    fresh = {provider.signature_header: signed(body, at=time.time() - 200)}
    old = {provider.signature_header: signed(body, at=time.time() - 400)}

    assert provider.gateway.parse_webhook(fresh, body).outcome is not None
    with pytest.raises(ForgedWebhookError):
        provider.gateway.parse_webhook(old, body)


@pytest.mark.parametrize(
    "body",
    [b"", b"not json", b"[]", b"{}", b'{"id": "evt_1", "type": "payment.succeeded"}', b"\xff"],
)
def test_a_signed_body_that_says_nothing_is_refused(provider: Provider, body: bytes) -> None:
    header = {provider.signature_header: signed(body, at=time.time())}

    with pytest.raises(ForgedWebhookError):
        provider.gateway.parse_webhook(header, body)


def test_repeating_a_request_opens_one_payment(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tried on the sandbox: localstripe does not know idempotency keys."""
    request = charge()
    with (
        listening() as ear,
        sandbox_provider(tmp_path_factory.mktemp("bank"), ear) as provider,
    ):
        first, again = provider.gateway.create(request), provider.gateway.create(request)

        assert first == again
        with pytest.raises(GatewayRefusedError):
            provider.gateway.create(charge(amount=1, key=request.key))


def test_stripe_is_given_our_key_as_its_idempotency_key() -> None:
    heard: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.headers["Idempotency-Key"])
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(500)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.handle_request)
    thread.start()
    request = charge()
    gateway = StripeGateway("sk_test_x", SECRET, f"http://127.0.0.1:{server.server_port}")

    with pytest.raises(GatewayUnavailableError):
        gateway.create(request)

    thread.join()
    server.server_close()
    assert heard == [str(request.key)]


def test_an_outcome_names_no_card() -> None:
    named = [*Outcome.__dataclass_fields__, *Kept.__dataclass_fields__]
    assert not {name for name in named if "card" in name or "pan" in name or "number" in name}
