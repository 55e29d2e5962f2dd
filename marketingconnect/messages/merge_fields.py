"""Merge fields in the client's words: labels, suggested fallbacks, an invented contact. Pure."""

from collections.abc import Mapping
from typing import Final

STANDARD_LABELS: Final[dict[str, str]] = {
    "civility": "Civilité",
    "first_name": "Prénom",
    "last_name": "Nom",
    "company_name": "Société",
    "city": "Ville",
    "postal_code": "Code postal",
    "email": "Adresse e-mail",
}
SUGGESTED_FALLBACKS: Final[dict[str, str]] = {
    "civility": "Madame, Monsieur",
    "first_name": "cher client",
    "company_name": "votre entreprise",
    "city": "votre ville",
}
"""What to write in place of a missing value, as a start; a name alone has no good one."""

INVENTED_CONTACT: Final[dict[str, str]] = {
    "civility": "Mme",
    "first_name": "Camille",
    "last_name": "Durand",
    "company_name": "Exemple et Cie",
    "city": "Lyon",
    "postal_code": "69003",
    "email": "camille.durand@example.org",
}


def sample_fields(labels: Mapping[str, str]) -> dict[str, str]:
    """An invented contact: plausible values for known fields, their own label for others."""
    return {
        name: INVENTED_CONTACT.get(name, f"[{label}]") for name, label in labels.items()
    } | INVENTED_CONTACT
