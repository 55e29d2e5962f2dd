"""Claims about messages that did not arrive, fed by an offer that keeps its figures in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from marketingconnect.audit.models import JournalEntry
from marketingconnect.base.vocabulary import Population
from marketingconnect.claims import guaranteed
from marketingconnect.claims.errors import ClaimError, StaleClaimError
from marketingconnect.claims.holding import claim_holds
from marketingconnect.claims.models import GuaranteeClaim, GuaranteeFigures
from marketingconnect.claims.rules.guarantees import (
    GuaranteedChannel,
    LotFigures,
    PopulationFigures,
)
from marketingconnect.claims.services import (
    credit_guarantee_claim,
    examine_guarantee_claim,
    open_guarantee_claim,
    record_guarantee_letter,
)
from marketingconnect.claims.states import GuaranteeState
from marketingconnect.contracts.models import ForceMajeure, RegisteredLetter, Suspension
from marketingconnect.contracts.rules.ending import Ground
from marketingconnect.invoices.queries import first_invoice_of
from marketingconnect.kernel.money import Money
from marketingconnect.notices.models import Notice
from marketingconnect.offers.email.models import EmailCampaign
from marketingconnect.orders.models import OrderLine
from marketingconnect.orders.states import OrderState
from marketingconnect.payments.queries import credit_of
from marketingconnect.payments.services import spend_credit_on_order
from marketingconnect.payments.services.offline import record_offline_receipt, validate_offline
from marketingconnect.payments.states import PaymentMethod
from tests.sale import CLERK, NOON, Shop
from tests.sending.factories import make_campaign

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
DEADLINE = date(2026, 12, 23)
AFTER = datetime(2027, 1, 4, 11, tzinfo=UTC)


@dataclass
class Lots:
    """The contract of a source, over a dictionary."""

    offer: str = "email"
    lots: dict[int, LotFigures] = field(default_factory=dict)

    def lot(self, item_id: int) -> LotFigures | None:
        return self.lots.get(item_id)


@pytest.fixture
def lots() -> Iterator[Lots]:
    before = dict(guaranteed._sources)
    source = Lots()
    guaranteed.register(source)
    yield source
    guaranteed._sources.clear()
    guaranteed._sources.update(before)


def figures(
    undelivered: int, *, professionals: int = 0, are_final: bool = True, sent_on: date = TODAY
) -> LotFigures:
    """10 000 consumers and 500 professionals, at 0,15 € each."""
    consumers = PopulationFigures(
        population=Population.CONSUMERS,
        rented=10_000,
        undelivered=undelivered,
        billed=Money(1_500_00),
    )
    others = replace(
        consumers,
        population=Population.PROFESSIONALS,
        rented=500,
        undelivered=professionals,
        billed=Money(75_00),
    )
    return LotFigures(
        channel=GuaranteedChannel.EMAIL,
        sent_on=sent_on,
        is_rented=True,
        are_final=are_final,
        populations=(consumers, others),
    )


def sold(shop: Shop) -> OrderLine:
    """A line ordered, paid by transfer and invoiced."""
    order = shop.order(method="transfer", quantity=100_000)
    receipt = record_offline_receipt(
        order.pk,
        method=PaymentMethod.TRANSFER,
        amount=Money(order.total_cents),
        reference=order.reference,
        payer="Boulangerie Nadia",
        received_on=TODAY,
        actor=CLERK,
        now=NOON,
    )
    validate_offline(receipt.pk, validated_on=TODAY, actor=CLERK, now=NOON)
    return order.lines.get(offer="email")


def sent(shop: Shop, lots: Lots, lot: LotFigures) -> OrderLine:
    line = sold(shop)
    assert line.item_id is not None
    lots.lots[line.item_id] = lot
    return line


def claimed(
    shop: Shop,
    line: OrderLine,
    *,
    posted_on: date | None = TODAY,
    number: str = "1A 123",
    received_on: date | None = None,
) -> GuaranteeClaim:
    claim = open_guarantee_claim(line.pk, user_id=shop.cast.ines.pk, actor=CLERK, now=AFTER)
    if posted_on is None:
        return claim
    return record_guarantee_letter(
        claim.pk,
        number=number,
        posted_on=posted_on,
        received_on=received_on,
        user_id=shop.cast.ines.pk,
        actor=CLERK,
        now=AFTER,
    )


def examine(shop: Shop, claim: GuaranteeClaim) -> GuaranteeClaim:
    return examine_guarantee_claim(claim.pk, user_id=shop.cast.ines.pk, actor=CLERK, now=AFTER)


def credit(shop: Shop, claim: GuaranteeClaim) -> GuaranteeClaim:
    return credit_guarantee_claim(claim.pk, user_id=shop.cast.ines.pk, actor=CLERK, now=AFTER)


def test_the_excess_is_credited_at_the_price_billed(shop: Shop, lots: Lots) -> None:
    line = sent(shop, lots, figures(1_101, professionals=102))

    claim = credit(shop, examine(shop, claimed(shop, line)))

    assert claim.state == GuaranteeState.CREDITED
    note = claim.credit_note
    assert note is not None
    assert note.net_cents == -(15_15 + 30)
    assert [(one.quantity, one.net_cents) for one in note.lines.all()] == [(101, -1515), (2, -30)]
    assert "B.3" in note.reason
    assert "est accordé" in Notice.objects.get(key=f"guarantee-decided:{claim.pk}").text
    with pytest.raises(StaleClaimError):
        credit(shop, claim)


def test_the_credit_pays_the_next_order_and_not_the_one_before(shop: Shop, lots: Lots) -> None:
    line = sent(shop, lots, figures(5_000))
    claim = credit(shop, examine(shop, claimed(shop, line)))
    note = claim.credit_note
    assert note is not None
    given = Money(-note.total_cents)
    assert credit_of(line.order.company_id) == given
    assert spend_credit_on_order(line.order_id, actor=CLERK, now=AFTER) == Money.zero

    following = shop.order(quantity=100_000, now=AFTER)

    assert spend_credit_on_order(following.pk, actor=CLERK, now=AFTER) == given
    assert credit_of(line.order.company_id) == Money.zero


def test_exactly_the_threshold_is_refused_with_its_rule_and_figures(shop: Shop, lots: Lots) -> None:
    line = sent(shop, lots, figures(1_000, professionals=100))

    claim = examine(shop, claimed(shop, line))

    assert (claim.state, claim.rule, claim.article) == (
        GuaranteeState.REFUSED,
        "below_threshold",
        "B.3",
    )
    assert [row.compensated for row in claim.figures.all()] == [0, 0]
    entry = JournalEntry.objects.get(action="guarantee.refused")
    assert entry.after is not None
    assert entry.after["consumers"]["undelivered"] == 1_000
    assert "B.3" in Notice.objects.get(key=f"guarantee-decided:{claim.pk}").text
    with pytest.raises(ClaimError):
        claimed(shop, line)


@pytest.mark.parametrize(
    ("posted_on", "state"),
    [
        (DEADLINE, GuaranteeState.CHECKED),
        (date(2026, 12, 24), GuaranteeState.INADMISSIBLE),
        (None, GuaranteeState.INADMISSIBLE),
    ],
)
def test_the_letter_is_posted_within_a_month_of_the_sending(
    shop: Shop, lots: Lots, posted_on: date | None, state: GuaranteeState
) -> None:
    line = sent(shop, lots, figures(5_000, are_final=posted_on == DEADLINE))

    claim = examine(shop, claimed(shop, line, posted_on=posted_on))

    assert (claim.state, claim.deadline) == (state, DEADLINE)
    assert (state == GuaranteeState.CHECKED) == (claim.rule == "")


def test_an_inadmissible_claim_may_come_again_with_its_letter(shop: Shop, lots: Lots) -> None:
    line = sent(shop, lots, figures(5_000))
    examine(shop, claimed(shop, line, posted_on=None))

    assert examine(shop, claimed(shop, line)).state == GuaranteeState.CHECKED


def test_force_majeure_gives_the_days_it_took_back(shop: Shop, lots: Lots) -> None:
    line = sent(shop, lots, figures(5_000))
    case = ForceMajeure.objects.create(
        label="Crue",
        began_on=date(2026, 12, 1),
        ended_on=date(2026, 12, 5),
        declared_by=shop.cast.admin,
        declared_at=NOON,
    )
    Suspension.objects.create(
        order=line.order,
        ground=Ground.FORCE_MAJEURE,
        reason="Crue",
        case=case,
        began_at=NOON,
        ended_at=AFTER,
    )

    claim = examine(shop, claimed(shop, line, posted_on=date(2026, 12, 28)))

    assert (claim.state, claim.deadline) == (GuaranteeState.CHECKED, date(2026, 12, 28))


def test_a_claim_waits_for_the_final_figures(shop: Shop, lots: Lots) -> None:
    line = sent(shop, lots, figures(5_000, are_final=False))
    claim = claimed(shop, line)

    with pytest.raises(ClaimError) as refusal:
        examine(shop, claim)

    assert refusal.value.article == "B.1.6"
    assert line.item_id is not None
    lots.lots[line.item_id] = figures(5_000)
    assert examine(shop, claim).state == GuaranteeState.CHECKED


def test_nothing_is_claimed_about_what_nobody_guarantees(shop: Shop, lots: Lots) -> None:
    line = sold(shop)
    own = replace(figures(5_000), is_rented=False)

    with pytest.raises(ClaimError):
        claimed(shop, line)
    assert line.item_id is not None
    lots.lots[line.item_id] = own
    assert examine(shop, claimed(shop, line)).rule == "not_rented"


def test_a_credit_never_exceeds_what_remains_of_the_invoice(shop: Shop, lots: Lots) -> None:
    dear = figures(10_000)
    consumers, others = dear.populations
    dear = replace(dear, populations=(replace(consumers, billed=Money(90_000_00)), others))
    line = sent(shop, lots, dear)

    note = credit(shop, examine(shop, claimed(shop, line))).credit_note

    invoice = first_invoice_of(line.order)
    assert invoice is not None
    assert note is not None
    assert note.net_cents == -invoice.net_cents
    line.order.refresh_from_db()
    assert line.order.state != OrderState.CANCELLED


def test_the_letter_of_a_claim_is_in_the_register(shop: Shop, lots: Lots) -> None:
    line = sent(shop, lots, figures(5_000))

    claim = claimed(shop, line, received_on=date(2026, 11, 25))

    letter = RegisteredLetter.objects.get()
    assert claim.letter == letter
    assert (letter.number, letter.order_id) == ("1A123", line.order_id)
    with pytest.raises(ClaimError):
        record_guarantee_letter(
            claim.pk,
            number="1A123",
            posted_on=date(2026, 11, 24),
            received_on=None,
            user_id=shop.cast.ines.pk,
            actor=CLERK,
            now=AFTER,
        )


def test_the_database_keeps_claims_and_figures_possible(shop: Shop, lots: Lots) -> None:
    line = sent(shop, lots, figures(5_000))
    claim = examine(shop, claimed(shop, line))

    with pytest.raises(IntegrityError), transaction.atomic():
        GuaranteeClaim.objects.filter(pk=claim.pk).update(state=GuaranteeState.CREDITED)
    with pytest.raises(IntegrityError), transaction.atomic():
        GuaranteeClaim.objects.filter(pk=claim.pk).update(state=GuaranteeState.REFUSED)
    with pytest.raises(IntegrityError), transaction.atomic():
        GuaranteeFigures.objects.filter(claim=claim).update(compensated=20_000)
    with pytest.raises(IntegrityError), transaction.atomic():
        GuaranteeClaim.objects.create(
            reference="RC-2026-999999",
            company=claim.company,
            line=line,
            channel="email",
            sent_on=TODAY,
            received_at=NOON,
            received_by=shop.cast.ines,
        )


def test_an_open_claim_and_the_time_to_make_one_keep_the_addresses(shop: Shop, lots: Lots) -> None:
    line = sent(shop, lots, figures(1_101))
    campaign = make_campaign(["anne@exemple.test"], company=line.order.company)
    assert claim_holds(campaign.pk, DEADLINE) == ""
    assert line.item_id is not None
    EmailCampaign.objects.create(
        pk=line.item_id,
        company=line.order.company,
        name="Brioches",
        created_by=shop.cast.alice,
        created_at=NOON,
        sending=campaign,
    )
    late = DEADLINE + timedelta(days=1)

    assert "délai" in claim_holds(campaign.pk, DEADLINE)
    assert claim_holds(campaign.pk, late) == ""
    claim = claimed(shop, line)
    assert "ouverte" in claim_holds(campaign.pk, late)
    examine(shop, claim)
    assert "ouverte" in claim_holds(campaign.pk, late)
    credit(shop, claim)
    assert claim_holds(campaign.pk, DEADLINE) == ""
