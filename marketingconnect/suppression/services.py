"""Record that someone must not be written to any more (CGV B.5)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from marketingconnect.kernel.errors import InvalidValueError
from marketingconnect.suppression.keys import (
    canonical,
    digester,
    newest_version,
    readable_versions,
)
from marketingconnect.suppression.models import Channel, Scope, Suppression


@transaction.atomic
def suppress(
    *, channel: str, address: str, scope: str, reason: str, at: datetime, company_id: int = 0
) -> bool:
    """Oppose an address; True when it was not opposed yet. Safe to repeat.

    `company_id` is the client's for the scope `client`, 0 otherwise. The first reason and date
    stay. Raises InvalidValueError when the address cannot be read.
    """
    person = canonical(channel, address)
    digests = {
        version: digester(channel=channel, scope=scope, company_id=company_id, version=version)(
            person
        )
        for version in readable_versions()
    }
    known = Suppression.objects.filter(
        scope=scope, company_id=company_id, channel=channel, digest__in=list(digests.values())
    )
    if known.exists():
        return False
    version = newest_version()
    # A rival may have written it since: the unique constraint decides.
    _, created = Suppression.objects.get_or_create(
        scope=scope,
        company_id=company_id,
        channel=channel,
        digest=digests[version],
        defaults={"key_version": version, "reason": reason, "since": at},
    )
    return created


def suppress_dead_addresses(emails: Iterable[str], *, reason: str, at: datetime) -> None:
    """Oppose addresses that no longer work, for everyone, in one statement. Safe to repeat.

    In the order of their digests, so that two senders wait for each other and never both.
    """
    version = newest_version()
    digest = digester(channel=Channel.EMAIL, scope=Scope.EVERYONE, company_id=0, version=version)
    digests = set()
    for email in emails:
        try:
            digests.add(digest(canonical(Channel.EMAIL, email)))
        except InvalidValueError:
            continue
    rows = [
        Suppression(
            scope=Scope.EVERYONE,
            channel=Channel.EMAIL,
            digest=one,
            key_version=version,
            reason=reason,
            since=at,
        )
        for one in sorted(digests)
    ]
    if rows:
        Suppression.objects.bulk_create(rows, ignore_conflicts=True)
