"""What staff fill in about a contract and its registered letters."""

from typing import Any, Final

from marketingconnect import clock
from tests.web.guarantee_scene import staff_guarantee_forms

_ASSIGNEE: Final[dict[str, Any]] = {
    "legal_name": "Atelier Postal Nord",
    "legal_form": "SAS",
    "capital": "10000",
    "siret": "00042004200012",
    "rcs_city": "Lille",
    "street": "1 rue du Four",
    "postal_code": "59000",
    "city": "Lille",
    "email": "bonjour@nord.test",
    "phone": "01 99 00 00 09",
    "iban": "FR7630006000011234567890189",
    "bic": "AGRIFRPP",
    "bank_name": "Banque",
    "cheque_payee": "Atelier Postal Nord",
    "cheque_address": "1 rue du Four",
    "reason": "Fusion",
    "takes_all_obligations": "on",
}


def contract_forms() -> dict[str, dict[str, Any]]:
    """Name of the page -> fields with values that stand."""
    today = clock.today().isoformat()
    return {
        **staff_guarantee_forms(today),
        "letter_new": {
            "direction": "received",
            "purpose": "other",
            "reference": "BC-2026-000001",
            "number": "1A 999",
            "posted_on": today,
        },
        "force_majeure": {"label": "Crue", "third_party": "", "began_on": today, "orders": "1"},
        "force_majeure_case": {"ended_on": today},
        "contracts_assign": {**_ASSIGNEE, "effective_on": today},
        "solvency_ask": {"guarantees": "deposit", "reason": "Impayés", "answer_by": today},
        "solvency_answer": {"answer": "provided"},
        "solvency_decline": {},
        "letter_dates": {"presented_on": today},
        "letter_scan_new": {"kind": "receipt"},
        "notice_cure": {"cured_on": today},
        "notice_withdraw": {},
        "contract_suspend": {"ground": "content", "reason": "Message signalé"},
        "contract_resume": {"reason": "Corrigé"},
        "contract_terminate": {"ground": "content", "reason": "Message interdit"},
        "contract_notice": {"number": "2C 002", "posted_on": today, "breach": "Facture impayée"},
    }
