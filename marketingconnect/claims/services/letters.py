"""The registered letter of a claim, in the register of all letters."""

from datetime import date, datetime

from marketingconnect.audit.actors import Actor
from marketingconnect.claims.errors import ClaimError
from marketingconnect.contracts.errors import ContractError
from marketingconnect.contracts.models import RegisteredLetter
from marketingconnect.contracts.rules.letters import Direction, LetterDates, Purpose
from marketingconnect.contracts.services.letters import register_letter
from marketingconnect.orders.models import Order


def received_claim_letter(
    order: Order,
    *,
    number: str,
    posted_on: date,
    received_on: date | None,
    user_id: int,
    actor: Actor,
    now: datetime,
) -> RegisteredLetter:
    """CGV B.3, CC.4, CL.6: the letter by which a client claims, written in the register once.

    Raises ClaimError when its number is that of another letter, or its days cannot be.
    """
    try:
        return register_letter(
            direction=Direction.RECEIVED,
            purpose=Purpose.CLAIM,
            number=number,
            company_id=order.company_id,
            order_id=order.pk,
            dates=LetterDates(posted_on=posted_on, received_on=received_on),
            user_id=user_id,
            actor=actor,
            now=now,
        )
    except ContractError as refusal:
        raise ClaimError(refusal.sentence, article=refusal.article) from refusal
