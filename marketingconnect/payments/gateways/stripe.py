"""Stripe: PaymentIntents, paid in Stripe's own fields on a page of ours, signed webhooks."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import stripe

from marketingconnect.kernel.money import Money
from marketingconnect.payments.gateways.base import (
    ChargeRequest,
    ForgedWebhookError,
    GatewayEvent,
    GatewayRefusedError,
    GatewayUnavailableError,
    Outcome,
    Verdict,
)

SIGNATURE_HEADER: Final = "stripe-signature"
API_BASE: Final = "https://api.stripe.com"
API_VERSION: Final = "2025-03-31.basil"
"""Pinned: the account's own version must not change what our calls mean."""
_LOST: Final = (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError)


@dataclass(frozen=True)
class StripeGateway:
    """The official SDK behind our four calls; retries are ours, not the SDK's."""

    secret_key: str
    webhook_secret: str
    api_base: str = API_BASE
    timeout_seconds: float = 8.0
    name: str = "stripe"

    @cached_property
    def _client(self) -> stripe.StripeClient:
        return stripe.StripeClient(
            self.secret_key,
            base_addresses={"api": self.api_base or API_BASE},
            stripe_version=API_VERSION,
            max_network_retries=0,
            http_client=stripe.new_default_http_client(timeout=self.timeout_seconds),
        )

    def create(self, request: ChargeRequest) -> Outcome:
        # Typed loosely: the SDK's types describe its newest version, not the pinned one.
        params: Any = {
            "amount": request.amount.cents,
            "currency": "eur",
            "payment_method_types": ["card"],
            "metadata": {"attempt": str(request.key), "order": request.reference},
        }
        return self._ask(
            lambda: self._client.v1.payment_intents.create(
                params=params, options={"idempotency_key": str(request.key)}
            )
        )

    def fetch(self, provider_ref: str) -> Outcome:
        return self._ask(lambda: self._client.v1.payment_intents.retrieve(provider_ref))

    def cancel(self, provider_ref: str) -> Outcome:
        try:
            return self._ask(lambda: self._client.v1.payment_intents.cancel(provider_ref))
        except GatewayRefusedError:
            # Too late to cancel: it was paid or is being paid. The present state tells.
            return self.fetch(provider_ref)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> GatewayEvent:
        lowered = {name.lower(): value for name, value in headers.items()}
        if not self.webhook_secret:
            raise ForgedWebhookError("no webhook secret is configured")
        try:
            event = stripe.Webhook.construct_event(
                body, lowered.get(SIGNATURE_HEADER, ""), self.webhook_secret
            )
            content = event.to_dict()
            about = content["data"]["object"]
            is_payment = about["object"] == "payment_intent"
            return GatewayEvent(content["id"], _outcome(about) if is_payment else None)
        except (
            stripe.SignatureVerificationError,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
        ) as error:
            raise ForgedWebhookError(type(error).__name__) from error

    def _ask(self, call: Callable[[], stripe.PaymentIntent]) -> Outcome:
        try:
            return _outcome(call().to_dict())
        except stripe.IdempotencyError as error:
            raise GatewayRefusedError("idempotency_conflict") from error
        except _LOST as error:
            raise GatewayUnavailableError(str(error)) from error
        except stripe.StripeError as error:
            if error.http_status == 409:
                # The same key is being served right now, by an earlier call of ours.
                raise GatewayUnavailableError("in use") from error
            raise GatewayRefusedError(error.code or "invalid_request") from error


def _outcome(intent: Mapping[str, Any]) -> Outcome:
    metadata = intent.get("metadata") or {}
    code = _failure_code(intent)
    verdict = Verdict.PENDING
    if intent["status"] == "succeeded":
        verdict = Verdict.SUCCEEDED
    elif intent["status"] == "canceled" or (intent["status"] == "requires_payment_method" and code):
        verdict = Verdict.FAILED
    received = intent.get("amount_received") if verdict is Verdict.SUCCEEDED else None
    return Outcome(
        verdict=verdict,
        provider_ref=intent["id"],
        amount=Money(int(received or intent["amount"])),
        key=_uuid(metadata.get("attempt")),
        failure_code=code if verdict is Verdict.FAILED else "",
        client_secret=intent.get("client_secret") or "",
    )


def _failure_code(intent: Mapping[str, Any]) -> str:
    if intent["status"] == "canceled":
        return "cancelled"
    error = intent.get("last_payment_error") or {}
    return error.get("decline_code") or error.get("code") or ""


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
