"""What staff fill in about a contract and its registered letters."""

from typing import Any

from marketingconnect import clock
from tests.web.guarantee_scene import staff_guarantee_forms


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
