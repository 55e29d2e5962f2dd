"""Why a bank refuses a debit or takes a payment back: the codes of ISO 20022, in plain French."""

from typing import Final

from marketingconnect.kernel.typography import non_breaking

CODES: Final[dict[str, str]] = {
    "AM04": "Provision insuffisante",
    "AC01": "IBAN inconnu de la banque",
    "AC04": "Compte clos",
    "AC06": "Compte bloqué",
    "AC13": "Compte de consommateur, refusé par ce type de prélèvement",
    "AG01": "Opération interdite sur ce compte",
    "AG02": "Type d’opération non admis par la banque",
    "AM05": "Opération en double",
    "BE05": "Identifiant créancier (ICS) inconnu",
    "CNOR": "Banque du créancier inconnue",
    "DNOR": "Banque du débiteur inconnue",
    "FF01": "Fichier mal formé",
    "FOCR": "Annulé à la demande du créancier",
    "MD01": "Aucun mandat, ou mandat révoqué",
    "MD02": "Données du mandat manquantes ou fausses",
    "MD06": "Contesté par le client dans les huit semaines",
    "MD07": "Client décédé",
    "MS02": "Refusé par le client",
    "MS03": "Motif non précisé par la banque",
    "RC01": "BIC erroné",
    "RR01": "Compte du débiteur non précisé",
    "RR02": "Nom ou adresse du débiteur manquants",
    "RR03": "Nom ou adresse du créancier manquants",
    "RR04": "Raison réglementaire",
    "SL01": "Client ou créancier sur une liste de la banque",
    "TM01": "Fichier reçu trop tard",
}
OTHER: Final = "other"


def in_french(reason: str) -> str:
    """`AM04` with its words; what a person wrote as it stands."""
    words = CODES.get(reason)
    return non_breaking(f"{words} ({reason})") if words else reason
