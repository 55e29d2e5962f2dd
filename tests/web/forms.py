"""What a person fills in on each page with a form; a page that is not here fails the tests."""

from typing import Any

from marketingconnect import clock
from marketingconnect.contacts.models import ContactFile
from marketingconnect.contacts.services import receive_file
from tests.offers.list_rental.factories import Renter
from tests.sale import CLERK
from tests.web.bank_forms import bank_forms
from tests.web.campaign_forms import (
    NOTHING,
    Fields,
    campaigns_and_orders,
    pages_of_a_campaign,
)
from tests.web.contract_forms import contract_forms
from tests.web.guarantee_scene import client_guarantee_forms
from tests.web.proposal_forms import client_forms, pages_of_a_draft, staff_forms
from tests.web.scene import Scene
from tests.web.sending_forms import SENDING_FORMS, WEBHOOKS
from tests.web.signing_scene import documents_to_sign

COMPANY = {
    "legal_name": "Boulangerie Nadia",
    "country": "FR",
    "billing_recipient": "Nadia",
    "billing_complement": "Bâtiment B",
    "billing_street": "12 rue du Four",
    "billing_locality": "Le Bourg",
    "billing_postal_code": "69003",
    "billing_city": "Lyon",
    "phone": "01 99 00 12 34",
    "website": "https://boulangerie.test/",
}
PERSON = {"first_name": "Denise", "last_name": "Essai", "email": "denise@example.org"}
BLOCK = {"text": "Bonjour", "level": "h1", "align": "left", "size": "medium", "picture": ""}
OWN_PASSWORD = {"old": "une phrase", "new": "une autre phrase longue"}
COLOURS = {"accent": "#aa3300", "ground": "#ffffff", "paper": "#ffffff", "ink": "#000000"}


def forms_of(scene: Scene) -> dict[str, Fields]:
    """Address -> its fields, for the objects of the scene."""
    values, today = scene.values, clock.today().isoformat()
    client_area = {
        **_files(),
        **_targets(),
        **_messages(values),
        **_blocks_and_proofs(values),
        **campaigns_and_orders(values, today),
        **_rentals(values, today),
        **_account(today, scene),
        **client_guarantee_forms(today),
        **client_forms(values["proposal_reference"]),
    }
    return {
        **{f"client_area:{name}": fields for name, fields in client_area.items()},
        **{f"back_office:{name}": fields for name, fields in _back_office(today, scene).items()},
        **_public(),
    }


TARGET = {
    "base": "{}",
    "channel": "post",
    "place": "departement:69",
    "add_place": "near:0:842000:6519000:10000:Lyon",
    "add_without": "commune:69381",
    "toggle_place": "region:84",
    "age_band": "3",
    "other": "{}",
    "stop_file": "",
    "sample": "5000",
    "seed": "1",
    "quota_by": "departement",
    "quotas": "69 : 1000",
    "look": "radius",
    "point": "Lyon",
    "radius_km": "10",
    "corners": "",
    "q": "Lyon",
    "naf_q": "boulangerie",
    "add_naf": "56.10A",
}


def _targets() -> dict[str, Fields]:
    return {
        "target_new": {"name": "Familles", "population": "consumers"},
        "target": TARGET,
        "target_population": {"population": "professionals"},
        "target_rename": {"name": "Autres familles"},
        **dict.fromkeys(
            ("target_duplicate", "target_delete", "target_session_start", "target_session_end"),
            NOTHING,
        ),
    }


def _files() -> dict[str, Fields]:
    return {
        "file_new": {"name": "Clients"},
        "file_columns": {
            "action": "confirm",
            "encoding": "utf-8",
            "separator": ";",
            "header": "on",
            "column_0": "email",
            "column_1": "first_name",
        },
        "file_origin": {
            "legal_basis": "consent",
            "proof": "Bulletins en boutique",
            "collected_from": "2025-01-01",
            "collected_to": "2026-01-01",
            "attested": "on",
        },
        **dict.fromkeys(("file_cancel", "file_restart", "file_delete"), NOTHING),
    }


def _messages(values: Fields) -> dict[str, Fields]:
    return {
        "message_new": {"template": "offre-ouverture"},
        "pictures": {"alt": "Pain", "licence_note": "Notre photo", "is_logo": "on", "back": "/"},
        "message_details": {
            "revision": "1",
            "name": "Offre",
            "subject": "Bonjour",
            "preheader": "Vite",
            "sender_name": "Nadia",
            "reply_to": "nadia@example.org",
        },
        "message_theme": {
            "revision": "1",
            **COLOURS,
            "title_font": "sans",
            "text_font": "sans",
            "corner": "soft",
            "palette": "",
        },
        "message_legal": {"revision": "1", "name": "Nadia", "address": "Lyon", "siret": "1"},
        "message_fallbacks": {"revision": "1", "first_name": "vous"},
        "message_contact_file": {"contact_file": values["file_id"]},
        "message_text": {"revision": "1", "text": "Bonjour"},
        "message_html": {"revision": "1", "html": "<p>Bonjour</p>", "footer": "on"},
    }


