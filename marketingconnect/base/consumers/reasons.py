"""Why a row, or one channel of it, was not taken, in words for the supplier."""

from collections.abc import Mapping
from typing import Final

REFUSED: Final[Mapping[str, str]] = {
    "cut": "Cette ligne n’a pas le bon nombre de colonnes.",
    "characters": "Des caractères sont illisibles : enregistrez le fichier en UTF-8.",
    "last_name": "Le nom manque.",
    "birth_date": "La date de naissance est illisible ou impossible.",
    "minor": "Cette personne est mineure.",
    "postal_code": "Le code postal n’existe pas.",
    "town": "La commune n’est pas de ce code postal.",
    "withdrawn": "Cette personne s’est retirée : elle ne sera plus utilisée.",
    "no_channel": "Aucun canal n’a de preuve valable.",
}
CHANNEL: Final[Mapping[str, str]] = {
    "address": "L’adresse ne tient pas en six lignes de 38 caractères.",
    "value": "Le numéro ou l’adresse n’existe pas, ou n’est pas de cette sorte.",
    "proof_missing": "La preuve manque.",
    "proof_date": "La date de la preuve est illisible ou postérieure à la livraison.",
    "form_unknown": "Ce formulaire n’est pas connu du registre des preuves.",
    "form_channel": "Ce formulaire n’ouvre pas ce canal.",
    "form_dates": "Ce formulaire n’était pas utilisé ce jour-là.",
    "ground": "La loi demande un consentement préalable sur ce canal.",
    "proof_hash": "L’empreinte de la preuve n’est pas un SHA-256.",
    "proof_expired": "La preuve est trop ancienne.",
}
DUPLICATE: Final[Mapping[str, str]] = {
    "same_file": "La même personne figure plusieurs fois dans ce fichier.",
    "other_supplier": "La même personne vient aussi d’un autre fichier, plus récent.",
    "moved": "La même personne, par son e-mail ou son mobile, a une adresse plus récente.",
    "shared_email": "Cet e-mail est gardé chez une autre personne, plus récente.",
    "shared_mobile": "Ce mobile est gardé chez une autre personne, plus récente.",
}
COLUMN: Final[Mapping[str, str]] = {
    "characters": "last_name",
    "last_name": "last_name",
    "birth_date": "birth_date",
    "minor": "birth_date",
    "postal_code": "postal_code",
    "town": "town",
    "withdrawn": "withdrawn",
}
"""The field that a refusal is about."""
