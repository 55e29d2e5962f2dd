"""What sending providers tell, heard only when they signed it, each by its own scheme."""

from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.db import transaction

from marketingconnect.sending.callbacks.errors import ForgedCallbackError
from marketingconnect.sending.callbacks.mailgun import OLDEST, signed_moment
from marketingconnect.sending.callbacks.sns import Fetch, confirmation_in, signed_fields
from marketingconnect.sending.models import HeardCallback
from marketingconnect.sending.services.returns import record_news

_KEPT: Final = OLDEST + timedelta(hours=1)


@transaction.atomic
def hear_mailgun(body: bytes, *, key: str, now: datetime) -> int:
    """Record what Mailgun signed (CGV B.1.6); returns how many events are new.

    Its signature does not cover what it tells, so a token opens for the words it first came with
    and no others. Raises ForgedCallbackError, ValueError for no JSON.
    """
    moment, digest = signed_moment(body, key=key, now=now), sha256(body).hexdigest()
    heard, _ = HeardCallback.objects.get_or_create(
        key=f"mailgun:{sha256(moment.token.encode()).hexdigest()}",
        defaults={"body_sha256": digest, "heard_at": now},
    )
    if heard.body_sha256 != digest:
        raise ForgedCallbackError("a token used before")
    HeardCallback.objects.filter(heard_at__lt=now - _KEPT).delete()
    return record_news(body, now=now)


def hear_sns(
    body: bytes, *, topics: Collection[str], certificate: Fetch, confirm: Fetch, now: datetime
) -> int:
    """Record what Amazon signed for a topic of ours (CGV B.1.6), or accept to hear that topic.

    Returns how many events are new. Raises ForgedCallbackError, UnreachableProviderError.
    """
    fields = signed_fields(body, topics=topics, fetch=certificate, now=now)
    if address := confirmation_in(fields):
        confirm(address)
        return 0
    return record_news(body, now=now) if fields["Type"] == "Notification" else 0
