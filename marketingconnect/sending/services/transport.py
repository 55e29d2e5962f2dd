"""Keep the policies of domains, and count how the connections to them went."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from django.db import connection, transaction
from django.db.models import Q

from marketingconnect.sending.models import MailPolicy, TransportDay
from marketingconnect.sending.mta_sts.keeping import Kept
from marketingconnect.sending.mta_sts.policy import LONGEST_AGE, Mode, Policy

_KEPT_DAYS: Final = 90
_COUNT: Final = """
insert into sending_transportday as t (day, domain, server, mode, result, connections)
values (%s, %s, %s, %s, %s, %s)
on conflict (day, domain, server, mode, result)
do update set connections = t.connections + excluded.connections
"""


class Connected(NamedTuple):
    """A connection to a server for a domain that has a policy, and how it went."""

    domain: str
    server: str
    mode: str
    result: str


def kept_policy(domain: str) -> Kept:
    """What is known of a domain's policy, in force or not."""
    row = MailPolicy.objects.filter(domain=domain).first()
    if row is None:
        return Kept()
    policy = Policy(Mode(row.mode), row.max_age, tuple(row.mx)) if row.mode else None
    return Kept(policy, row.policy_id, row.fetched_at, row.tried_id, row.tried_at)


def keep_policy(domain: str, policy: Policy, *, policy_id: str, now: datetime) -> None:
    """A policy that came takes the place of the former; one fetched later by another stays."""
    facts: dict[str, object] = {
        "policy_id": policy_id,
        "mode": policy.mode,
        "mx": list(policy.mx),
        "max_age": policy.max_age,
        "fetched_at": now,
        "tried_id": "",
        "tried_at": now,
        "trouble": "",
    }
    _, is_new = MailPolicy.objects.get_or_create(domain=domain, defaults=facts)
    if not is_new:
        older = Q(fetched_at__isnull=True) | Q(fetched_at__lte=now)
        MailPolicy.objects.filter(older, domain=domain).update(**facts)


def keep_trouble(domain: str, why: str, *, policy_id: str, now: datetime) -> None:
    """The policy announced did not come: the former stays as it is (RFC 8461, 5.1)."""
    # Whatever a server wrote may stand in those words.
    words = why.replace("\0", " ")[:300]
    facts: dict[str, object] = {"tried_id": policy_id, "tried_at": now, "trouble": words}
    _, is_new = MailPolicy.objects.get_or_create(domain=domain, defaults=facts)
    if not is_new:
        MailPolicy.objects.filter(domain=domain).update(**facts)


@transaction.atomic
def count_connections(counts: Mapping[Connected, int], *, today: date) -> None:
    """Add what happened since the last count, all senders together."""
    with connection.cursor() as cursor:
        # In one order, so that two senders never wait for each other.
        for one, number in sorted(counts.items()):
            cursor.execute(_COUNT, [today, *one, number])


@transaction.atomic
def forget_old_transport(*, now: datetime, today: date) -> None:
    """Policies too old for any age a policy may have, and counts of more than ninety days."""
    MailPolicy.objects.filter(tried_at__lt=now - timedelta(seconds=LONGEST_AGE)).delete()
    TransportDay.objects.filter(day__lt=today - timedelta(days=_KEPT_DAYS)).delete()
