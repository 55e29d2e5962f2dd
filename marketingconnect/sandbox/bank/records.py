"""What the bank knows of a payment and of a refund, and which changes are allowed."""

import hashlib
from calendar import monthrange
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """``created`` and ``processing`` may still change; the others are final."""

    CREATED = "created"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    CANCELLED = "cancelled"


OPEN = frozenset({Status.CREATED, Status.PROCESSING})
REFUSALS = {
    "insufficient_funds": "Provision insuffisante",
    "expired_card": "Carte expirée",
    "do_not_honor": "Refus de la banque sans motif",
    "stolen_card": "Carte déclarée volée",
    "authentication_failed": "Identification du porteur échouée",
}
MOST_WRONG_CODES = 3
YEARS_OF_A_CARD = 3


@dataclass(frozen=True)
class Behaviour:
    """How a card kept by the bank answers later, when its holder is not there."""

    label: str
    last4: str
    refusal_code: str = ""
    answers_at_once: bool = True
    """False: the first answer about each debit never arrives; asking again tells."""


BEHAVIOURS = {
    "accepts": Behaviour("Elle accepte chaque échéance", "0014"),
    "declines": Behaviour(
        "Elle refuse les échéances, faute de provision", "0051", "insufficient_funds"
    ),
    "expired": Behaviour("Elle est remplacée avant l’échéance", "0069", "expired_card"),
    "silent": Behaviour(
        "Elle accepte, mais la réponse de la banque se perd", "0077", answers_at_once=False
    ),
}


@dataclass(frozen=True)
class Payment:
    """Field names are those of the API; ``wrong_codes`` stays inside."""

    id: str
    status: Status
    amount_cents: int
    refunded_cents: int
    currency: str
    reference: str
    description: str
    idempotency_key: str
    return_url: str
    cancel_url: str
    refusal_code: str
    created_at: str
    decided_at: str | None
    wrong_codes: int = 0
    save_card: bool = False
    card: str = ""
    """The token that this payment debits, its holder absent."""
    behaviour: str = "accepts"
    """How the card answers later, when this payment keeps it."""

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Payment":
        return cls(**{**record, "status": Status(record["status"])})

    def as_record(self) -> dict[str, Any]:
        return asdict(self)

    def as_json(self, bank_url: str) -> dict[str, Any]:
        shown = {"object": "payment", **asdict(self), "page_url": f"{bank_url}/pay/{self.id}"}
        code = shown.pop("refusal_code")
        for inside in ("wrong_codes", "behaviour"):
            del shown[inside]
        refusal = {"code": code, "message": REFUSALS[code]} if code else None
        return {**shown, "card": self._card_as_json(), "refusal": refusal}

    def _card_as_json(self) -> dict[str, str] | None:
        """The card kept, once the payment that keeps it is made."""
        if not self.save_card or self.status is not Status.SUCCEEDED:
            return None
        year, month = int(self.created_at[:4]) + YEARS_OF_A_CARD, int(self.created_at[5:7])
        return {
            "token": self.token,
            "brand": "visa",
            "last4": BEHAVIOURS[self.behaviour].last4,
            "expires_on": f"{year}-{month:02d}-{monthrange(year, month)[1]}",
        }

    @property
    def token(self) -> str:
        """What debits again the card of this payment; cannot be guessed from outside."""
        return f"card_{hashlib.sha256(f'card:{self.id}'.encode()).hexdigest()[:32]}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def confirmation_code(self) -> str:
        """The six digits a real bank would send by telephone."""
        return f"{int(hashlib.sha256(self.id.encode()).hexdigest(), 16) % 1_000_000:06d}"

    @property
    def refundable_cents(self) -> int:
        return self.amount_cents - self.refunded_cents

    def decided(self, status: Status, at: str, *, refusal_code: str = "") -> "Payment":
        return replace(self, status=status, refusal_code=refusal_code, decided_at=at)


@dataclass(frozen=True)
class Refund:
    """Money given back; field names are those of the API."""

    id: str
    payment: str
    amount_cents: int
    reason: str
    idempotency_key: str
    created_at: str

    def as_json(self) -> dict[str, Any]:
        return {"object": "refund", "status": "succeeded", **asdict(self)}
