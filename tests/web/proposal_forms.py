"""A proposal that waits for Alice, one being composed, and what each side fills in."""

import uuid
from typing import Any

from marketingconnect import clock
from marketingconnect.audit.actors import Actor
from marketingconnect.proposals.models import Proposal
from marketingconnect.proposals.services import (
    Conditions,
    add_line,
    create_proposal,
    propose,
    set_conditions,
)
from tests.sale import Shop

STAFF_PAGES = (
    *("line_add", "line_remove", "discount", "conditions", "send"),
    *("schedule", "withdraw", "revise", "prepare_campaign"),
    *("prepare_base_campaign", "prepare_rental"),
)


def begin_proposal(shop: Shop, **item: Any) -> Proposal:
    """Marc begins one for Alice's company, with one line."""
    now, marc = clock.now(), shop.cast.marc
    told: dict[str, Any] = {"user_id": marc.pk, "actor": Actor.staff(marc.pk, "Marc"), "now": now}
    begun = create_proposal(company_id=shop.cast.bakery.pk, **told)
    add_line(begun.pk, offer="email", item_id=shop.offer.add(shop.cast.bakery, **item), **told)
    return begun


def proposal_sent(shop: Shop, *, method: str = "debit") -> Proposal:
    """The same, sent, to be paid in three instalments."""
    begun = begin_proposal(shop, label="EmailConnect : « Brioches secrètes »")
    marc, now = Actor.staff(shop.cast.marc.pk, "Marc"), clock.now()
    agreed = Conditions(
        payment_method=method,
        instalments=3,
        first_due_on=clock.today(),
        validity_days=30,
    )
    set_conditions(begun.pk, agreed, actor=marc, now=now)
    return propose(begun.pk, actor=marc, now=now)


def proposal_of_scene(shop: Shop) -> dict[str, Any]:
    """A proposal that waits for Alice's answer, by the names that addresses give it."""
    proposal = proposal_sent(shop)
    line = proposal.lines.get()
    return {"proposal_reference": proposal.reference, "proposal_line_id": line.pk}


def pages_of_a_draft(shop: Shop) -> dict[str, dict[str, Any]]:
    """The addresses of a proposal being composed, with their values."""
    composed = begin_proposal(shop)
    line = composed.lines.get()
    values = {"proposal_reference": composed.reference, "proposal_line_id": line.pk}
    return {f"back_office:proposal_{step}": values for step in STAFF_PAGES}


def client_forms(reference: str) -> dict[str, dict[str, Any]]:
    """Name of the page -> fields with values that stand, on the client's side."""
    proposal = Proposal.objects.select_related("terms").get(reference=reference)
    assert proposal.terms is not None
    return {
        "proposal_accept": {
            "request_uuid": str(uuid.uuid4()),
            "terms_sha256": proposal.terms.sha256,
            "shown_total_cents": proposal.total_cents,
            "shown_first_due_on": clock.today().isoformat(),
            "debtor": "Boulangerie Nadia",
            "iban": "FR7630006000011234567890189",
            "accept_terms": "on",
            "attest_own_file_lawful": "on",
            "attest_content_mine": "on",
        },
        "proposal_refuse": {"reason": "Trop tard pour Noël"},
        "proposal_ask_again": {},
    }


def staff_forms(client_reference: str) -> dict[str, dict[str, Any]]:
    """The same on the advisor's side."""
    return {
        "proposal_new": {"client": client_reference},
        "client_proposal_new": {},
        "proposal_line_add": {"offer": "email", "item_id": "1"},
        "proposal_line_remove": {},
        "proposal_discount": {"percent": "0", "reason": "Fidélité"},
        "discount_limits": {
            "most_percent": "15",
            "in_force_from": clock.today().isoformat(),
            "reason": "Campagne de fin d’année",
        },
        "proposal_prepare_campaign": {"campaign-name": "Brioches", "campaign-file": "1"},
        "proposal_prepare_base_campaign": {"base-name": "Voisins", "base-target": "1"},
        "proposal_prepare_rental": {
            "rental-name": "Voisins",
            "rental-target": "1",
            "rental-uses": "direct_mail",
            "rental-times": "1",
        },
        "proposal_conditions": {
            "payment_method": "transfer",
            "instalments": "2",
            "first_due_on": clock.today().isoformat(),
            "validity_days": "15",
            "purchase_reference": "BC-77",
            "message": "Comme convenu au téléphone.",
        },
        "proposal_send": {},
        "proposal_withdraw": {"reason": "Prix à revoir"},
        "proposal_revise": {},
    }
