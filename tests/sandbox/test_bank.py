"""The sandbox bank as a real process, with a merchant that really listens."""

import hashlib
import hmac
import json
import re
import signal
import subprocess
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from marketingconnect.config.ports import free_port
from tests.sandbox.servers import running

SECRET = "un secret d'essai"
RETURN_URL = "http://127.0.0.1:9/retour?x=1"
CANCEL_URL = "http://127.0.0.1:9/abandon"
HTTP = httpx.Client(timeout=10, limits=httpx.Limits(max_keepalive_connections=0))


@dataclass
class Merchant:
    """Receives webhooks; knows its own payments of the test, and refuses the first ``failures``."""

    url: str = ""
    told: list[dict[str, Any]] = field(default_factory=list)
    payments: set[str] = field(default_factory=set)
    failures: int = 0

    @property
    def received(self) -> list[dict[str, Any]]:
        """Webhooks about this test's payments: a late one of another test is not ours."""
        return [event for event in self.told if self.knows(event)]

    def knows(self, event: dict[str, Any]) -> bool:
        return event["data"]["payment"]["id"] in self.payments

    def forget(self) -> "Merchant":
        self.told, self.payments, self.failures = [], set(), 0
        return self

    def wait_for(self, count: int) -> list[str]:
        """Types of the webhooks received, once there are that many."""
        deadline = time.monotonic() + 15
        while len(self.received) < count:
            assert time.monotonic() < deadline, self.received
            time.sleep(0.01)
        return [event["type"] for event in self.received]


@pytest.fixture(scope="module")
def shop() -> Iterator[Merchant]:
    book = Merchant()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found = re.fullmatch(
                r"t=(\d+),v1=([0-9a-f]{64})", self.headers["Sandbox-Bank-Signature"]
            )
            assert found
            expected = hmac.new(SECRET.encode(), f"{found[1]}.".encode() + body, hashlib.sha256)
            genuine = hmac.compare_digest(expected.hexdigest(), found[2])
            fresh = abs(time.time() - int(found[1])) < 10
            event = {**json.loads(body), "genuine": genuine and fresh}
            if book.failures and book.knows(event):
                book.failures -= 1
                self.send_response(503)
            else:
                book.told.append(event)
                self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    book.url = f"http://127.0.0.1:{server.server_port}/webhooks/bank"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield book
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class BankAt:
    port: int
    merchant: Merchant
    process: subprocess.Popen[str]

    def api(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {SECRET}", **options.pop("headers", {})}
        url = f"http://127.0.0.1:{self.port}{path}"
        return HTTP.request(method, url, headers=headers, **options)

    def create(self, key: str | None = None, **changes: Any) -> httpx.Response:
        body = {
            "amount_cents": 123456,
            "currency": "EUR",
            "reference": "CMD-1",
            "return_url": RETURN_URL,
            "cancel_url": CANCEL_URL,
            **changes,
        }
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        answer = self.api("POST", "/v1/payments", json=body, headers=headers)
        if answer.is_success:
            self.merchant.payments.add(answer.json()["id"])
        return answer

    def pay(self, payment: dict[str, Any], **form: str) -> httpx.Response:
        return HTTP.post(payment["page_url"], data=form)

    def status(self, payment: dict[str, Any]) -> str:
        return str(self.api("GET", f"/v1/payments/{payment['id']}").json()["status"])


@contextmanager
def bank_in(folder: Path, merchant: Merchant) -> Iterator[BankAt]:
    port = free_port()
    arguments = ["--port", str(port), "--dir", str(folder), "--secret", SECRET]
    arguments += ["--webhook-url", merchant.url]
    with running("sandbox_bank", *arguments, port=port) as process:
        yield BankAt(port, merchant, process)


@pytest.fixture(scope="module")
def open_bank(tmp_path_factory: pytest.TempPathFactory, shop: Merchant) -> Iterator[BankAt]:
    with bank_in(tmp_path_factory.mktemp("bank"), shop) as started:
        yield started


@pytest.fixture
def merchant(shop: Merchant) -> Merchant:
    return shop.forget()


@pytest.fixture
def bank(open_bank: BankAt, merchant: Merchant) -> BankAt:
    return open_bank


def test_a_payment_is_created_once_per_key(bank: BankAt) -> None:
    key = str(uuid.uuid4())
    first, again = bank.create(key), bank.create(key)

    assert (first.status_code, again.status_code) == (201, 200)
    payment = first.json()
    assert again.json() == payment
    assert payment["status"] == "created"
    assert re.fullmatch(r"pay_[0-9a-f]{32}", payment["id"])
    assert bank.api("GET", f"/v1/payments?idempotency_key={key}").json() == payment
    other = bank.create(key, amount_cents=1)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "idempotency_conflict")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount_cents", 0),
        ("amount_cents", "12"),
        ("amount_cents", True),
        ("amount_cents", 100_000_000),
        ("currency", "USD"),
        ("reference", ""),
        ("reference", "x\n"),
        ("description", "x" * 141),
        ("return_url", "javascript:alert(1)"),
        ("cancel_url", None),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_created(
    bank: BankAt, field: str, value: object
) -> None:
    key = str(uuid.uuid4())
    answer = bank.create(key, **{field: value})

    assert answer.status_code == 400
    assert answer.json()["error"]["field"] == field
    assert bank.api("GET", f"/v1/payments?idempotency_key={key}").status_code == 404


