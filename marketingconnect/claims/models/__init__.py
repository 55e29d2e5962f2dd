"""The rows of settlements, of returned mail and of claims."""

from marketingconnect.claims.models.claims import Claim, ClaimCounter
from marketingconnect.claims.models.guarantees import GuaranteeClaim, GuaranteeFigures
from marketingconnect.claims.models.returns import ReturnBatch, UndeliverableMail
from marketingconnect.claims.models.settlements import Settlement
from marketingconnect.claims.models.undone import UndoneDecision

__all__ = [
    "Claim",
    "ClaimCounter",
    "GuaranteeClaim",
    "GuaranteeFigures",
    "ReturnBatch",
    "Settlement",
    "UndeliverableMail",
    "UndoneDecision",
]