def _blocks_and_proofs(values: Fields) -> dict[str, Fields]:
    return {
        "block_add": {"revision": "1", "type": "text", "after": values["block_id"]},
        "block_edit": {"revision": "1", **BLOCK},
        "block_move": {"revision": "1", "to": "1"},
        "block_copy": {"revision": "1"},
        "block_delete": {"revision": "1"},
        "message_proof": {"to_email": "alice@example.org"},
        "message_validate": {"attestations": "content"},
        **dict.fromkeys(("message_duplicate", "message_archive", "picture_delete"), NOTHING),
    }


def _rentals(values: Fields, today: str) -> dict[str, Fields]:
    acts = ("rental_helper_withdraw", "rental_order", "rental_abandon", "rental_check_again")
    return {
        "rental_new": {"name": "Portes ouvertes", "target": values["target_id"]},
        **{key: {"name": "Fête"} for key in ("rental_from_target", "campaign_from_target")},
        **{key: {"target": values["target_id"]} for key in ("rental_target", "campaign_rented")},
        "rental_uses": {"uses": "direct_mail", "times": "1", "columns": "age_band"},
        "rental_sample": {"sample": "pas un fichier"},
        "rental_helpers": {"name": "Routage", "siret": "90000002700012", "role": "router"},
        "rental_rename": {"name": "Braderie"},
        "rental_amend": {"uses": "direct_mail", "times": "12"},
        "rental_amendment": {"decision": "accept"},
        "rental_download": {"licence": "0" * 64, "accept": "on"},
        "returns": {"references": "ABCD", "means": "typing"},
        "claim": {"number": "1A 234", "posted_on": today},
        **dict.fromkeys((*acts, "claim_open"), NOTHING),
    }


def _account(today: str, scene: Scene) -> dict[str, Fields]:
    return {
        "account": {**COMPANY, "paper_invoices": "on"},
        "switch_company": {"company": scene.cast.bakery.reference},
        "member_invite": {**PERSON, "role": "viewer"},
        "member_withdraw": NOTHING,
        "member_role": {"role": "editor"},
        "mandate_new": {
            "agent_siret": "90000004300019",
            "scope": "order",
            "starts_on": today,
            "ends_on": today,
        },
        "mandate_revoke": NOTHING,
        "security_password": OWN_PASSWORD,
        **dict.fromkeys(("member_remove", "session_end", "session_end_others"), NOTHING),
    }


def _back_office(today: str, scene: Scene) -> dict[str, Fields]:
    return {
        "target": TARGET,
        "target_population": {"population": "professionals"},
        **dict.fromkeys(("target_session_start", "target_session_end"), NOTHING),
        "security_password": OWN_PASSWORD,
        **dict.fromkeys(("client_target_new", "session_end", "session_end_others"), NOTHING),
        "team_new": {**PERSON, "role": "advisor"},
        "team_member": {"role": "advisor", "is_active": "on"},
        "moderation_item": {"decision": "refused", "reason": "misleading", "comment": "Non"},
        "payment_record": {
            "method": "transfer",
            "amount": "260,00",
            "reference": "VIR 9",
            "payer": "Nadia",
            "received_on": today,
        },
        "payment_validate": {"validated_on": today},
        **bank_forms(today),
        "client_credentials": {"new_email": "neuf@example.org", "reason": "Demande du client"},
        "notice": {"decision": "settle", "reason": "Reçu"},
        **SENDING_FORMS,
        "clock": {"to": "2027-01-01T10:00"},
        **_base(today),
        **_claims(today),
        **contract_forms(),
        **staff_forms(scene.cast.bakery.reference),
        **_terms(today),
    }


def _terms(today: str) -> dict[str, Fields]:
    return {
        "terms_draft_start": NOTHING,
        "terms_draft": {"revision": "1", "title": "CGV", "body": "### A.1 — Titre\n\nTexte."},
        "terms_figures": {"revision": "1", "change_notice_days": "45", "minimum_order": "300"},
        "terms_draft_discard": {"revision": "1"},
        "terms_publish": {"revision": "1", "in_force_from": today},
        "terms_refusal": {
            "means": "email",
            "letter_number": "1A 1",
            "posted_on": today,
            "received_on": today,
        },
        "price_list_new": {
            "title": "Tarif",
            "in_force_from": today,
            "p0-0-start": "1",
            "p0-0-price": "40",
        },
    }


