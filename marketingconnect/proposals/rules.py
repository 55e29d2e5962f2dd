"""How long a proposal holds, what may be agreed in it, and who may answer."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from marketingconnect.accounts.roles import MemberRole, StaffRole
from marketingconnect.kernel.calendar import format_date_fr
from marketingconnect.kernel.money import Money
from marketingconnect.payments.rules import first_payment_due, transfer_is_required
from marketingconnect.payments.states import OFFLINE_SALE_METHODS, PaymentMethod
from marketingconnect.proposals.words import percent_in_words

MOST_INSTALMENTS: Final = 12


def may_prepare(*, staff_role: str) -> bool:
    """CGV II.1.c: an advisor of the operator prepares a proposal, and its name is kept with it."""
    return staff_role in {StaffRole.ADVISOR, StaffRole.ADMINISTRATOR}


def may_answer(*, is_staff: bool, role: MemberRole | None) -> bool:
    """CGV II.1.c, III.a: the client alone accepts or refuses: its owner or an editor, never staff.

    An advisor who would also be a member of the company does not accept either.
    """
    return not is_staff and role in {MemberRole.OWNER, MemberRole.EDITOR}


def last_day(*, proposed_on: date, days: int) -> date:
    """CGV Def: the last day on which a proposal may be accepted; the day it is sent not counted."""
    return proposed_on + timedelta(days=days)


def is_expired(*, valid_until: date, today: date) -> bool:
    """CGV Def: past its last day, which counts, a proposal may no longer be accepted."""
    return today > valid_until


def reminder_is_due(*, proposed_on: date, valid_until: date, today: date, days_before: int) -> bool:
    """CGV Def: a client is reminded some days before the last one, never on the day it was told."""
    return max(valid_until - timedelta(days=days_before), proposed_on) <= today <= valid_until and (
        today > proposed_on
    )


def methods_agreed(*, net: Money, threshold: Money, applies: bool) -> Sequence[PaymentMethod]:
    """CGV II.2.b, II.1.b: every means of an offline sale; a transfer alone when it is required."""
    if transfer_is_required(net=net, threshold=threshold, applies=applies):
        return (PaymentMethod.TRANSFER,)
    return OFFLINE_SALE_METHODS


def schedule_problems(
    *, method: str, count: int, first_on: date | None, today: date, within_months: int
) -> dict[str, str]:
    """CGV II.2.b: a schedule agreed has its first date, within a month of the day it is proposed.

    So that a client who accepts at once pays on the day agreed. Sentences by field.
    """
    if not 1 <= count <= MOST_INSTALMENTS:
        return {"instalments": f"Choisissez de 1 à {MOST_INSTALMENTS} échéances."}
    if count > 1 and method == PaymentMethod.CARD:
        return {
            "instalments": "Par carte, le paiement se fait en une fois. Pour plusieurs échéances, "
            "choisissez le prélèvement par carte, le prélèvement, le virement ou le chèque."
        }
    if first_on is None:
        missing = "Choisissez le jour de la première échéance."
        return {"first_due_on": missing} if count > 1 else {}
    latest = first_payment_due(accepted_on=today, within_months=within_months)
    if first_on < today:
        return {"first_due_on": "Ce jour est passé : choisissez une date à venir."}
    if first_on > latest:
        day = format_date_fr(latest)
        return {
            "first_due_on": f"Le premier paiement a lieu dans le mois de l’acceptation "
            f"(art. II.2.b) : choisissez le {day} au plus tard."
        }
    return {}


def first_instalment_on(
    *, agreed: date, proposed_on: date, accepted_on: date, earliest: date, within_months: int
) -> date:
    """CGV II.2.b: the day of the first instalment, once the client accepts.

    The day agreed stands while it can. Accepted after it, the client keeps the delay that the
    proposal gave, counted from its acceptance. Never before `earliest` (a debit is announced
    first), never later than a month after acceptance, which has the last word.
    """
    day = agreed if agreed >= accepted_on else accepted_on + (agreed - proposed_on)
    latest = first_payment_due(accepted_on=accepted_on, within_months=within_months)
    return min(max(day, earliest), latest)


def terms_are_others(*, attached: str, in_force: str) -> bool:
    """CGV III.a, III.b: whether other terms came into force since the proposal was sent.

    Both are hashes of texts. The client accepts the version in force on the day, and is told so.
    """
    return attached != in_force


def discount_problems(*, percent: Decimal, reason: str, most: Decimal) -> dict[str, str]:
    """CGV B.3, III.b: a discount on a line has its reason, and stays within the operator's limit.

    `most` is the limit of the day, zero when the operator allows none; at it exactly, it stands.
    """
    if percent < 0 or percent > most:
        sentence = (
            f"La remise va jusqu’à {percent_in_words(most)} aujourd’hui."
            if most
            else "Aucune remise n’est permise aujourd’hui : un administrateur en fixe la limite."
        )
        return {"percent": sentence}
    if percent and not reason.strip():
        return {"reason": "Dites pourquoi : la raison figure sur la facture."}
    return {}


def discounted_price(*, price: Decimal, percent: Decimal) -> Decimal:
    """CGV B.3, III.b: a unit price less its discount, rounded once to a hundredth of a cent."""
    kept = price * (100 - percent) / 100
    return kept.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


def has_changed(*, proposed: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """CGV III.b: what was proposed is what is sold: another quantity, price or use is not."""
    return dict(proposed) != dict(now)
