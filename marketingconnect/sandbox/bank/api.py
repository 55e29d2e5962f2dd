"""The merchant API: JSON, one function a call."""

import hmac
import json
import re
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from marketingconnect.sandbox.bank.ledger import Bank, Conflict
from marketingconnect.sandbox.bank.line import hang_up
from marketingconnect.sandbox.bank.records import BEHAVIOURS

MOST_CENTS = 99_999_999
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class ApiError(Exception):
    """An answer other than success."""

    def __init__(self, status: int, code: str, message: str, field: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"code": code, "message": message}}
        if field:
            self.body["error"]["field"] = field


class Api:
    """Checks who asks and what, then asks the bank."""

    def __init__(self, bank: Bank, secret: str) -> None:
        self._bank = bank
        self._secret = secret

    def answer(self, request: Request, endpoint: str, arguments: Mapping[str, Any]) -> Response:
        try:
            self._check_bearer(request)
            status, body = getattr(self, endpoint)(request, **arguments)
        except ApiError as error:
            status, body = error.status, error.body
        except Conflict as conflict:
            status = 409
            body = {"error": {"code": conflict.code, "message": conflict.message}}
        return json_response(status, body)

    def create_payment(self, request: Request) -> tuple[int, dict[str, Any]]:
        key = idempotency_key(request)
        asked = payment_fields(json_body(request))
        payment, new = self._bank.create(key, asked)
        return 201 if new else 200, payment.as_json(self._bank.bank_url)

    def create_charge(self, request: Request) -> tuple[int, dict[str, Any]]:
        key = idempotency_key(request)
        asked = charge_fields(json_body(request))
        keeper = self._bank.keeper_of(asked["card"])
        if keeper is None:
            raise ApiError(404, "not_found", "Carte inconnue.", "card")
        payment, new = self._bank.charge(key, asked)
        if new and not BEHAVIOURS[keeper.behaviour].answers_at_once:
            hang_up(request)
        return 201 if new else 200, payment.as_json(self._bank.bank_url)

    def fetch_payment(self, request: Request, number: str) -> tuple[int, dict[str, Any]]:
        return 200, self._known(number).as_json(self._bank.bank_url)

    def find_payment(self, request: Request) -> tuple[int, dict[str, Any]]:
        payment = self._bank.payment_for_key(request.args.get("idempotency_key", "").lower())
        if payment is None:
            raise ApiError(404, "not_found", "Aucun paiement pour cette clé.")
        return 200, payment.as_json(self._bank.bank_url)

    def cancel_payment(self, request: Request, number: str) -> tuple[int, dict[str, Any]]:
        self._known(number)
        return 200, self._bank.cancel(number).as_json(self._bank.bank_url)

    def create_refund(self, request: Request, number: str) -> tuple[int, dict[str, Any]]:
        self._known(number)
        key, body = idempotency_key(request), json_body(request)
        cents, reason = amount(body), text(body, "reason", most=140, least=0)
        refund, new = self._bank.refund(number, key, cents, reason)
        return 201 if new else 200, refund.as_json()

    def find_refund(self, request: Request) -> tuple[int, dict[str, Any]]:
        refund = self._bank.refund_for_key(request.args.get("idempotency_key", "").lower())
        if refund is None:
            raise ApiError(404, "not_found", "Aucun remboursement pour cette clé.")
        return 200, refund.as_json()

    def _known(self, number: str) -> Any:
        payment = self._bank.payment(number)
        if payment is None:
            raise ApiError(404, "not_found", "Paiement inconnu.")
        return payment

    def _check_bearer(self, request: Request) -> None:
        expected = f"Bearer {self._secret}".encode()
        given = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(expected, given):
            raise ApiError(401, "unauthorized", "Secret absent ou faux.")


def json_response(status: int, body: dict[str, Any]) -> Response:
    return Response(
        json.dumps(body, ensure_ascii=False), status=status, content_type="application/json"
    )


def json_body(request: Request) -> dict[str, Any]:
    try:
        body = request.get_json(force=True)
    except HTTPException:
        raise ApiError(400, "invalid_request", "Le corps n’est pas du JSON.") from None
    if not isinstance(body, dict):
        raise ApiError(400, "invalid_request", "Le corps doit être un objet JSON.")
    return body


def idempotency_key(request: Request) -> str:
    try:
        return str(uuid.UUID(request.headers.get("Idempotency-Key", "")))
    except ValueError:
        raise ApiError(400, "invalid_request", "Un UUID est attendu.", "Idempotency-Key") from None


def payment_fields(body: dict[str, Any]) -> dict[str, Any]:
    save_card = body.get("save_card", False)
    if not isinstance(save_card, bool):
        raise ApiError(400, "invalid_request", "Vrai ou faux est attendu.", "save_card")
    return {
        **_what_is_paid(body),
        "return_url": address(body, "return_url"),
        "cancel_url": address(body, "cancel_url"),
        "save_card": save_card,
    }


def charge_fields(body: dict[str, Any]) -> dict[str, Any]:
    return {**_what_is_paid(body), "card": text(body, "card", most=64)}


def _what_is_paid(body: dict[str, Any]) -> dict[str, Any]:
    if body.get("currency") != "EUR":
        raise ApiError(400, "invalid_request", "Seul EUR est accepté.", "currency")
    return {
        "amount_cents": amount(body),
        "currency": "EUR",
        "reference": text(body, "reference", most=64),
        "description": text(body, "description", most=140, least=0),
    }


def amount(body: dict[str, Any]) -> int:
    cents = body.get("amount_cents")
    if not isinstance(cents, int) or isinstance(cents, bool) or not 1 <= cents <= MOST_CENTS:
        message = f"Un entier de 1 à {MOST_CENTS} est attendu."
        raise ApiError(400, "invalid_request", message, "amount_cents")
    return cents


def text(body: dict[str, Any], field: str, *, most: int, least: int = 1) -> str:
    value = body.get(field, "")
    if not isinstance(value, str) or not least <= len(value) <= most or CONTROL.search(value):
        message = f"Un texte de {least} à {most} caractères est attendu."
        raise ApiError(400, "invalid_request", message, field)
    return value


def address(body: dict[str, Any], field: str) -> str:
    value = text(body, field, most=2000)
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ApiError(400, "invalid_request", "Une adresse http(s) est attendue.", field)
    return value