def test_strangers_broken_requests_and_unknown_payments_are_refused(bank: BankAt) -> None:
    stranger = {"Authorization": "Bearer wrong"}
    assert bank.api("GET", "/v1/payments/pay_1", headers=stranger).status_code == 401
    assert bank.api("GET", "/v1/payments/pay_1").status_code == 404
    key = {"Idempotency-Key": str(uuid.uuid4())}
    assert bank.api("POST", "/v1/payments", content="{", headers=key).status_code == 400
    assert bank.api("POST", "/v1/payments", json=[], headers=key).status_code == 400
    assert bank.create("not-a-uuid").json()["error"]["field"] == "Idempotency-Key"
    assert bank.api("DELETE", "/v1/payments").status_code == 405
    assert HTTP.get(f"http://127.0.0.1:{bank.port}/pay/pay_1").status_code == 404


def test_success_sends_the_payer_back_and_tells_the_merchant_once(
    bank: BankAt, merchant: Merchant
) -> None:
    payment = bank.create().json()
    page = HTTP.get(payment["page_url"])
    assert "1\u202f234,56\u00a0€" in page.text

    back = bank.pay(payment, scenario="success")

    assert back.status_code == 303
    assert back.headers["Location"] == f"{RETURN_URL}&payment={payment['id']}"
    assert merchant.wait_for(1) == ["payment.succeeded"]
    (event,) = merchant.received
    assert event["genuine"]
    assert event["data"]["payment"] == bank.api("GET", f"/v1/payments/{payment['id']}").json()
    assert bank.pay(payment, scenario="refused").status_code == 200
    assert bank.status(payment) == "succeeded"


def test_a_refusal_says_why(bank: BankAt, merchant: Merchant) -> None:
    payment = bank.create().json()

    assert bank.pay(payment, scenario="refused", reason="expired_card").status_code == 303

    merchant.wait_for(1)
    told = merchant.received[0]["data"]["payment"]
    assert told["refusal"] == {"code": "expired_card", "message": "Carte expirée"}
    assert told["status"] == bank.status(payment) == "refused"


def test_confirmation_asks_for_a_code_and_the_right_one_pays(
    bank: BankAt, merchant: Merchant
) -> None:
    payment = bank.create().json()
    assert bank.pay(payment, scenario="confirmation").status_code == 303
    assert bank.status(payment) == "processing"
    page = HTTP.get(payment["page_url"]).text
    code = re.search(r"<strong>(\d{6})</strong>", page)
    assert code

    wrong = HTTP.post(f"{payment['page_url']}/code", data={"code": "x"})
    assert (wrong.status_code, "pas le bon" in wrong.text) == (400, True)
    right = HTTP.post(f"{payment['page_url']}/code", data={"code": code[1]})

    assert right.status_code == 303
    assert merchant.wait_for(2) == ["payment.processing", "payment.succeeded"]


def test_three_wrong_codes_refuse_the_payment(bank: BankAt, merchant: Merchant) -> None:
    payment = bank.create().json()
    bank.pay(payment, scenario="confirmation")

    answers = [
        HTTP.post(f"{payment['page_url']}/code", data={"code": "nope"}).status_code
        for _ in range(3)
    ]

    assert answers == [400, 400, 303]
    assert merchant.wait_for(2)[1] == "payment.refused"
    assert merchant.received[1]["data"]["payment"]["refusal"]["code"] == "authentication_failed"


@pytest.mark.parametrize("truth", ["succeeded", "refused", "created"])
def test_no_answer_tells_nobody_but_the_truth_can_be_asked(
    bank: BankAt, merchant: Merchant, truth: str
) -> None:
    payment, other = bank.create().json(), bank.create().json()

    silent = bank.pay(payment, scenario="no_answer", truth=truth)

    assert (silent.status_code, "Location" in silent.headers) == (200, False)
    assert "127.0.0.1:9" not in silent.text
    assert bank.status(payment) == truth
    bank.pay(other, scenario="success")
    merchant.wait_for(1)
    assert [event["data"]["payment"]["id"] for event in merchant.received] == [other["id"]]


