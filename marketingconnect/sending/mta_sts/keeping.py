"""How long a policy is kept and when it is read again (RFC 8461, 3.3 and 5.1). Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from marketingconnect.sending.mta_sts.policy import Policy

REFRESHED_AFTER: Final = timedelta(days=1)
"""Read again well before it ends, so that nobody can wait for its end (RFC 8461, 3.3)."""
TRIED_AGAIN_AFTER: Final = timedelta(minutes=5)
"""The least between two tries of one announcement (RFC 8461, 3.3)."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a domain's policy: the last that came, and the last that did not."""

    policy: Policy | None = None
    policy_id: str = ""
    fetched_at: datetime | None = None
    tried_id: str = ""
    """Of the announcement whose policy did not come, at `tried_at`; empty when the last came."""
    tried_at: datetime | None = None

    def in_force(self, now: datetime) -> Policy | None:
        """The policy to keep to, were nobody to announce it any more; None once it is too old."""
        if self.policy is None or self.fetched_at is None:
            return None
        ends_at = self.fetched_at + timedelta(seconds=self.policy.max_age)
        return self.policy if now <= ends_at else None

    def is_to_be_fetched(self, announced: str | None, now: datetime) -> bool:
        """Whether to read the policy that the DNS announces under this id, None for none."""
        if announced is None:
            return False
        if announced == self.tried_id and self.tried_at and now - self.tried_at < TRIED_AGAIN_AFTER:
            return False
        if self.in_force(now) is None or self.fetched_at is None:
            return True
        return announced != self.policy_id or now - self.fetched_at >= REFRESHED_AFTER
