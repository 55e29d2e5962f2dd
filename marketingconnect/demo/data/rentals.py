"""What the demo's clients have rented: a file delivered and claimed about, one to moderate.

Each story is told by the same services as real ones, on the days when it happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from marketingconnect.accounts.models import User
from marketingconnect.base.people import record_of
from marketingconnect.base.services.oppositions import oppose_record
from marketingconnect.base.vocabulary import Channel, Population
from marketingconnect.claims.services import (
    check_returns,
    decide_claim,
    decide_sample,
    examine_claim,
    open_claim,
    receive_typed_returns,
    record_letter,
    settle_rental,
)
from marketingconnect.clock import paris_date
from marketingconnect.demo.data.people import BAKERY, GARAGE
from marketingconnect.demo.data.sales import (
    client_actor,
    company_of,
    ordered,
    paid_by_transfer,
    staff_actor,
)
from marketingconnect.geography.places import commune
from marketingconnect.offers.list_rental.delivery_files.reference import RowReference
from marketingconnect.offers.list_rental.delivery_files.spec import XLSX
from marketingconnect.offers.list_rental.models import Delivery, ListRental
from marketingconnect.offers.list_rental.queries import delivered_keys, licence_of
from marketingconnect.offers.list_rental.services import (
    choose_columns,
    choose_target,
    choose_uses,
    declare_subcontractor,
    download_file,
    freeze_rental,
    start_rental,
    submit_sample,
)
from marketingconnect.offers.list_rental.services.extracting import prepare_delivery
from marketingconnect.orders.models import Order
from marketingconnect.orders.services import advance_line
from marketingconnect.suppression.models import Scope
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.models import SavedTarget
from marketingconnect.targeting.queries import count_for
from marketingconnect.targeting.saving import keep_target
from marketingconnect.targeting.selections.reading import keys_of_selection

SAMPLE: Final = """Chère voisine, cher voisin,

Samedi, notre four reste allumé jusqu’à 20 heures : les brioches sont à moitié prix.

Boulangerie Nadia, 12 rue du Four, 69003 Lyon.
Vous recevez ce courrier car votre adresse nous a été louée par Atelier Postal, qui vous dit
d’où elle vient et que vous pouvez refuser : atelier-postal.example.org
"""
GARAGE_SAMPLE: Final = """Bonjour,

Votre contrôle technique approche ? Le Garage du Pré le prépare pour 39 euros, à Brest.

