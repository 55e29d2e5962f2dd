"""What the bank knows of a payment and of a refund, and which changes are allowed."""

import hashlib
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

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Payment":
        return cls(**{**record, "status": Status(record["status"])})

    def as_record(self) -> dict[str, Any]:
        return asdict(self)

    def as_json(self, bank_url: str) -> dict[str, Any]:
        shown = {"object": "payment", **asdict(self), "page_url": f"{bank_url}/pay/{self.id}"}
        code = shown.pop("refusal_code")
        del shown["wrong_codes"]
        return {**shown, "refusal": {"code": code, "message": REFUSALS[code]} if code else None}

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
