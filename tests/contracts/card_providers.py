"""The two card providers as real processes, with a customer who pays and an ear for callbacks."""

import contextlib
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

import stripe

from marketingconnect.config.ports import free_port
from marketingconnect.kernel.money import Money
from marketingconnect.payments.gateways.base import CardGateway, ChargeRequest, Kept, Outcome
from marketingconnect.payments.gateways.sandbox import SandboxGateway
from marketingconnect.payments.gateways.stripe import API_VERSION, StripeGateway
from tests.sandbox.servers import running, wait_for_port

SECRET = "a secret shared with the bank"
STRIPE_KEY = "sk_test_contract"
PAYS = "pm_card_visa"
IS_DECLINED = "pm_card_chargeCustomerFail"


@dataclass
class Ear:
    """Listens to callbacks and keeps them as they came."""

    url: str = ""
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, count: int) -> list[tuple[dict[str, str], bytes]]:
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.heard) >= count, timeout=15)
            return list(self.heard)

    def wait_for_one_about(self, words: str) -> tuple[dict[str, str], bytes]:
        """Callbacks of earlier payments may still come."""

        def found() -> list[tuple[dict[str, str], bytes]]:
            return [one for one in self.heard if words.encode() in one[1]]

        with self.arrived:
            assert self.arrived.wait_for(lambda: bool(found()), timeout=15)
            return found()[0]


@contextlib.contextmanager
def listening() -> Iterator[Ear]:
    ear = Ear()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with ear.arrived:
                ear.heard.append((dict(self.headers.items()), body))
                ear.arrived.notify_all()
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ear.url = f"http://127.0.0.1:{server.server_port}/rappel"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield ear
    server.shutdown()
    thread.join()
    server.server_close()


class Provider(Protocol):
    """A provider under contract."""

    signature_header: str
    ear: Ear

    @property
    def gateway(self) -> CardGateway: ...

    def customer_pays(self, payment: Outcome) -> None: ...

    def customer_is_refused(self, payment: Outcome) -> None: ...

    def card_kept(self, *, accepts: bool) -> str:
        """The token of a card kept earlier, which accepts or refuses its next debits."""

    def elsewhere(self, *, secret: str = ..., port: int | None = None) -> CardGateway:
        """The same gateway with another secret, or looking at another port."""


@dataclass
class SandboxProvider:
    address: str
    ear: Ear
    signature_header: str = "Sandbox-Bank-Signature"

    @property
    def gateway(self) -> CardGateway:
        return SandboxGateway(self.address, SECRET)

    def elsewhere(self, *, secret: str = SECRET, port: int | None = None) -> CardGateway:
        address = f"http://127.0.0.1:{port}" if port else self.address
        return SandboxGateway(address, secret)

    def customer_pays(self, payment: Outcome) -> None:
        post_form(payment.page_url, scenario="success")

    def customer_is_refused(self, payment: Outcome) -> None:
        post_form(payment.page_url, scenario="refused", reason="insufficient_funds")

    def card_kept(self, *, accepts: bool) -> str:
        return self.kept("accepts" if accepts else "declines").token

    def kept(self, behaviour: str) -> Kept:
        """A card kept by paying, which will answer so."""
        opened = self.gateway.create(
            ChargeRequest(
                key=uuid.uuid4(),
                amount=Money(120_00),
                reference="BC-2026-000042",
                description="",
                return_url="http://127.0.0.1:9/retour",
                cancel_url="http://127.0.0.1:9/retour",
                save_card=True,
            )
        )
        post_form(opened.page_url, scenario="success", card=behaviour)
        kept = self.gateway.fetch(opened.provider_ref).kept
        assert kept is not None
        return kept


@dataclass
class StripeProvider:
    address: str
    ear: Ear
    signature_header: str = "Stripe-Signature"

    @property
    def gateway(self) -> CardGateway:
        return StripeGateway(STRIPE_KEY, SECRET, self.address)

    def elsewhere(self, *, secret: str = SECRET, port: int | None = None) -> CardGateway:
        address = f"http://127.0.0.1:{port}" if port else self.address
        return StripeGateway(STRIPE_KEY if secret == SECRET else secret, secret, address)

    def customer_pays(self, payment: Outcome) -> None:
        self._confirm(payment, PAYS)

    def customer_is_refused(self, payment: Outcome) -> None:
        with contextlib.suppress(stripe.CardError):
            self._confirm(payment, IS_DECLINED)

    def card_kept(self, *, accepts: bool) -> str:
        """Given to a customer outside any payment: this server keeps none by paying."""
        client = stripe.StripeClient(
            STRIPE_KEY, base_addresses={"api": self.address}, stripe_version=API_VERSION
        )
        customer = client.v1.customers.create()
        method = client.v1.payment_methods.create(
            params={
                "type": "card",
                "card": {
                    "number": "4242424242424242" if accepts else "4000000000000341",
                    "exp_month": 11,
                    "exp_year": 2029,
                    "cvc": "123",
                },
            }
        )
        if accepts:
            client.v1.payment_methods.attach(method.id, params={"customer": customer.id})
        return f"{customer.id}/{method.id}"

    def _confirm(self, payment: Outcome, card: str) -> None:
        """What Stripe's fields do in the browser; this server wants it in two calls."""
        client = stripe.StripeClient(
            STRIPE_KEY, base_addresses={"api": self.address}, stripe_version=API_VERSION
        )
        client.v1.payment_intents.update(payment.provider_ref, params={"payment_method": card})
        client.v1.payment_intents.confirm(payment.provider_ref)


@contextlib.contextmanager
def sandbox_provider(folder: Path, ear: Ear) -> Iterator[SandboxProvider]:
    port = free_port()
    arguments = ["--port", str(port), "--dir", str(folder)]
    arguments += ["--webhook-url", ear.url, "--secret", SECRET]
    with running("sandbox_bank", *arguments, port=port):
        yield SandboxProvider(f"http://127.0.0.1:{port}", ear)


@contextlib.contextmanager
def stripe_provider(folder: Path, ear: Ear) -> Iterator[StripeProvider]:
    """localstripe keeps a file in the folder it is started from."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=dict(os.environ),
    )
    try:
        wait_for_port(port, process)
        address = f"http://127.0.0.1:{port}"
        post_form(f"{address}/_config/webhooks/contract", url=ear.url, secret=SECRET)
        yield StripeProvider(address, ear)
    finally:
        process.terminate()
        process.communicate(timeout=20)


def post_form(url: str, /, **fields: str) -> int:
    """Post a form and stay where one is; gives the status."""
    body = urllib.parse.urlencode(fields).encode()
    opener = urllib.request.build_opener(_Stay)
    try:
        with opener.open(url, data=body, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None
