"""The two card providers as real processes, with a customer who pays and an ear for callbacks."""

import contextlib
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

import stripe

from marketingconnect.payments.gateways.base import CardGateway, Outcome
from marketingconnect.payments.gateways.sandbox import SandboxGateway
from marketingconnect.payments.gateways.stripe import API_VERSION, StripeGateway
from tests.sandbox.servers import free_port, running, wait_for_port

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
