"""Count a saved target to sell it, in the words of the pages."""

from dataclasses import dataclass
from datetime import datetime

from marketingconnect.clock import paris_date
from marketingconnect.targeting.criteria import Criteria
from marketingconnect.targeting.desk import DeskError
from marketingconnect.targeting.queries import count_for


@dataclass(frozen=True, slots=True)
class Counted:
    """How many, on which release; or why not."""

    number: int
    release: str
    refusal: str = ""


def counted(criteria: Criteria, *, company_id: int, user_id: int, now: datetime) -> Counted:
    """CGV B.1.3, CL.4: the exact count of this moment, which is what will be priced and sold."""
    try:
        result = count_for(
            criteria, company_id=company_id, user_id=user_id, today=paris_date(now), now=now
        )
    except DeskError as refusal:
        return Counted(0, "", str(refusal))
    if result.count is None:
        return Counted(0, result.release, result.refusal)
    return Counted(result.count, result.release)
