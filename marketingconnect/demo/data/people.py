"""Who plays in the demo: the operator's staff, three clients and an agency."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from marketingconnect.accounts.models import Company, Membership, User
from marketingconnect.accounts.roles import (
    STAFF_ROLE_LABELS,
    MandateScope,
    MemberRole,
    StaffRole,
)
from marketingconnect.accounts.services import Registration, open_company, record_mandate
from marketingconnect.accounts.services.registration import new_user
from marketingconnect.audit.actors import Actor

PASSWORD = "un timbre sur la bonne lettre"  # noqa: S105  printed by the demo, which only runs here


@dataclass(frozen=True)
class DemoAccount:
    """Somebody who may log in; `role` is French and says what for."""

    name: str
    email: str
    role: str
    password: str = PASSWORD


STAFF = [
    ("Marc", "Delorme", StaffRole.ADVISOR),
    ("Inès", "Benali", StaffRole.ACCOUNTING),
    ("Paul", "Maréchal", StaffRole.MODERATION),
    ("Léa", "Fournier", StaffRole.SEARCH_ADS),
    ("Sofia", "Antunes", StaffRole.DPO),
    ("Odile", "Garnier", StaffRole.ADMINISTRATOR),
]
BAKERY = Registration(
    siret="90000001900019",
    legal_name="Boulangerie Nadia",
    billing_street="12 RUE DU FOUR",
    billing_postal_code="69003",
    billing_city="LYON",
    territory="metropole",
    website="https://boulangerie-nadia.example.org",
    phone="+33199000101",
    email="nadia@example.org",
    first_name="Nadia",
    last_name="Cherif",
)
GARAGE = Registration(
    siret="90000002700012",
    legal_name="Garage du Pré",
    billing_street="3 ROUTE DE BREST",
    billing_postal_code="29200",
    billing_city="BREST",
    territory="metropole",
    email="charlie@example.org",
    first_name="Charlie",
    last_name="Tanguy",
)
RUM_SHOP = Registration(
    siret="90000003500015",
    legal_name="Les Épices de Cilaos",
    billing_street="48 RUE DU PERE BOITEAU",
    billing_postal_code="97413",
    billing_city="CILAOS",
    territory="reunion",
    email="maeva@example.org",
    first_name="Maéva",
    last_name="Payet",
)
AGENCY = Registration(
    siret="90000004300019",
    legal_name="Agence Porte-Voix",
    billing_street="7 QUAI DE LA FOSSE",
    billing_postal_code="44000",
    billing_city="NANTES",
    territory="metropole",
    is_agent=True,
    email="yann@example.org",
    first_name="Yann",
    last_name="Le Goff",
)


def accounts() -> list[DemoAccount]:
    """The accounts that the demo prints."""
    clients = [
        (BAKERY, "cliente"),
        (GARAGE, "client"),
        (RUM_SHOP, "cliente à La Réunion"),
        (AGENCY, "agence mandatée par la boulangerie"),
    ]
    return [
        *(
            DemoAccount(f"{one.first_name} {one.last_name}", one.email, f"{one.legal_name}, {role}")
            for one, role in clients
        ),
        *(
            DemoAccount(f"{first} {last}", _staff_email(first), STAFF_ROLE_LABELS[role])
            for first, last, role in STAFF
        ),
    ]


def load_people(now: datetime) -> None:
    """Open the companies and the staff's accounts, three months ago."""
    then = now - timedelta(days=90)
    for first, last, role in STAFF:
        user = new_user(_staff_email(first), first, last, password=PASSWORD, now=then)
        User.objects.filter(pk=user.pk).update(staff_role=role)
    for registration in (BAKERY, GARAGE, RUM_SHOP, AGENCY):
        owner = new_user(
            registration.email,
            registration.first_name,
            registration.last_name,
            password=PASSWORD,
            now=then,
        )
        open_company(registration, owner=owner, now=then)
    _add_colleague(then)
    _give_mandate(then)


def _add_colleague(then: datetime) -> None:
    bakery = Company.objects.get(siret=BAKERY.siret)
    helper = new_user("samir@example.org", "Samir", "Cherif", password=PASSWORD, now=then)
    Membership.objects.create(company=bakery, user=helper, role=MemberRole.EDITOR, since=then)


def _give_mandate(then: datetime) -> None:
    bakery = Company.objects.get(siret=BAKERY.siret)
    owner = User.objects.get(email=BAKERY.email)
    record_mandate(
        bakery.pk,
        agent_siret=AGENCY.siret,
        scope=MandateScope.ORDER,
        starts_on=then.date(),
        ends_on=None,
        document="",
        recorded_by=owner.pk,
        actor=Actor.user(owner.pk, owner.full_name),
        now=then,
    )


def _staff_email(first_name: str) -> str:
    plain = first_name.lower().replace("è", "e").replace("é", "e")
    return f"{plain}@atelier-postal.example.org"
