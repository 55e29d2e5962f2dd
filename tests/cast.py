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
    user = _new_user(first_name, role=role, email=email)
    user.save()
    return user


def _new_user(first_name: str, *, role: StaffRole | str = "", email: str = "") -> User:
    user = User(
        email=email or f"{first_name.lower()}@example.org",
        first_name=first_name,
        last_name="Essai",
        staff_role=role,
        email_confirmed_at=JOINED,
        joined_at=JOINED,
    )
    user.set_unusable_password()
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
        alice=_new_user("Alice"),
        bob=_new_user("Bob"),
        vera=_new_user("Vera"),
        charlie=_new_user("Charlie"),
        marc=_new_user("Marc", role=StaffRole.ADVISOR),
        ines=_new_user("Inès", role=StaffRole.ACCOUNTING, email="ines@example.org"),
        paul=_new_user("Paul", role=StaffRole.MODERATION),
        lea=_new_user("Léa", role=StaffRole.SEARCH_ADS, email="lea@example.org"),
        sofia=_new_user("Sofia", role=StaffRole.DPO),
        admin=_new_user("Odile", role=StaffRole.ADMINISTRATOR),
    )
    clients = [players.alice, players.bob, players.vera, players.charlie]
    User.objects.bulk_create([*clients, *players.staff])
    Membership.objects.bulk_create(
        [
            Membership(user=players.alice, company=bakery, role=MemberRole.OWNER, since=JOINED),
            Membership(user=players.bob, company=bakery, role=MemberRole.EDITOR, since=JOINED),
            Membership(user=players.vera, company=bakery, role=MemberRole.VIEWER, since=JOINED),
            Membership(user=players.charlie, company=garage, role=MemberRole.OWNER, since=JOINED),
        ]
    )
    return players
