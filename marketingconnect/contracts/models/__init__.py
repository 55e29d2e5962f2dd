"""The rows of letters, of what stops or ends an order, and of what outlives it."""

from marketingconnect.contracts.models.ending import FormalNotice, Termination
from marketingconnect.contracts.models.lasting import ContractAssignment, ReferenceOpposition
from marketingconnect.contracts.models.letters import LetterScan, RegisteredLetter
from marketingconnect.contracts.models.solvency import SolvencyCheck
from marketingconnect.contracts.models.suspensions import ForceMajeure, Suspension

__all__ = [
    "ContractAssignment",
    "ForceMajeure",
    "FormalNotice",
    "LetterScan",
    "ReferenceOpposition",
    "RegisteredLetter",
    "SolvencyCheck",
    "Suspension",
    "Termination",
]
