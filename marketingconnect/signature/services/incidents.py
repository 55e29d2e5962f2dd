"""Anomalies of the signature platform: each side tells the other as soon as it can (CGV II.3)."""

import hashlib
from datetime import datetime

from django.db import transaction

from marketingconnect.accounts.models import Company
from marketingconnect.audit.services import record
from marketingconnect.catalogue.queries import operator_on
from marketingconnect.clock import paris_date
from marketingconnect.notices.services import queue_notice
from marketingconnect.orders.models import Order
from marketingconnect.signature.errors import SignatureError
from marketingconnect.signature.events import Visitor

LONGEST = 2000


@transaction.atomic
def report_incident(
    company_id: int, *, words: str, reference: str, visitor: Visitor, now: datetime
) -> None:
    """CGV II.3: a client tells of an anomaly; the operator has it by mail and in the journal.

    `reference` is that of an order of the client, or empty. The same words the same day are one
    mail. Raises SignatureError for no words, or an order of another client.
    """
    company = Company.objects.get(pk=company_id)
    what, today = words.strip()[:LONGEST], paris_date(now)
    if not what:
        raise SignatureError("Dites ce qui s’est passé.")
    order = Order.objects.filter(company=company, reference=reference).first()
    if reference and order is None:
        raise SignatureError("Cette commande n’est pas une des vôtres.")
    digest = hashlib.sha256(f"{reference}\n{what}".encode()).hexdigest()[:16]
    queue_notice(
        key=f"signature-incident:{company.pk}:{today.isoformat()}:{digest}",
        template="signature_incident",
        to_email=operator_on(today).email,
        company_id=None,
        context={
            "company": company,
            "order": order,
            "words": what,
            "who": visitor.actor.label,
            "told_on": today,
        },
        at=now,
    )
    record(
        action="signature_incident.reported",
        actor=visitor.actor,
        company_id=company.pk,
        subject=f"order:{order.pk}" if order else f"company:{company.pk}",
        at=now,
        after={"order": reference, "words": what, "ip_address": visitor.ip_address},
    )
