"""Stripe: PaymentIntents, paid in Stripe's own fields on a page of ours, signed webhooks."""

import uuid
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
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
    Kept,
    Outcome,
    StoredCharge,
    Verdict,
)

SIGNATURE_HEADER: Final = "stripe-signature"
API_BASE: Final = "https://api.stripe.com"
API_VERSION: Final = "2025-03-31.basil"
"""Pinned: the account's own version must not change what our calls mean."""
_LOST: Final = (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError)


@dataclass(frozen=True)
class StripeGateway:
    """The official SDK behind our five calls; retries are ours, not the SDK's."""

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

        def call() -> stripe.PaymentIntent:
            if request.save_card:
                params["customer"] = self._customer(request)
                params["setup_future_usage"] = "off_session"
            return self._client.v1.payment_intents.create(
                params=params, options={"idempotency_key": str(request.key)}
            )

        return self._ask(call)

    def _customer(self, request: ChargeRequest) -> str:
        """A card can be debited again only when a customer of theirs owns it: one a payment."""
        customer = self._client.v1.customers.create(
            params={"metadata": {"order": request.reference}},
            options={"idempotency_key": f"{request.key}:customer"},
        )
        return str(customer.id)

    def charge_stored(self, charge: StoredCharge) -> Outcome:
        customer, _, card = charge.token.partition("/")
        params: Any = {
            "amount": charge.amount.cents,
            "currency": "eur",
            "payment_method_types": ["card"],
            "customer": customer,
            "payment_method": card,
            "off_session": True,
            "confirm": True,
            "metadata": {"attempt": str(charge.key), "order": charge.reference},
        }
        try:
            return self._ask(
                lambda: self._client.v1.payment_intents.create(
                    params=params, options={"idempotency_key": str(charge.key)}
                )
            )
        except _DeclinedError as declined:
            return _outcome(declined.intent)

    def fetch(self, provider_ref: str) -> Outcome:
        wanted: Any = {"expand": ["payment_method"]}
        return self._ask(
            lambda: self._client.v1.payment_intents.retrieve(provider_ref, params=wanted)
        )

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
        except stripe.CardError as error:
            body: Any = error.json_body or {}
            intent = (body.get("error") or {}).get("payment_intent")
            if not isinstance(intent, Mapping):
                raise GatewayRefusedError(error.code or "card_declined") from error
            raise _DeclinedError(error.code or "card_declined", intent) from error
        except stripe.StripeError as error:
            if error.http_status == 409:
                # The same key is being served right now, by an earlier call of ours.
                raise GatewayUnavailableError("in use") from error
            raise GatewayRefusedError(error.code or "invalid_request") from error


class _DeclinedError(GatewayRefusedError):
    """A card declined while it was debited: the payment exists, and failed."""

    def __init__(self, code: str, intent: Mapping[str, Any]) -> None:
        self.intent = intent
        super().__init__(code)


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
        kept=_kept(intent) if verdict is Verdict.SUCCEEDED else None,
    )


def _kept(intent: Mapping[str, Any]) -> Kept | None:
    """The card, when keeping it was asked and the answer describes it; a callback only names it."""
    method, customer = intent.get("payment_method"), intent.get("customer")
    if intent.get("setup_future_usage") != "off_session" or not isinstance(method, Mapping):
        return None
    card = method.get("card") or {}
    year, month = int(card["exp_year"]), int(card["exp_month"])
    return Kept(
        token=f"{customer}/{method['id']}",
        brand=str(card["brand"]),
        last4=str(card["last4"]),
        expires_on=date(year, month, monthrange(year, month)[1]),
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
