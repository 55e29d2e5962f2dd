"""Companies, users, their links, and what they did to log in."""

from marketingconnect.accounts.models.companies import Company, Mandate, Membership
from marketingconnect.accounts.models.credentials import CredentialChange, LoginEvent, UserSession
from marketingconnect.accounts.models.links import AccessLink, LinkPurpose, LinkRequest
from marketingconnect.accounts.models.users import User

__all__ = [
    "AccessLink",
    "Company",
    "CredentialChange",
    "LinkPurpose",
    "LinkRequest",
    "LoginEvent",
    "Mandate",
    "Membership",
    "User",
    "UserSession",
]
