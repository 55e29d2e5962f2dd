"""One real object of each kind in Alice's company, and every address of the site with its values.

Tests of access and of bad input walk all the addresses: one that is added later is met at once.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from marketingconnect import clock, storage
from marketingconnect.accounts.models import AccessLink, UserSession
from marketingconnect.accounts.roles import MandateScope, MemberRole
from marketingconnect.accounts.services import invite_member, record_mandate
from marketingconnect.audit.actors import Actor
from marketingconnect.base.people import PersonSought, find_people
from marketingconnect.cart.models import CartLine
from marketingconnect.claims.services import open_claim, receive_typed_returns
from marketingconnect.contracts.rules.letters import ScanKind
from marketingconnect.contracts.services.formal_notices import give_formal_notice
from marketingconnect.contracts.services.letters import keep_scan
from marketingconnect.invoices.models import Invoice
from marketingconnect.invoices.services import issue_invoice
from marketingconnect.kernel.money import Money
from marketingconnect.messages.models import ModerationRequest
from marketingconnect.messages.services import add_picture
from marketingconnect.notices.models import Notice
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.offers.list_rental.models import TrapPerson
from marketingconnect.offers.list_rental.offer import ListConnect
from marketingconnect.offers.list_rental.services import declare_subcontractor, propose_amendment
from marketingconnect.offers.registry import register
from marketingconnect.orders.models import Order
from marketingconnect.orders.services import change_state
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.models import BankEntry, BankStatement, PaymentAttempt
from marketingconnect.payments.services import record_offline_receipt
from marketingconnect.payments.states import EntryKind, Match, PaymentMethod
from marketingconnect.sending.models import Campaign
from marketingconnect.statistics.models import Export
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.saving import keep_target
from marketingconnect.terms.models import AnnouncedChange, ClientChange
from marketingconnect.terms.services import start_draft
from tests.cast import Cast, make_company
from tests.messages.making import image_bytes, make_message, prove, validate
from tests.offers.list_rental.delivery_files.made import trap_people
from tests.offers.list_rental.factories import Renter
from tests.sale import CLERK, Shop
from tests.sending.factories import make_campaign
from tests.web.back_office.base_scene import make_base
from tests.web.bank_forms import bank_values
from tests.web.guarantee_scene import guarantee_values
from tests.web.proposal_forms import proposal_of_scene
from tests.web.sending_forms import sending_places
from tests.web.signing_scene import signed_document
from tests.web.statement_scene import make_statement

AUDIENCES = ("shop", "accounts", "client_area", "back_office", "tracking", "visits", "webhooks")


@dataclass(frozen=True)
class Address:
    """One address of the site: `client_area:file` takes `file_id`."""

    name: str
    parameters: tuple[str, ...]

    @property
    def audience(self) -> str:
        return self.name.partition(":")[0]

    @property
    def short(self) -> str:
        return self.name.partition(":")[2]


def addresses(*audiences: str) -> list[Address]:
    """Every named address below one of the prefixes, in the resolver's order."""
    found = list(_walk(get_resolver(), ""))
    assert {each.audience for each in found} == set(AUDIENCES)
    return [each for each in found if each.audience in audiences]


