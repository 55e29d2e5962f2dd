"""A link serves once, whatever was read before: the update itself decides."""

from datetime import UTC, datetime, timedelta

import pytest

from marketingconnect.accounts.errors import LastOwnerError, StaleLinkError
from marketingconnect.accounts.models import AccessLink, LinkPurpose
from marketingconnect.accounts.roles import MemberRole
from marketingconnect.accounts.services import (
    choose_password,
    find_link,
    invite_member,
    remove_member,
)
from marketingconnect.accounts.services.links import LIFETIME, make_link
from marketingconnect.accounts.services.members import accept_invitation
from marketingconnect.audit.actors import Actor
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


def test_a_link_found_by_two_requests_is_used_by_one(cast: Cast) -> None:
    link, _ = make_link(LinkPurpose.RESET, cast.alice.email, now=NOON, user=cast.alice)
    choose_password(link.pk, password=PASSWORD, now=NOON)

    with pytest.raises(StaleLinkError):
        choose_password(link.pk, password="la phrase de quelqu’un d’autre", now=NOON)

    cast.alice.refresh_from_db()
    assert cast.alice.check_password(PASSWORD)


@pytest.mark.parametrize("purpose", list(LinkPurpose))
def test_a_link_is_over_at_its_last_moment(cast: Cast, purpose: LinkPurpose) -> None:
    link, address = make_link(purpose, cast.alice.email, now=NOON, user=cast.alice)
    token = address.rstrip("/").rpartition("/")[2]
    end = NOON + LIFETIME[purpose]

    assert find_link(token, purpose, now=end - timedelta(seconds=1)) == link
    with pytest.raises(StaleLinkError):
        find_link(token, purpose, now=end)
    with pytest.raises(StaleLinkError):
        choose_password(link.pk, password=PASSWORD, now=end)


def test_the_secret_of_a_link_is_kept_nowhere(cast: Cast) -> None:
    _, address = make_link(LinkPurpose.RESET, cast.alice.email, now=NOON, user=cast.alice)
    token = address.rstrip("/").rpartition("/")[2]

    row = AccessLink.objects.values().get()

    assert len(token) >= 43
    assert token not in str(row)


def test_an_invitation_accepted_twice_makes_one_member(cast: Cast) -> None:
    link = invite_member(
        cast.bakery.pk,
        email=cast.charlie.email,
        first_name="Charlie",
        last_name="T.",
        role=MemberRole.OWNER,
        actor=Actor.user(cast.alice.pk, "Alice"),
        now=NOON,
    )
    accept_invitation(link.pk, password=None, now=NOON)

    with pytest.raises(StaleLinkError):
        accept_invitation(link.pk, password=None, now=NOON)

    assert cast.bakery.memberships.filter(user=cast.charlie).count() == 1
    alice = Actor.user(cast.alice.pk, "Alice")
    remove_member(cast.bakery.pk, cast.alice.pk, actor=alice, now=NOON)
    with pytest.raises(LastOwnerError):
        remove_member(cast.bakery.pk, cast.charlie.pk, actor=alice, now=NOON)
