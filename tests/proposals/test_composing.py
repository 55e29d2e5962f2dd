"""An advisor composes at the prices of the day, sends, revises and withdraws."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from marketingconnect.audit.models import JournalEntry
from marketingconnect.kernel.money import Money
from marketingconnect.notices.models import Notice
from marketingconnect.orders.models import Order
from marketingconnect.payments.services import set_transfer_requirement
from marketingconnect.proposals.errors import (
    InvalidFieldsError,
    NotAllowedError,
    StaleProposalError,
    UnproposableLineError,
)
from marketingconnect.proposals.models import Proposal, ProposalLine
from marketingconnect.proposals.queries import quote_of
from marketingconnect.proposals.services import (
    create_proposal,
    propose,
    remove_line,
    revise,
    withdraw,
)
from tests.proposals.selling import TODAY, Desk
from tests.sale import CLERK, NOON

pytestmark = pytest.mark.django_db


def test_only_an_advisor_begins_one_and_its_number_counts_on(desk: Desk) -> None:
    cast = desk.shop.cast
    for person in (cast.ines, cast.paul, cast.alice):
        with pytest.raises(NotAllowedError):
            create_proposal(company_id=cast.bakery.pk, user_id=person.pk, actor=desk.marc, now=NOON)

    first, second = desk.draft(), desk.draft()

    assert (first.reference, second.reference) == ("PR-2026-000001", "PR-2026-000002")
    assert first.validity_days == 30
    assert first.advisor == cast.marc


def test_a_draft_is_priced_live_and_frozen_when_it_is_sent(desk: Desk) -> None:
    proposal = desk.draft(quantity=6_000)
    assert quote_of(proposal, TODAY).total == Money(360_00)
    desk.shop.offer.change(1, quantity=20_000)
    live = quote_of(proposal, TODAY)

    propose(proposal.pk, actor=desk.marc, now=NOON)
    desk.shop.offer.change(1, quantity=50_000)
    proposal.refresh_from_db()

    frozen = quote_of(proposal, TODAY)
    assert frozen.total == live.total == Money(proposal.total_cents) > Money(360_00)
    assert frozen.draft_lines() == live.draft_lines()
    assert proposal.valid_until == date(2026, 12, 23)
    assert proposal.terms == live.terms
    assert proposal.price_list == live.price_list


def test_the_minimum_billing_is_frozen_as_a_line_of_its_own(desk: Desk) -> None:
    proposal = desk.sent(item={"quantity": 6_000})

    assert Money(proposal.top_up_cents) == Money(126_00)
    assert [line.net for line in quote_of(proposal, TODAY).draft_lines()] == [
        Money(174_00),
        Money(126_00),
    ]


def test_what_is_not_the_client_s_or_not_ready_stays_out(desk: Desk) -> None:
    shop, proposal = desk.shop, desk.draft()
    another = shop.offer.add(shop.cast.garage)
    empty = shop.offer.add(shop.cast.bakery, quantity=0)
    shop.fill_cart()
    ordered = shop.check_out(method="transfer")
    sold = ordered.lines.get(offer="email").item_id or 0

    with pytest.raises(LookupError):
        desk.add(proposal, another)
    with pytest.raises(UnproposableLineError, match="fichier"):
        desk.add(proposal, empty)
    with pytest.raises(UnproposableLineError, match=ordered.reference):
        desk.add(proposal, sold)
    desk.add(proposal, 1)
    assert proposal.lines.count() == 1


def test_nothing_is_sent_without_a_line_that_stands(desk: Desk) -> None:
    proposal = desk.draft()
    desk.shop.offer.change(1, quantity=0)
    with pytest.raises(UnproposableLineError, match="fichier"):
        propose(proposal.pk, actor=desk.marc, now=NOON)

    assert remove_line(proposal.pk, proposal.lines.get().pk, actor=desk.marc, now=NOON)
    with pytest.raises(UnproposableLineError, match="au moins une"):
        propose(proposal.pk, actor=desk.marc, now=NOON)

    assert not Notice.objects.exists()


def test_an_item_waits_in_one_proposal_at_a_time(desk: Desk) -> None:
    desk.sent()
    other = desk.draft()
    remove_line(other.pk, other.lines.get().pk, actor=desk.marc, now=NOON)
    desk.add(other, 1)

    with pytest.raises(UnproposableLineError, match="autre proposition"):
        propose(other.pk, actor=desk.marc, now=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalLine.objects.filter(proposal=other).update(is_live=True)

    other.refresh_from_db()
    assert other.state == "draft"


def test_the_client_reads_what_is_sent_in_one_mail(desk: Desk) -> None:
    proposal = desk.sent(message="Comme convenu au téléphone.", validity_days=10)

    notice = Notice.objects.get()
    assert notice.to_email == "alice@example.org"
    for words in ("mercredi 3 décembre 2026", "360,00", "Comme convenu", "/espace/propositions/"):
        assert words.replace("mercredi 3", "jeudi 3") in notice.text.replace("\u00a0", " ")
    assert proposal.reference in notice.subject
    acts = JournalEntry.objects.filter(subject=f"proposal:{proposal.pk}").order_by("position")
    assert [act.action.partition(".")[2] for act in acts] == [
        "created",
        "line_added",
        "conditions_set",
        "proposed",
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"validity_days": 0}, "validity_days"),
        ({"validity_days": 366}, "validity_days"),
        ({"payment_method": "credit"}, "payment_method"),
        ({"instalments": 3}, "first_due_on"),
        ({"instalments": 3, "first_due_on": date(2026, 12, 24)}, "first_due_on"),
    ],
)
def test_conditions_that_do_not_stand_say_so_at_their_field(
    desk: Desk, changes: dict[str, Any], field: str
) -> None:
    proposal = desk.draft()

    with pytest.raises(InvalidFieldsError) as refusal:
        desk.agree(proposal, **changes)

    assert set(refusal.value.problems) == {field}
    for days in (1, 365):
        assert desk.agree(proposal, validity_days=days).validity_days == days


def test_strictly_above_the_threshold_a_transfer_alone_is_proposed(desk: Desk) -> None:
    proposal = desk.agree(
        desk.draft(quantity=100_000, options=("list.phone",)), payment_method="debit"
    )

    with pytest.raises(InvalidFieldsError, match="virement") as refusal:
        propose(proposal.pk, actor=desk.marc, now=NOON)
    assert set(refusal.value.problems) == {"payment_method"}

    set_transfer_requirement(
        proposal.company_id,
        applies=False,
        reason="Client ancien",
        in_force_from=TODAY,
        actor=CLERK,
        now=NOON,
    )
    assert propose(proposal.pk, actor=desk.marc, now=NOON).state == "proposed"


def test_a_schedule_agreed_long_ago_is_chosen_again_before_sending(desk: Desk) -> None:
    proposal = desk.agree(desk.draft(), instalments=2, first_due_on=TODAY)

    with pytest.raises(InvalidFieldsError, match="passé"):
        propose(proposal.pk, actor=desk.marc, now=NOON + timedelta(days=1))


def test_a_revision_replaces_what_waits_only_once_it_is_sent(desk: Desk) -> None:
    proposal = desk.sent(payment_method="cheque", message="Bonjour")
    who = {"user_id": desk.shop.cast.marc.pk, "actor": desk.marc, "now": NOON}
    new = revise(proposal.pk, **who)  # type: ignore[arg-type]
    again = revise(proposal.pk, **who)  # type: ignore[arg-type]

    proposal.refresh_from_db()
    assert again == new
    assert (new.payment_method, new.message) == ("cheque", "Bonjour")
    assert proposal.state == "proposed"

    propose(new.pk, actor=desk.marc, now=NOON)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.end_reason) == ("withdrawn", f"Remplacée par {new.reference}.")
    assert (
        list(Notice.objects.order_by("pk").values_list("template", flat=True))
        == ["proposal_sent"] * 2
    )
    with pytest.raises(StaleProposalError):
        revise(desk.draft().pk, **who)  # type: ignore[arg-type]


def test_withdrawing_tells_why_and_frees_its_lines(desk: Desk) -> None:
    proposal = desk.sent()
    with pytest.raises(InvalidFieldsError):
        withdraw(proposal.pk, reason="  ", actor=desk.marc, now=NOON)

    withdraw(proposal.pk, reason="Le tarif était faux.", actor=desk.marc, now=NOON)

    assert "Le tarif était faux." in Notice.objects.get(template="proposal_told").text
    assert not ProposalLine.objects.filter(is_live=True).exists()
    with pytest.raises(StaleProposalError):
        withdraw(proposal.pk, reason="Encore.", actor=desk.marc, now=NOON)
    draft = desk.draft()
    assert withdraw(draft.pk, reason="", actor=desk.marc, now=NOON).state == "withdrawn"


def test_what_was_sent_is_composed_no_more(desk: Desk) -> None:
    proposal = desk.sent()
    more = desk.shop.offer.add(desk.shop.cast.bakery)

    with pytest.raises(StaleProposalError):
        desk.add(proposal, more)
    with pytest.raises(StaleProposalError):
        desk.agree(proposal)
    with pytest.raises(StaleProposalError):
        propose(proposal.pk, actor=desk.marc, now=NOON)


def test_the_database_keeps_a_sent_proposal_frozen_and_an_accepted_one_ordered(desk: Desk) -> None:
    proposal = desk.draft()
    for change in ({"state": "proposed"}, {"state": "accepted"}, {"state": "lost"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Proposal.objects.filter(pk=proposal.pk).update(**change)
    assert not Order.objects.exists()
