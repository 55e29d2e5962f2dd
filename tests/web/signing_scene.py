"""Documents to sign in Alice's company, and what is filled in to sign or refuse them."""

from typing import Any

from marketingconnect import clock, storage
from marketingconnect.orders.models import Order
from marketingconnect.signature.models import SignatureRequest
from marketingconnect.signature.services import propose_document
from marketingconnect.signature.states import DocumentKind
from tests.sale import Shop
from tests.signature.desk import visitor_of

SIGNING_FORMS: dict[str, dict[str, Any]] = {
    "pay": {},
    "payment_method": {"method": "transfer"},
    "card_revoke": {},
    "order_guarantees": {"guarantee": "deposit", "words": "Virement demain"},
    "account_reference": {"may_cite": "no"},
    "signing_again": {},
    "signing_identity": {
        "first_name": "Alice",
        "last_name": "Essai",
        "position": "Gérante",
        "email": "alice@example.org",
        "mobile": "06 39 98 00 12",
    },
    "signing_code": {},
    "signing_confirm": {"code": "123456"},
    "signing_refuse": {"reason": "Trop cher"},
    "signature_incident": {"reference": "BC-2026-000001", "words": "Le code n’arrive pas."},
}


def signed_document(shop: Shop, reference: str) -> dict[str, Any]:
    """A mandate that is signed, its files in their places."""
    row = _proposed(shop, reference, DocumentKind.MANDATE)
    kept = storage.save("signatures/c1", "signe.pdf", [b"%PDF-1.7 secret"])
    now = clock.now()
    SignatureRequest.objects.filter(pk=row.pk).update(
        state="signed",
        consented_at=now,
        signed_at=now,
        signed_document=kept.path,
        certificate_serial="1f",
        policy_version=1,
        evidence=kept.path,
    )
    return {"document_key": row.key, "signature_id": row.pk}


def documents_to_sign(shop: Shop, reference: str) -> dict[str, dict[str, Any]]:
    """An order form that nobody signed yet, for each step of its signature."""
    row = _proposed(shop, reference, DocumentKind.ORDER_FORM)
    steps = ("identity", "code", "confirm", "refuse", "document")
    return {f"client_area:signing_{step}": {"document_key": row.key} for step in steps}


def _proposed(shop: Shop, reference: str, kind: DocumentKind) -> SignatureRequest:
    return propose_document(
        Order.objects.get(reference=reference).pk,
        kind=kind,
        title="Brioches secrètes",
        pdf=b"%PDF-1.7 secret",
        signer_id=shop.cast.alice.pk,
        visitor=visitor_of(shop.cast.alice),
        now=clock.now(),
    )
