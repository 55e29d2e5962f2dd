"""The client's own details."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from marketingconnect.accounts.models import Company
from marketingconnect.audit.actors import Actor
from marketingconnect.audit.services import record

CHANGEABLE: Final = frozenset(
    {
        "legal_name",
        "billing_recipient",
        "billing_complement",
        "billing_street",
        "billing_locality",
        "billing_postal_code",
        "billing_city",
        "territory",
        "website",
        "phone",
        "paper_invoices",
    }
)


@transaction.atomic
def update_company(
    company_id: int, *, details: Mapping[str, object], actor: Actor, now: datetime
) -> bool:
    """CGV III.a: change name, billing address or contacts; the SIRET never changes.

    Orders and invoices already made keep what they say. Returns False when nothing differs.
    """
    if unknown := set(details) - CHANGEABLE:
        raise ValueError(f"not changeable: {unknown}")
    company = Company.objects.select_for_update().get(pk=company_id)
    changed = {key: value for key, value in details.items() if getattr(company, key) != value}
    if not changed:
        return False
    before = {key: getattr(company, key) for key in changed}
    Company.objects.filter(pk=company_id).update(**changed)
    record(
        action="company.changed",
        actor=actor,
        company_id=company_id,
        subject=f"company:{company_id}",
        at=now,
        before=before,
        after=changed,
    )
    return True