def _claims(today: str) -> dict[str, Fields]:
    return {
        "moderation_sample": {"decision": "refused", "reason": "misleading", "comment": "Non"},
        "rental_suspend": {"reason": "Plainte"},
        "rental_cancel": {"reason": "Fichier revendu", "with_file_fee": "on"},
        "rental_amend": {"uses": "direct_mail", "times": "12"},
        "rental_settle": {
            "decision": "new_agreement",
            "agreed_unit_price": "180,00",
            "reason": "Appel",
        },
        "claim_letter": {"number": "1A 234", "posted_on": today, "received_on": today},
        "claim_mail": {"references": "ABCD", "handed_back_on": today},
        "claim_decide": {"choice": "credit_note", "comment": "Merci"},
        "claim_refuse": {"sentence": "Rien n’est dû."},
        "leaks": {"file": "pas un fichier"},
        "leak_letter": {"text": "Odile Garnier 12 rue du Four 69003 Lyon"},
        "trap_new": {
            "population": "consumers",
            "civility": "2",
            "first_name": "Odile",
            "last_name": "Garnier",
            "line2": "",
            "line3": "",
            "line4": "12 rue du Four",
            "postal_code": "69003",
            "town": "Lyon",
            "phone": "",
            "agreed_on": today,
            "agreement": "Dossier 12",
        },
        **dict.fromkeys(("rental_resume", "claim_examine", "trap_withdraw"), NOTHING),
    }


def _base(today: str) -> dict[str, Fields]:
    opposition = {"scope": "operator", "reason": "courrier"}
    return {
        "supplier_new": {
            "name": "Kiosques",
            "siren": "900000019",
            "contact_name": "Zoé",
            "contact_email": "zoe@example.org",
            "licence": "Contrat 3",
        },
        **{key: {"reason": "Plaintes"} for key in ("supplier_suspend", "supplier_resume")},
        "right_new": {
            "population": "consumers",
            "channels": "post",
            "purposes": "rental",
            "starts_on": today,
            "ends_on": today,
            "contract_reference": "C 1",
            "register_reference": "R 1",
        },
        "right_end": {"ends_on": today},
        "release_verify": NOTHING,
        "release_roll_back": {"reason": "Fichier faux"},
        "oppositions": {
            "name": "Essai",
            "postal_code": "01000",
            "phone": "01 99 00 00 00",
            "email": "zoe@example.org",
            "siret": "90000001900019",
        },
        "opposition_record": {"channels": "post", **opposition},
        "opposition_typed": {"channel": "email", "address": "zoe@example.org", **opposition},
    }


def _public() -> dict[str, Fields]:
    return {
        "shop:theme": {"theme": "dark", "next": "/tarifs/"},
        "accounts:login": {"email": "a@example.org", "password": "secret", "next": "/espace/"},
        "accounts:logout": NOTHING,
        "accounts:register": {"siret": "90000010000018", "is_agent": "on", **COMPANY, **PERSON},
        "accounts:confirm": {"password": "une phrase assez longue"},
        "accounts:forgotten": {"email": "alice@example.org"},
        "accounts:set_password": {"password": "une phrase assez longue"},
        "tracking:unsubscribe": {"List-Unsubscribe": "One-Click"},
        "tracking:origin": {"source": "page"},
        **{f"webhooks:{one}": {"payload": "x"} for one in WEBHOOKS},
    }


def open_pages(scene: Scene) -> dict[str, dict[str, Any]]:
    """Objects in the state that a form is for: a new list, a campaign to compose, an order."""
    now, bakery = clock.now(), scene.cast.bakery
    file = receive_file(
        company_id=bakery.pk,
        user_id=scene.cast.alice.pk,
        name="Nouvelle liste",
        original_name="liste.csv",
        chunks=[b"email;prenom\nanne@example.org;Anne\n"],
        actor=CLERK,
        now=now,
    )
    mapped = receive_file(
        company_id=bakery.pk,
        user_id=scene.cast.alice.pk,
        name="Liste lue",
        original_name="liste.csv",
        chunks=[b"email;prenom\nanne@example.org;Anne\n"],
        actor=CLERK,
        now=now,
    )
    ContactFile.objects.filter(pk=mapped.pk).update(state="mapped", mapping={"0": "email"})
    rented = ("target", "uses", "sample", "helpers", "order", "abandon")
    rental = Renter.of(scene.cast).compose()
    return {
        "client_area:file_columns": {"file_id": file.pk},
        "client_area:file_origin": {"file_id": mapped.pk},
        **pages_of_a_campaign(scene),
        **{f"client_area:rental_{step}": {"rental_id": rental.pk} for step in rented},
        **pages_of_a_draft(scene.shop),
        **documents_to_sign(scene.shop, scene.values["reference"]),
        "back_office:payment_record": {"reference": scene.values["reference"]},
    }
