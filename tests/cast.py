"""The fixed cast of the tests: one company with Alice, Bob and Vera, Charlie elsewhere, the staff.

Charlie belongs to another company: everything of the first one is 404 for him.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.test import Client

from marketingconnect.accounts.models import Company, Membership, User
from marketingconnect.accounts.roles import MemberRole, StaffRole

JOINED = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
PASSWORD = "une phrase longue et facile"


@dataclass(frozen=True)
class Cast:
    """Who plays; `bakery` is the company of Alice (owner), Bob (editor) and Vera (viewer)."""

    bakery: Company
    garage: Company
    alice: User
    bob: User
    vera: User
    charlie: User
    marc: User
    """Advisor."""
    ines: User
    """Accounting."""
    paul: User
    """Moderation."""
    lea: User
    """Search ads."""
    sofia: User
    """DPO."""
    admin: User

    @property
    def staff(self) -> list[User]:
        return [self.marc, self.ines, self.paul, self.lea, self.sofia, self.admin]


def make_company(name: str, siret: str, **fields: object) -> Company:
    values: dict[str, object] = {
        "reference": f"C-{Company.objects.count() + 1:06d}",
        "siret": siret,
        "legal_name": name,
        "billing_street": "12 RUE DU FOUR",
        "billing_postal_code": "69003",
        "billing_city": "LYON",
        "territory": "metropole",
        "created_at": JOINED,
    }
    return Company.objects.create(**{**values, **fields})


def make_user(first_name: str, *, role: StaffRole | str = "", email: str = "") -> User:
    """A confirmed user without a password; log in with `logged_in`."""
    user = User(
        email=email or f"{first_name.lower()}@example.org",
        first_name=first_name,
        last_name="Essai",
        staff_role=role,
        email_confirmed_at=JOINED,
        joined_at=JOINED,
    )
    user.set_unusable_password()
    user.save()
    return user


def join(user: User, company: Company, role: MemberRole) -> Membership:
    return Membership.objects.create(user=user, company=company, role=role, since=JOINED)


def logged_in(user: User) -> Client:
    """A browser in which this user has logged in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def cast(db: None) -> Cast:
    bakery = make_company("Boulangerie Nadia", "90000001900019")
    garage = make_company("Garage Charlie", "90000002700012")
    players = Cast(
        bakery=bakery,
        garage=garage,
        alice=make_user("Alice"),
        bob=make_user("Bob"),
        vera=make_user("Vera"),
        charlie=make_user("Charlie"),
        marc=make_user("Marc", role=StaffRole.ADVISOR),
        ines=make_user("Inès", role=StaffRole.ACCOUNTING, email="ines@example.org"),
        paul=make_user("Paul", role=StaffRole.MODERATION),
        lea=make_user("Léa", role=StaffRole.SEARCH_ADS, email="lea@example.org"),
        sofia=make_user("Sofia", role=StaffRole.DPO),
        admin=make_user("Odile", role=StaffRole.ADMINISTRATOR),
    )
    join(players.alice, bakery, MemberRole.OWNER)
    join(players.bob, bakery, MemberRole.EDITOR)
    join(players.vera, bakery, MemberRole.VIEWER)
    join(players.charlie, garage, MemberRole.OWNER)
    return players
