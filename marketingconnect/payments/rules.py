"""When an order is paid, and what a refused card may do next."""

from datetime import date, datetime, timedelta

from marketingconnect.kernel.money import Money

ASK_FIRST = timedelta(seconds=15)
ASK_LATEST = timedelta(hours=1)
ABANDONED_AFTER = timedelta(hours=24)


def is_settled(*, due: Money, received: Money) -> bool:
    """CGV II.1.b: an order is paid once all that is due is received and validated.

    A partial payment settles nothing.
    """
    return received >= due


def overpaid(*, due: Money, received: Money) -> Money:
    """CGV II.1.b: what was received beyond the amount due, to give back; zero otherwise."""
    return received - due if received > due else Money.zero


def remaining(*, due: Money, received: Money) -> Money:
    """CGV II.1.b: what is still awaited before the order can be validated."""
    return due - received if received < due else Money.zero


def transfer_is_required(*, net: Money, threshold: Money, applies: bool) -> bool:
    """CGV II.1.b: strictly above the threshold HT, the operator may require a bank transfer.

    `applies` says whether it does so for this client.
    """
    return applies and net > threshold


def proposed_after_refusal(*, threshold_exceeded: bool) -> tuple[str, ...]:
    """CGV II.1.b: a client whose card is refused is asked to pay by bank transfer.

    Another card may be tried, unless the amount already requires a transfer.
    """
    return ("transfer",) if threshold_exceeded else ("card", "transfer")


def receipt_problems(
    *, received_on: date, validated_on: date | None, ordered_on: date, today: date
) -> dict[str, str]:
    """CGV II.1.b: accounting records when a payment came and when it is validated, in that order.

    French sentences by field (`received_on`, `validated_on`); empty when both dates stand.
    """
    problems = {}
    if received_on > today:
        problems["received_on"] = "La date de réception est dans le futur."
    elif received_on < ordered_on:
        problems["received_on"] = "Le règlement ne peut pas précéder la commande."
    if validated_on is not None and validated_on < received_on:
        problems["validated_on"] = "La validation ne peut pas précéder la réception."
    elif validated_on is not None and validated_on > today:
        problems["validated_on"] = "La date de validation est dans le futur."
    return problems


def next_question(*, now: datetime, times_asked: int) -> datetime:
    """CGV II.1.b: an unknown payment is asked again, ever less often, until it is known."""
    wait: timedelta = ASK_FIRST * int(2 ** min(times_asked, 12))
    return now + min(wait, ASK_LATEST)


def is_abandoned(*, sent_at: datetime, now: datetime) -> bool:
    """CGV II.1.b: a payment page left open for a day is closed; the client may start another."""
    return now - sent_at >= ABANDONED_AFTER
