"""Invented people and their work, loaded through the same services as the real ones."""

from datetime import datetime

from django.db import transaction

from marketingconnect.accounts.models import Company
from marketingconnect.audit.actors import Actor
from marketingconnect.catalogue.demo_data import publish_demo_operator, publish_demo_price_list
from marketingconnect.demo.data.people import BAKERY, DemoAccount, accounts, load_people
from marketingconnect.demo.data.returned import load_returned
from marketingconnect.demo.data.work import load_work
from marketingconnect.terms.services import ensure_terms_published

__all__ = ["DemoAccount", "accounts", "load"]

LOADER = Actor.system("Données de démonstration")


@transaction.atomic
def load(now: datetime) -> bool:
    """Load everything once; False when it is there already. All of it or nothing."""
    ensure_terms_published(now)
    publish_demo_operator(actor=LOADER, now=now)
    publish_demo_price_list(actor=LOADER, now=now)
    if Company.objects.filter(siret=BAKERY.siret).exists():
        return False
    load_people(now)
    load_work(now)
    load_returned(now)
    return True
