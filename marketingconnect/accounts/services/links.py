"""Make, find and use up the links that travel by mail."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from marketingconnect.accounts.errors import StaleLinkError
from marketingconnect.accounts.models import AccessLink, Company, LinkPurpose, LinkRequest, User

LIFETIME: Final = {
    LinkPurpose.REGISTER: timedelta(hours=48),
    LinkPurpose.INVITE: timedelta(days=7),
    LinkPurpose.RESET: timedelta(hours=2),
    LinkPurpose.STAFF: timedelta(days=7),
}
_MOST_AN_HOUR: Final = 4
_MOST_AN_HOUR_FROM_ONE_IP: Final = 30


def make_link(
    purpose: LinkPurpose,
    email: str,
    *,
    now: datetime,
    user: User | None = None,
    company: Company | None = None,
    details: Mapping[str, Any] | None = None,
) -> tuple[AccessLink, str]:
    """The row and the whole address to put in a mail; the secret is in the address alone."""
    token = secrets.token_urlsafe(32)
    link = AccessLink.objects.create(
        purpose=purpose,
        email=email,
        user=user,
        company=company,
        details=dict(details or {}),
        token_hash=_hash(token),
        created_at=now,
        expires_at=now + LIFETIME[purpose],
    )
    page = "accounts:confirm" if purpose is LinkPurpose.REGISTER else "accounts:set_password"
    return link, settings.BASE_URL + reverse(page, args=[token])


def find_link(token: str, *purposes: LinkPurpose, now: datetime) -> AccessLink:
    """The link behind a secret, for one of these purposes, still usable; StaleLinkError."""
    link = (
        AccessLink.objects.select_related("user", "company")
        .filter(
            token_hash=_hash(token),
            purpose__in=purposes,
            used_at__isnull=True,
            expires_at__gt=now,
        )
        .first()
    )
    if link is None:
        raise StaleLinkError
    return link


def use_up(link_id: int, *, now: datetime) -> AccessLink:
    """Take the link for good, inside the caller's transaction; raises StaleLinkError."""
    taken = AccessLink.objects.filter(pk=link_id, used_at__isnull=True, expires_at__gt=now).update(
        used_at=now
    )
    if not taken:
        raise StaleLinkError
    return AccessLink.objects.select_related("user", "company").get(pk=link_id)


def asked_too_often(email: str, *, now: datetime) -> bool:
    """Whether this address was sent enough links within the last hour."""
    since = now - timedelta(hours=1)
    return AccessLink.objects.filter(email=email, created_at__gt=since).count() >= _MOST_AN_HOUR


@transaction.atomic
def too_many_from(ip_address: str | None, *, now: datetime) -> bool:
    """Count a request for a link from this address; whether there were enough within the hour.

    Many addresses asked for by one machine would make our mail a nuisance to strangers. Requests
    older than an hour are forgotten; an unknown address (None) is not counted.
    """
    if ip_address is None:
        return False
    LinkRequest.objects.filter(asked_at__lte=now - timedelta(hours=1)).delete()
    asked = LinkRequest.objects.filter(ip_address=ip_address)
    if asked.count() >= _MOST_AN_HOUR_FROM_ONE_IP:
        return True
    LinkRequest.objects.create(ip_address=ip_address, asked_at=now)
    return False


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
