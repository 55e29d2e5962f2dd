"""The faces of payments: the same row of tabs above each page of accounting."""

from typing import Final

from django.urls import reverse

from marketingconnect.web.components import Tab

_TABS: Final = (
    ("payments", "Attendus"),
    ("bank", "Banque"),
    ("debit_mandates", "Mandats"),
    ("debits", "Prélèvements"),
    ("cheques", "Chèques"),
    ("schedules", "Échéanciers"),
    ("overdue", "Retards"),
    ("refunds", "Remboursements"),
    ("paper", "Envois"),
    ("closing", "Clôture"),
)


def tabs_of(current: str) -> list[Tab]:
    """Every face of payments, the one called `current` marked; an address names its face."""
    return [Tab(label, reverse(f"back_office:{name}"), name == current) for name, label in _TABS]