Garage du Pré, 3 route de Brest, 29200 Brest.
"""
_CLAIMED: Final = 6
_OPPOSED: Final = 3


@dataclass(frozen=True)
class _Targets:
    """Saved targets of the stories."""

    neighbours: SavedTarget
    restaurants: SavedTarget
    drivers: SavedTarget


@transaction.atomic
def load_rentals(now: datetime) -> bool:
    """Every story once, all or none; False when they are told already."""
    if ListRental.objects.filter(company__siret=BAKERY.siret).exists():
        return False
    targets = _targets(now - timedelta(days=20))
    _delivered_and_claimed(targets.neighbours, now)
    _waiting_for_moderation(targets.drivers, now - timedelta(days=1))
    _begun(targets.restaurants, now - timedelta(hours=5))
    return True


def _targets(then: datetime) -> _Targets:
    lyon = commune("69383").position
    near = {"zone": int(lyon.zone), "x": lyon.x, "y": lyon.y, "metres": 5000, "label": "Lyon 3e"}
    restaurants = [{"field": "departement", "in": ["69"]}, {"field": "naf", "in": ["56.1"]}]
    drivers = [{"field": "departement", "in": ["29"]}, {"field": "housing", "in": [1]}]
    return _Targets(
        kept_target(
            BAKERY.email, "Foyers autour de la boulangerie", "consumers", [{"near": near}], then
        ),
        kept_target(BAKERY.email, "Restaurants du Rhône", "professionals", restaurants, then),
        kept_target(GARAGE.email, "Maisons du Finistère", "consumers", drivers, then),
    )


def kept_target(
    email: str,
    name: str,
    population: str,
    where: Sequence[object],
    now: datetime,
    *,
    channel: str = "post",
    use: str = "rental",
) -> SavedTarget:
    """A target that a person of the demo saved."""
    owner = User.objects.get(email=email)
    criteria = Criteria.from_json(
        {
            "version": 1,
            "population": population,
            "channel": channel,
            "use": use,
            "where": {"all": list(where)},
        }
    )
    return keep_target(
        company_id=company_of(owner).pk,
        name=name,
        criteria=criteria,
        user_id=owner.pk,
        actor=client_actor(owner),
        now=now,
    )


def _delivered_and_claimed(target: SavedTarget, now: datetime) -> None:
    """Ordered and delivered three days ago; letters came back: a credit note answers them.

    No earlier: invoices are numbered in the order of their days, and others were issued before.
    """
    owner = target.created_by
    begun = now - timedelta(hours=71)
    rental = _composed(target, "Brioches du samedi", SAMPLE, begun)
    _with_columns_and_helper(rental, owner, begun)
    order = ordered(owner, "list_rental", rental.pk, now=begun + timedelta(minutes=30))
    _approved(rental, begun + timedelta(hours=1))
    delivery = _delivered(rental, order, begun + timedelta(hours=2))
    settle_rental(rental.pk, now=begun + timedelta(hours=3))
    _taken(delivery, owner, begun + timedelta(hours=4))
    _claimed(delivery, owner, now)


def _waiting_for_moderation(target: SavedTarget, then: datetime) -> None:
    """Paid yesterday: moderation has its message to read."""
    rental = _composed(target, "Contrôle technique", GARAGE_SAMPLE, then)
    order = ordered(target.created_by, "list_rental", rental.pk, now=then + timedelta(minutes=20))
    paid_by_transfer(order, now=then + timedelta(hours=2))


def _begun(target: SavedTarget, then: datetime) -> None:
    """Counted this morning; its use is still to choose."""
    _started(target, "Restaurants à livrer", then)


def _started(target: SavedTarget, name: str, now: datetime) -> ListRental:
    owner, actor = target.created_by, client_actor(target.created_by)
    rental = start_rental(
        company_id=target.company_id, name=name, user_id=owner.pk, actor=actor, now=now
    )
    criteria = Criteria.from_json(target.criteria)
    told = count_for(
        criteria, company_id=target.company_id, user_id=owner.pk, today=paris_date(now), now=now
    )
    if told.count:
        choose_target(
            rental.pk,
            criteria=criteria,
            counted=told.count,
            release=told.release,
            actor=actor,
            now=now,
        )
    rental.refresh_from_db()
    return rental


def _composed(target: SavedTarget, name: str, sample: str, now: datetime) -> ListRental:
    rental = _started(target, name, now)
    actor = client_actor(target.created_by)
    choose_uses(rental.pk, uses=["direct_mail"], times=1, actor=actor, now=now)
    submit_sample(
        rental.pk,
        original_name="courrier.txt",
        chunks=[sample.encode()],
        user_id=target.created_by_id,
        actor=actor,
        now=now,
    )
    return rental


def _with_columns_and_helper(rental: ListRental, owner: User, now: datetime) -> None:
    actor = client_actor(owner)
    choose_columns(rental.pk, columns=["age_band", "housing"], actor=actor, now=now)
    declare_subcontractor(
        rental.pk,
        name="Routage des Brotteaux",
        siret="90000053000007",
        role="router",
        user_id=owner.pk,
        actor=actor,
        now=now,
    )


def _approved(rental: ListRental, now: datetime) -> None:
    moderator, actor = staff_actor("paul")
    sample = rental.samples.get()
    decide_sample(sample.pk, decision="approved", user_id=moderator.pk, actor=actor, now=now)


def _delivered(rental: ListRental, order: Order, now: datetime) -> Delivery:
    """Paid, arrested and written: the jobs that would do it will find it done.

    Between the two, some people oppose: the file holds fewer addresses than were ordered.
    """
    line = order.lines.get(offer="list_rental")
    paid_by_transfer(order, now=now)
    advance_line(line.pk, now=now)
    freeze_rental(rental.pk, now=now)
    _opposed(rental, now)
    advance_line(line.pk, now=now)
    delivery = rental.deliveries.get()
    prepare_delivery(delivery.pk, now=now)
    advance_line(line.pk, now=now)
    delivery.refresh_from_db()
    return delivery


def _taken(delivery: Delivery, owner: User, now: datetime) -> None:
    """The owner reads the licence, accepts it and takes the workbook."""
    download_file(
        delivery.files.get(format=XLSX).pk,
        accepted=licence_of(delivery).sha256,
        user_id=owner.pk,
        actor=client_actor(owner),
        ip_address=None,
        now=now,
    )


def _opposed(rental: ListRental, now: datetime) -> None:
    rental.refresh_from_db()
    _, actor = staff_actor("sofia")
    for key in keys_of_selection(_selected(rental))[:_OPPOSED].tolist():
        record = record_of(Population.CONSUMERS, key)
        if record is not None:
            oppose_record(
                record,
                channels=list(Channel),
                scope=Scope.OPERATOR,
                reason="courrier reçu",
                actor=actor,
                now=now,
            )


def _selected(rental: ListRental) -> int:
    assert rental.selection_id is not None  # noqa: S101  arrested just before
    return rental.selection_id


def _claimed(delivery: Delivery, owner: User, now: datetime) -> None:
    handed_back, answered = now - timedelta(hours=26), now - timedelta(hours=2)
    actor = client_actor(owner)
    batch = receive_typed_returns(
        company_id=delivery.rental.company_id,
        text="\n".join([*_references(delivery), "ABCD 1234"]),
        user_id=owner.pk,
        actor=actor,
        now=handed_back,
    )
    check_returns(batch.pk, now=handed_back)
    claim = open_claim(delivery.pk, user_id=owner.pk, actor=actor, now=handed_back)
    record_letter(
        claim.pk,
        number="1A 182 334 5678 2",
        posted_on=paris_date(handed_back),
        received_on=paris_date(answered),
        actor=actor,
        now=answered,
    )
    accountant, keeper = staff_actor("ines")
    examine_claim(claim.pk, user_id=accountant.pk, actor=keeper, now=answered)
    decide_claim(
        claim.pk,
        choice="credit_note",
        comment="Nous sommes désolés pour ces plis revenus.",
        user_id=accountant.pk,
        actor=keeper,
        now=answered,
    )


def _references(delivery: Delivery) -> list[str]:
    """What stands above the address of a few letters that came back; never a trap."""
    keys = delivered_keys(delivery, range(1, 10 * _CLAIMED))
    rows = [row for row, key in keys.items() if key >= 0][:_CLAIMED]
    return [str(RowReference(delivery.pk, row)) for row in rows]