def test_a_late_webhook_comes_after_the_payer(bank: BankAt, merchant: Merchant) -> None:
    payment, other = bank.create().json(), bank.create().json()

    assert bank.pay(payment, scenario="late", delay="1").status_code == 303
    assert bank.status(payment) == "succeeded"
    bank.pay(other, scenario="success")

    merchant.wait_for(2)
    told = [event["data"]["payment"]["id"] for event in merchant.received]
    assert told == [other["id"], payment["id"]]


def test_duplicates_carry_the_same_event(bank: BankAt, merchant: Merchant) -> None:
    bank.pay(bank.create().json(), scenario="duplicate")

    merchant.wait_for(3)
    assert len({event["id"] for event in merchant.received}) == 1


def test_out_of_order_tells_the_past_after_the_present(bank: BankAt, merchant: Merchant) -> None:
    bank.pay(bank.create().json(), scenario="out_of_order")

    assert merchant.wait_for(2) == ["payment.succeeded", "payment.processing"]
    present, past = merchant.received
    assert past["created_at"] < present["created_at"]
    assert past["data"]["payment"]["status"] == "processing"


def test_giving_up_cancels_and_goes_to_the_cancel_address(bank: BankAt, merchant: Merchant) -> None:
    payment = bank.create().json()

    back = bank.pay(payment, scenario="cancel")

    assert back.headers["Location"] == f"{CANCEL_URL}?payment={payment['id']}"
    assert merchant.wait_for(1) == ["payment.cancelled"]
    assert bank.api("POST", f"/v1/payments/{payment['id']}/cancel").status_code == 200
    paid = bank.create().json()
    bank.pay(paid, scenario="success")
    refused = bank.api("POST", f"/v1/payments/{paid['id']}/cancel")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "already_decided")


def test_an_unknown_choice_changes_nothing(bank: BankAt) -> None:
    payment = bank.create().json()

    for form in (
        {},
        {"scenario": "rob"},
        {"scenario": "refused", "reason": "x"},
        {"scenario": "no_answer", "truth": "x"},
        {"scenario": "late", "delay": "0"},
    ):
        assert bank.pay(payment, **form).status_code == 400

    assert bank.status(payment) == "created"


def test_refunds_never_exceed_the_payment_and_are_made_once_per_key(
    bank: BankAt, merchant: Merchant
) -> None:
    payment, key = bank.create(amount_cents=1000).json(), str(uuid.uuid4())

    def refund(cents: int, key: str) -> httpx.Response:
        path = f"/v1/payments/{payment['id']}/refunds"
        headers = {"Idempotency-Key": key}
        return bank.api("POST", path, json={"amount_cents": cents}, headers=headers)

    early = refund(400, key)
    assert (early.status_code, early.json()["error"]["code"]) == (409, "payment_not_refundable")
    bank.pay(payment, scenario="success")

    assert [refund(400, key).status_code for _ in range(2)] == [201, 200]
    assert refund(500, key).json()["error"]["code"] == "idempotency_conflict"
    assert refund(601, str(uuid.uuid4())).json()["error"]["code"] == "amount_too_large"
    assert refund(600, str(uuid.uuid4())).status_code == 201
    assert bank.api("GET", f"/v1/refunds?idempotency_key={key}").json()["amount_cents"] == 400
    # Each event is told on its own: the bank promises no order.
    told = Counter(merchant.wait_for(3))
    assert told == {"payment.succeeded": 1, "refund.succeeded": 2}
    assert bank.api("GET", f"/v1/payments/{payment['id']}").json()["refunded_cents"] == 1000


def test_a_webhook_refused_is_tried_again(bank: BankAt, merchant: Merchant) -> None:
    merchant.failures = 1

    bank.pay(bank.create().json(), scenario="success")

    assert merchant.wait_for(1) == ["payment.succeeded"]
    assert merchant.failures == 0


@pytest.mark.faults
def test_a_killed_bank_remembers_payments_and_the_webhooks_it_owes(
    tmp_path: Path, merchant: Merchant
) -> None:
    with bank_in(tmp_path, merchant) as bank:
        key = str(uuid.uuid4())
        payment = bank.create(key).json()
        bank.pay(payment, scenario="late", delay="2")
        bank.process.send_signal(signal.SIGKILL)
        bank.process.wait()
    assert merchant.received == []

    with bank_in(tmp_path, merchant) as bank:
        found = bank.api("GET", f"/v1/payments?idempotency_key={key}").json()
        assert (found["id"], found["status"]) == (payment["id"], "succeeded")
        assert merchant.wait_for(1) == ["payment.succeeded"]
        bank.process.send_signal(signal.SIGTERM)
        bank.process.wait()

    with bank_in(tmp_path, merchant) as bank:
        bank.pay(bank.create().json(), scenario="success")
        assert merchant.wait_for(2) == ["payment.succeeded", "payment.succeeded"]
        assert len({event["id"] for event in merchant.received}) == 2