def _walk(resolver: URLResolver, namespace: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _walk(entry, entry.namespace or namespace)
        else:
            assert isinstance(entry, URLPattern)
            assert entry.name, f"an address without a name: {entry.pattern}"
            yield Address(f"{namespace}:{entry.name}", tuple(entry.pattern.converters))


@dataclass
class Scene:
    """The objects of Alice's company, by the names that addresses give them."""

    cast: Cast
    shop: Shop
    values: dict[str, Any]
    special: dict[str, dict[str, Any]]

    def url(self, address: Address, **changes: Any) -> str:
        known = {**self.values, **self.special.get(address.name, {}), **changes}
        wanted = {name: known[name] for name in address.parameters}
        return reverse(address.name, kwargs=wanted)


@pytest.fixture
def scene(shop: Shop, settings: LazySettings, tmp_path: Path) -> Scene:
    settings.FILES_ROOT = tmp_path / "files"
    settings.CATCHER_DIR = tmp_path / "catcher"
    settings.BASE_ROOT = tmp_path / "base"
    settings.MODE = "demo"
    base = _base(tmp_path / "made")
    rented = _rented(shop.cast)
    values = {**_work(shop.cast), **_sale(shop), **_people(shop.cast), **base, **rented}
    values |= {"client_change_id": _change(shop.cast)} | proposal_of_scene(shop)
    values |= bank_values(shop, values["reference"]) | guarantee_values(shop, values["reference"])
    values |= {**_letter(shop, values["reference"]), **signed_document(shop, values["reference"])}
    return Scene(shop.cast, shop, values, _special(shop.cast, values))


def _special(cast: Cast, values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Where an address names another kind of object by the same word."""
    company = {"reference": cast.bakery.reference}
    mail = {"number": 1}
    return {
        **{
            f"back_office:client{page}": company
            for page in ("", "_mandate", "_targets", "_target_new", "_credentials", "_proposal_new")
        },
        "back_office:transfer_rule": company,
        "back_office:team_member": {"user_id": cast.marc.pk},
        **sending_places(values["sending_id"]),
        **{f"back_office:inbox_{part}": mail for part in ("message", "html", "attachment")},
        "back_office:terms_change": {"kind": "terms", "number": 2},
        "shop:terms_compare": {"earlier": 1, "later": 2},
        **{f"shop:{page}": {"number": 1} for page in ("terms_version", "prices_coming")},
        "client_area:campaign_statement": {"kind": "pdf"},
    }


def _work(cast: Cast) -> dict[str, Any]:
    """A file, a message under moderation, a picture, a campaign that runs and its workbook."""
    now = clock.now()
    message = make_message(cast.bakery, cast.alice)
    version = prove(message, cast.alice).version
    validate(version, cast.alice)
    sending = make_campaign([f"zoe{n}@example.org" for n in range(5)], company=cast.bakery)
    Campaign.objects.filter(pk=sending.pk).update(state="running", started_at=now)
    campaign = EmailCampaign.objects.create(
        company=cast.bakery,
        name="Brioches secrètes",
        contact_file=sending.contact_file,
        message=message,
        send_at=now,
        sending=sending,
        created_by=cast.alice,
        created_at=now,
    )
    export = Export.objects.create(campaign=sending, requested_by=cast.alice, requested_at=now)
    return {
        "file_id": sending.contact_file_id,
        "message_id": message.pk,
        "block_id": message.content["blocks"][0]["id"],
        "version_id": version.pk,
        "request_id": ModerationRequest.objects.get(version=version).pk,
        "campaign_id": campaign.pk,
        "sending_id": make_statement(sending).campaign_id,
        "kind": "vendus",
        "export_id": export.pk,
        "target_id": _target(cast),
        "public_name": _picture(cast),
        "verb": "pause",
        "position": 1,
        "index": 0,
        "token": "jeton-inconnu",
        "code": "emailconnect",
    }


def _base(folder: Path) -> dict[str, Any]:
    """A supplier with a right and a file, a release of a few people."""
    made = make_base(folder)
    (found, *_) = find_people(PersonSought(name="Essai", postal_code="01000"))
    return {
        "supplier_number": made.supplier.number,
        "right_id": made.right_id,
        "load_id": made.load.pk,
        "release_name": made.release.name,
        "population": "consumers",
        "record_key": found.record_key,
    }


def _target(cast: Cast) -> int:
    """Criteria that Alice keeps."""
    return keep_target(
        company_id=cast.bakery.pk,
        name="Brioches secrètes",
        criteria=Criteria.from_json(
            {"version": 1, "population": "consumers", "channel": "post", "use": "rental",
             "where": {"all": [{"field": "departement", "in": ["69"]}]}}
        ),
        user_id=cast.alice.pk,
        actor=Actor.user(cast.alice.pk, "Alice"),
        now=clock.now(),
    ).pk  # fmt: skip


def _rented(cast: Cast) -> dict[str, Any]:
    """A file delivered, with a helper, an amendment that waits, returned mail and a claim."""
    register(ListConnect())
    trap_people()
    renter = Renter.of(cast)
    delivery = renter.deliver(rows=60, counted=64, times=10)
    rental, actor = delivery.rental, Actor.user(cast.alice.pk, "Alice")
    told: dict[str, Any] = {"actor": actor, "now": clock.now()}
    helper = declare_subcontractor(
        rental.pk,
        name="Routage du Rhône",
        siret="90000002700012",
        role="router",
        user_id=cast.alice.pk,
        **told,
    )
    amendment = propose_amendment(
        rental.pk, uses=["direct_mail"], times=11, user_id=cast.alice.pk, **told
    )
    batch = receive_typed_returns(
        company_id=cast.bakery.pk, text="ABCD", user_id=cast.alice.pk, **told
    )
    claim = open_claim(delivery.pk, user_id=cast.alice.pk, **told)
    return {
        "rental_id": rental.pk,
        "delivery_reference": delivery.reference,
        "rented_file_id": delivery.files.get(format="csv").pk,
        "helper_id": helper.pk,
        "amendment_id": amendment.pk,
        "batch_id": batch.pk,
        "claim_reference": claim.reference,
        "sample_id": rental.samples.get().pk,
        "trap_id": TrapPerson.objects.earliest("pk").pk,
    }


def _picture(cast: Cast) -> str:
    return add_picture(
        company_id=cast.bakery.pk,
        user_id=cast.alice.pk,
        data=image_bytes(size=(40, 30)),
        alt="Une brioche",
        licence_note="Notre photo",
        is_logo=False,
        actor=Actor.user(cast.alice.pk, "Alice"),
        now=clock.now(),
    ).public_name


def _sale(shop: Shop) -> dict[str, Any]:
    """An order with a card attempt, money to validate and an invoice; a basket with a line."""
    now = clock.now()
    order = shop.order(method="transfer", now=now)
    payment = record_offline_receipt(
        order.pk,
        method=PaymentMethod.TRANSFER,
        amount=Money(100_00),
        reference="VIR 1",
        payer="Boulangerie Nadia",
        received_on=clock.paris_date(now),
        actor=CLERK,
        now=now,
    )
    attempt = PaymentAttempt.objects.create(
        key=uuid.uuid4(),
        order=order,
        gateway="sandbox",
        cents=360_00,
        state="failed",
        started_by=shop.cast.alice,
        created_at=now,
        ended_at=now,
    )
    invoice = issue_invoice(order.pk, paid=Money(0), payment_method="transfer", now=now)
    entry = _bank_entry()
    Invoice.objects.filter(pk=invoice.pk).update(
        pdf_path=storage.save("invoices/c1", "facture.pdf", [b"%PDF-1.7 secret"]).path
    )
    shop.fill_cart()
    return {
        "reference": order.reference,
        "key": attempt.key,
        "payment_id": payment.pk,
        "number": invoice.number,
        "entry_id": entry.pk,
        "statement_id": entry.statement_id,
        "line_id": CartLine.objects.get(company=shop.cast.bakery).pk,
    }


def _bank_entry() -> BankEntry:
    """A transfer that names nothing."""
    iban = "FR7630006000011234567890189"
    statement = BankStatement.objects.create(
        sha256="0" * 64,
        name="releve.xml",
        kind="camt.053.001.08",
        iban=iban,
        imported_at=clock.now(),
    )
    return BankEntry.objects.create(
        statement=statement,
        iban=iban,
        key="B1",
        kind=EntryKind.TRANSFER,
        match=Match.UNMATCHED,
        cents=12_00,
        booked_on=clock.today(),
    )


def _change(cast: Cast) -> int:
    """A draft of the terms, and a version that Alice's company was told of."""
    now, today = clock.now(), clock.today()
    start_draft(by=cast.admin, now=now)
    change = AnnouncedChange.objects.get(kind="terms", number=2)
    told = ClientChange.objects.create(
        change=change, company=cast.bakery, told_at=now, refuse_until=today, applies_from=today
    )
    return told.pk


def _letter(shop: Shop, reference: str) -> dict[str, Any]:
    """A formal notice by registered letter, with a proof of its posting."""
    order = Order.objects.get(reference=reference)
    change_state(order, OrderState.FIRM, actor=CLERK, at=clock.now(), firm_at=clock.now())
    told: dict[str, Any] = {"user_id": shop.cast.ines.pk, "actor": CLERK, "now": clock.now()}
    notice = give_formal_notice(
        order.pk,
        number="2C 001",
        posted_on=clock.today(),
        breach="La facture n’est pas payée.",
        **told,
    )
    scan = keep_scan(
        notice.letter_id,
        kind=ScanKind.POSTING,
        original_name="depot.pdf",
        chunks=[b"%PDF-1.7 secret"],
        **told,
    )
    return {
        "formal_notice_id": notice.pk,
        "letter_id": notice.letter_id,
        "scan_id": scan.pk,
    }


def _people(cast: Cast) -> dict[str, Any]:
    """Alice's seat, an invitation, a session of Alice, an agency with a mandate, a notice."""
    now, actor = clock.now(), Actor.user(cast.alice.pk, "Alice")
    invite_member(
        cast.bakery.pk,
        email="denis@example.org",
        first_name="Denis",
        last_name="Secret",
        role=MemberRole.VIEWER,
        actor=actor,
        now=now,
    )
    agency = make_company("Agence Bleue", "90000004300019")
    mandate = record_mandate(
        cast.bakery.pk,
        agent_siret=agency.siret,
        scope=MandateScope.ORDER,
        starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=10),
        document=storage.save("mandates/c1", "mandat.pdf", [b"%PDF-1.7 secret"]).path,
        recorded_by=cast.alice.pk,
        actor=actor,
        now=now,
    )
    session = UserSession.objects.create(
        user=cast.alice, session_key="x" * 32, created_at=now, last_seen_at=now
    )
    return {
        "user_id": cast.alice.pk,
        "link_id": AccessLink.objects.get(email="denis@example.org").pk,
        "mandate_id": mandate.pk,
        "session_id": session.pk,
        "notice_id": Notice.objects.earliest("pk").pk,
    }
