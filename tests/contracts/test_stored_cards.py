"""Cards that a provider keeps: what is asked, what is told, and answers that get lost."""

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl

import pytest

from marketingconnect.payments.gateways.base import GatewayUnavailableError, Kept, Verdict
from marketingconnect.payments.gateways.stripe import StripeGateway
from tests.contracts.card_providers import SECRET, listening, sandbox_provider
from tests.contracts.test_card_gateways import charge, debit


def test_a_debit_whose_answer_is_lost_is_found_by_repeating_it(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with (
        listening() as ear,
        sandbox_provider(tmp_path_factory.mktemp("bank"), ear) as provider,
    ):
        kept = provider.kept("silent")
        wanted = debit(kept.token)
        with pytest.raises(GatewayUnavailableError):
            provider.gateway.charge_stored(wanted)

        found = provider.gateway.charge_stored(wanted)

        assert found == provider.gateway.charge_stored(wanted)
        assert (found.verdict, kept.brand, kept.last4) == (Verdict.SUCCEEDED, "visa", "0077")
        assert kept.expires_on.year == time.gmtime().tm_year + 3


@contextlib.contextmanager
def a_stripe_that_answers(*answers: tuple[int, dict[str, Any]]) -> Iterator[list[dict[str, str]]]:
    """Each call in turn; what was asked, after the address where it listens."""
    asked: list[dict[str, str]] = []
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
            asked.append(
                {
                    "path": self.path.partition("?")[0],
                    "key": self.headers["Idempotency-Key"] or "",
                    **dict(parse_qsl(body)),
                }
            )
            status, answer = left.pop(0)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            self.headers["Content-Length"] = "0"
            self.do_POST()

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    asked.append({"at": f"http://127.0.0.1:{server.server_port}"})
    try:
        yield asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def intent(status: str, **values: Any) -> dict[str, Any]:
    return {"id": "pi_1", "object": "payment_intent", "amount": 120_00, "status": status, **values}


def test_stripe_keeps_a_card_for_a_customer_and_tells_which() -> None:
    request = replace(charge(120_00), save_card=True)
    card = {"brand": "visa", "last4": "4242", "exp_month": 2, "exp_year": 2028}
    method = {"id": "pm_1", "card": card}
    paid = intent(
        "succeeded", customer="cus_1", setup_future_usage="off_session", payment_method=method
    )
    with a_stripe_that_answers(
        (200, {"id": "cus_1", "object": "customer"}),
        (200, intent("requires_payment_method")),
        (200, paid),
        (200, {**paid, "payment_method": "pm_1"}),
    ) as asked:
        gateway = StripeGateway("sk_test_x", SECRET, asked.pop()["at"])
        gateway.create(request)
        kept, named = gateway.fetch("pi_1").kept, gateway.fetch("pi_1").kept

    assert [one["path"] for one in asked[:2]] == ["/v1/customers", "/v1/payment_intents"]
    assert [one["key"] for one in asked[:2]] == [f"{request.key}:customer", str(request.key)]
    assert (asked[1]["customer"], asked[1]["setup_future_usage"]) == ("cus_1", "off_session")
    assert kept == Kept("cus_1/pm_1", "visa", "4242", date(2028, 2, 29))
    assert named is None


@pytest.mark.parametrize("code", ["insufficient_funds", "authentication_required"])
def test_stripe_debits_a_card_off_session_and_tells_why_it_failed(code: str) -> None:
    error = {"code": "card_declined", "decline_code": code}
    failed = intent("requires_payment_method", last_payment_error=error)
    refusal = {"error": {"type": "card_error", "code": "card_declined", "payment_intent": failed}}
    wanted = debit("cus_1/pm_1")
    with a_stripe_that_answers((402, refusal)) as asked:
        gateway = StripeGateway("sk_test_x", SECRET, asked.pop()["at"])
        outcome = gateway.charge_stored(wanted)

    assert (outcome.verdict, outcome.failure_code) == (Verdict.FAILED, code)
    assert asked[0]["key"] == str(wanted.key)
    given = {name: asked[0][name] for name in ("customer", "payment_method", "off_session")}
    assert given == {"customer": "cus_1", "payment_method": "pm_1", "off_session": "true"}
    assert asked[0]["confirm"] == "true"
