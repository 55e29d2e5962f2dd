"""The rows of settlements, of returned mail and of claims."""

from marketingconnect.claims.models.claims import Claim, ClaimCounter
from marketingconnect.claims.models.returns import ReturnBatch, UndeliverableMail
from marketingconnect.claims.models.settlements import Settlement

__all__ = ["Claim", "ClaimCounter", "ReturnBatch", "Settlement", "UndeliverableMail"]
