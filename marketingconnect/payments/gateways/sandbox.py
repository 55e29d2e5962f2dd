"""The sandbox bank: a separate site with a payment page, for demos and tests."""

import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlsplit

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

SIGNATURE_HEADER: Final = "sandbox-bank-signature"
TOLERANCE_SECONDS: Final = 300
_VERDICTS: Final = {
    "created": Verdict.PENDING,
    "processing": Verdict.PENDING,
    "succeeded": Verdict.SUCCEEDED,
    "refused": Verdict.FAILED,
    "cancelled": Verdict.FAILED,
}


@dataclass(frozen=True)
class SandboxGateway:
    """Speaks the bank's merchant API; `secret` opens it and signs its callbacks."""

    base_url: str
    secret: str
    timeout_seconds: float = 8.0
    name: str = "sandbox"

    def create(self, request: ChargeRequest) -> Outcome:
        body = {
            "amount_cents": request.amount.cents,
            "currency": "EUR",
            "reference": request.reference,
            "description": request.description[:140],
            "return_url": request.return_url,
            "cancel_url": request.cancel_url,
            "save_card": request.save_card,
        }
        headers = {"Idempotency-Key": str(request.key)}
        return _outcome(self._call("POST", "/v1/payments", body=body, headers=headers))

    def charge_stored(self, charge: StoredCharge) -> Outcome:
        body = {
            "amount_cents": charge.amount.cents,
            "currency": "EUR",
            "reference": charge.reference,
            "description": charge.description[:140],
            "card": charge.token,
        }
        headers = {"Idempotency-Key": str(charge.key)}
        return _outcome(self._call("POST", "/v1/charges", body=body, headers=headers))

    def fetch(self, provider_ref: str) -> Outcome:
        return _outcome(self._call("GET", f"/v1/payments/{provider_ref}"))

    def cancel(self, provider_ref: str) -> Outcome:
        try:
            return _outcome(self._call("POST", f"/v1/payments/{provider_ref}/cancel"))
        except GatewayRefusedError as refusal:
            if refusal.code != "already_decided":
                raise
            return self.fetch(provider_ref)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> GatewayEvent:
        lowered = {name.lower(): value for name, value in headers.items()}
        _verify(lowered.get(SIGNATURE_HEADER, ""), body, self.secret)
        try:
            event = json.loads(body)
            is_payment = str(event["type"]).startswith("payment.")
            outcome = _outcome(event["data"]["payment"]) if is_payment else None
            return GatewayEvent(event_id=str(event["id"]), outcome=outcome)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ForgedWebhookError("unreadable event") from error

    def _call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        address = urlsplit(self.base_url)
        secure = address.scheme == "https"
        connect = HTTPSConnection if secure else HTTPConnection
        connection = connect(address.hostname or "", address.port, timeout=self.timeout_seconds)
        try:
            connection.request(
                method,
                path,
                body=json.dumps(body) if body is not None else None,
                headers={
                    "Authorization": f"Bearer {self.secret}",
                    "Content-Type": "application/json",
                    **(headers or {}),
                },
            )
            answer = connection.getresponse()
            return _read(answer.status, answer.read())
        except (OSError, HTTPException) as error:
            raise GatewayUnavailableError(str(error)) from error
        finally:
            connection.close()


def _read(status: int, body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise GatewayUnavailableError(f"unreadable answer {status}") from error
    if not isinstance(answer, dict) or status >= 500 or status == 429:
        raise GatewayUnavailableError(f"answer {status}")
    if status >= 400:
        raise GatewayRefusedError(str(answer.get("error", {}).get("code", status)))
    return answer


def _outcome(payment: Mapping[str, Any]) -> Outcome:
    verdict = _VERDICTS.get(payment["status"], Verdict.PENDING)
    refusal = payment.get("refusal") or {}
    cancelled = "cancelled" if payment["status"] == "cancelled" else ""
    return Outcome(
        verdict=verdict,
        provider_ref=payment["id"],
        amount=Money(payment["amount_cents"]),
        key=uuid.UUID(payment["idempotency_key"]),
        failure_code=refusal.get("code", "") or cancelled,
        page_url=payment.get("page_url", ""),
        kept=_kept(payment.get("card")),
    )


def _kept(card: Mapping[str, Any] | None) -> Kept | None:
    if card is None:
        return None
    expires_on = date.fromisoformat(card["expires_on"])
    return Kept(card["token"], card["brand"], card["last4"], expires_on)


def _verify(header: str, body: bytes, secret: str) -> None:
    """HMAC-SHA256 of `<t>.<body>`, compared in constant time, within the tolerance."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    stamp, given = parts.get("t", ""), parts.get("v1", "")
    if not secret or not stamp.isascii() or not stamp.isdigit():
        raise ForgedWebhookError("no signature")
    expected = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise ForgedWebhookError("wrong signature")
    # The provider stamps with the real time, whatever the demo's clock says.
    if abs(time.time() - int(stamp)) > TOLERANCE_SECONDS:
        raise ForgedWebhookError("signature too old")
